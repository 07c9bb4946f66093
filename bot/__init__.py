"""Warroom's own mind: rules, views, use cases, the doors to Slack, and the workers."""

__version__ = "0.1.0"
