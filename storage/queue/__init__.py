"""The outbox and the inbox: what is to be done once, and what was done already."""
