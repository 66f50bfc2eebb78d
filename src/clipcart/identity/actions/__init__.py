"""What changes in identity, one file per family of verbs."""
