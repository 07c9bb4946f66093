"""The Slack door: the only package that calls the Slack Web API."""
