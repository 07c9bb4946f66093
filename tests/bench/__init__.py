"""The speed bars, measured: `python -m tests.bench`."""
