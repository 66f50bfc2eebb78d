"""Pages of the Seller Center: what each shows, and the function that fills it."""
