"""The admin's words on the command line, and what they do."""
