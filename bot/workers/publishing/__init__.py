"""The one way out: content, a recipient, the question who reads there, and a transport."""
