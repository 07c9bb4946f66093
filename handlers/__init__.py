"""Ears: every request of Slack is parsed, handed to one service, and answered."""
