"""Identity: people, how they prove who they are, and what an actor may do by which means.

Owns      schema `identity`
Calls     markets
Tells     PersonSignedUp, StaffModeEntered, StaffModeLeft
Promises  one account per e-mail; secrets are kept as digests only; scopes limit what grants allow.
"""

from clipcart.identity.model import (
    ANONYMOUS,
    GRANT_SCOPES,
    OPERATOR,
    SYSTEM,
    Actor,
    ActorKind,
    Means,
    PolicyRule,
    Scope,
    as_person,
    job_actor,
    policy_table,
    require,
    robot,
    rule,
)

__all__ = [
    "ANONYMOUS",
    "GRANT_SCOPES",
    "OPERATOR",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "Means",
    "PolicyRule",
    "Scope",
    "as_person",
    "job_actor",
    "policy_table",
    "require",
    "robot",
    "rule",
]
