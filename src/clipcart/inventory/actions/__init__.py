"""Verbs that change stock."""
