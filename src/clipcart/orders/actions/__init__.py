"""What changes orders, one file per family of verbs."""
