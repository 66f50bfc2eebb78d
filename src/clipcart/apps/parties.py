"""Who consents: a seller for shops, or a creator for themselves."""

from enum import StrEnum


class Party(StrEnum):
    """As what a person lets an app in."""

    SELLER = "SELLER"
    CREATOR = "CREATOR"
