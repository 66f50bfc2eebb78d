"""Whose account it is."""

from clipcart.doorway import Visit
from clipcart.identity import Session
from clipcart.kit.errors import SignInNeeded


def own_session(visit: Visit) -> Session:
    """The session of the visit. Raises SignInNeeded."""
    if visit.session is None:
        raise SignInNeeded
    return visit.session
