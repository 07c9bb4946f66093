"""Texts that leave: who will read them is asked when they do."""
