"""The admin's words on the command line."""
