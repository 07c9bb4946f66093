"""Queries of reminders: what is due, for whom, and what they answer."""
