"""Pages of the storefront: one frozen class each, and one function that fills it."""
