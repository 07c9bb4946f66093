"""Phrasebook of the language model; the first prompt arrives with the first draft."""
