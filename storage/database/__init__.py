"""The database: connections, transactions, migrations, backup."""
