"""How the replay tells of its progress."""

from collections.abc import Callable

Tell = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""
