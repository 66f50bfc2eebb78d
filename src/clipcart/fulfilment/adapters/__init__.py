"""Carriers as clipcart reaches them."""
