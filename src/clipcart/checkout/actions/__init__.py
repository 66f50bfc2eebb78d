"""Verbs of checkout: carts and purchases."""
