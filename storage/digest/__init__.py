"""Queries of leadership's digest: what it tells, to whom and when."""
