"""Alembic's revisions, one intention each."""
