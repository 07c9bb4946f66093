"""Use cases of people: who they are in Slack, and what they prefer."""
