"""The garbage collector of a process that serves for long.

Almost everything is freed by counting references. What is left to the collector are cycles, and by
default it looks for them after every 700 new objects, in the end through all that the program
consists of: a fifth of a purchase's time.
"""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 100
"""New objects until the young are looked through, and how often that until the older ones are."""


def settle_in() -> None:
    """Called once, when everything is loaded: it stays, so it is not looked through any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
