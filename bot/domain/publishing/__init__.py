"""What leaves: to whom it goes, and whether those who read there may read it."""
