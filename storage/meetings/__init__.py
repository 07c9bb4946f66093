"""Queries of the cadence of an escalation: its meetings and their minutes."""
