"""The tables, as SQLModel rows; they never leave this package."""
