"""Statements of settlement: sales, daily statements and payouts, the proof."""
