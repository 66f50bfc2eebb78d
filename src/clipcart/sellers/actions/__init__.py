"""What changes in sellers, one file per family of verbs."""
