"""Verbs of payments: asking for money, hearing what became of it, giving it back."""
