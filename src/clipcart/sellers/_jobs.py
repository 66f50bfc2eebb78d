"""What sellers do by themselves: papers expire."""

from collections.abc import Sequence

from clipcart.kit.jobs import Sweep
from clipcart.sellers import _sql
from clipcart.sellers.actions.verification import expire_documents

SWEEPS: Sequence[Sweep] = (Sweep("sellers.documents", _sql.EXPIRY_DUE, expire_documents),)
