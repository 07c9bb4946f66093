"""Text as it enters: what may be stored, what it says, and when two spellings are one."""
