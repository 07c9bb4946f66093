"""Effects and sweeps of the action plan: items, playbooks, reactions."""
