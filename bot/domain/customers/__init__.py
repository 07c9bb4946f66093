"""Rules of customers: their record, the import file, what they say in the room."""
