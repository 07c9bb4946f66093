"""Use cases of the action plan: items, playbooks, reactions."""
