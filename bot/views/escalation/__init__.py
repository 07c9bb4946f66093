"""Views of an escalation: its record, its room, its timeline."""
