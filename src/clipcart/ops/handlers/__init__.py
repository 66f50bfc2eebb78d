"""Handlers of the operator's pages, by theme."""
