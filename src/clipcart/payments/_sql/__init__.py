"""Statements of payments. The test provider's own are in adapters/_sql.py."""
