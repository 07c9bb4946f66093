"""Phrasing: data in, Block Kit out; pure."""
