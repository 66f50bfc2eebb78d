"""Verbs that change products."""
