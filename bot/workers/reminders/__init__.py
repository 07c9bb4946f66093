"""Effects and sweeps of reminders: what is due, for whom, and what they answer."""
