"""How requests of Slack come in: HTTP, Socket Mode, and what is refused at the door."""
