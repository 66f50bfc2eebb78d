"""Providers behind the port: the test provider, and Stripe."""
