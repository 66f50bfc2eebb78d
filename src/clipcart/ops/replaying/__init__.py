"""Replaying the history of a real marketplace: reading it, living it again, comparing."""
