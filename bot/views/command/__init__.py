"""What people read about the command itself."""
