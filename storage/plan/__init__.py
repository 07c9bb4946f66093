"""Queries of the action plan: items, playbooks, reactions."""
