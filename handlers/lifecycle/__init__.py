"""Listeners of the states of an escalation, from intake to closed, and the roles in it."""
