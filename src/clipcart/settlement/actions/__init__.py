"""Verbs of settlement: booking, what sales do, releases, statements, payouts, terms."""
