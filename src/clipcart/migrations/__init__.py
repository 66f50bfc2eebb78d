"""Numbered SQL files, applied in order by kit/migrate.py. Forward only."""
