"""The language model: the only door to it."""
