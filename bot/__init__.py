"""Warroom's own mind: rules, views, use cases, the doors to Slack, and the workers."""
