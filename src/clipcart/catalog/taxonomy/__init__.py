"""The category tree with its attributes: read once from files of the package, kept in memory.

`files/*.gz` are made by `tools/build_taxonomy.py`; what clipcart adds stands in `files/*.toml`.
"""
