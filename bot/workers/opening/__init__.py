"""Effects and sweeps of opening an escalation, and laying down its room."""
