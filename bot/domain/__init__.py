"""Rules of customer escalations; standard library only, no I/O, no waiting."""
