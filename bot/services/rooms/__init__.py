"""Use cases of rooms: who is in them, and whether what stands in them is up to date."""
