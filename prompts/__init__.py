"""The prompts of the language model, and how they are read."""
