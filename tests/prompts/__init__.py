"""What the prompts promise."""
