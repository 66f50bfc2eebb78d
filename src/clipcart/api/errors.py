"""Why the API refuses a request before any room sees it."""

from clipcart.kit.errors import Kind, Refusal


class KeyMissing(Refusal):
    """A POST without an Idempotency-Key."""

    code = "api.key_missing"
    kind = Kind.INVALID


class KeyReused(Refusal):
    """The key belongs to a request with other contents."""

    code = "api.key_reused"
    kind = Kind.CONFLICT


class BadToken(Refusal):
    """The bearer token opens nothing."""

    code = "api.bad_token"
    kind = Kind.UNAUTHENTICATED
