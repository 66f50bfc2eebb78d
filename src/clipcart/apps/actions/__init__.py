"""Verbs of apps, by family."""
