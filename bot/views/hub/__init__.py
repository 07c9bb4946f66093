"""The hub of a room and the forms of its words."""
