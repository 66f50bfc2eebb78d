"""Importing products from files of other platforms: reading, mapping, storing, going on later."""
