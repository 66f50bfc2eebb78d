"""Ways to deliver e-mail."""
