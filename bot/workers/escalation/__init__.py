"""The room of an escalation: what is posted there, and kept up to date."""
