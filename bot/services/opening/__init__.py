"""Use cases of opening an escalation, and laying down its room."""
