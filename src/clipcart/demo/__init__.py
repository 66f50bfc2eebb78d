"""The named world that `./run` shows and the tests use: invented shops, people and products.

Owns: the content (TOML under `content/`) and the drawings of every product (`pictures/`).
Promises: the same world, byte for byte, on every machine.
"""
