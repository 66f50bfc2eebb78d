"""Statements of inventory."""
