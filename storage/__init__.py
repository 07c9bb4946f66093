"""Memory: tables, transactions and queries; rows never leave this package."""
