"""Use cases: one public method is one transaction."""
