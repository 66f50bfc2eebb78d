"""Verbs of fulfilment, one file per family."""
