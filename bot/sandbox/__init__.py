"""A small, strict stand-in for Slack that anybody can run; it knows nothing of the bot."""
