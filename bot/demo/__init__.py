"""The demo: a war room beside a stand-in for Slack, with a story that runs by itself."""
