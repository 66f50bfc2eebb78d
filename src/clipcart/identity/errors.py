"""What identity refuses."""

from clipcart.kit.errors import Kind, Refusal


class EmailTaken(Refusal):
    """There is an account with this e-mail address already."""

    code = "identity.email_taken"
    kind = Kind.CONFLICT


class SignInFailed(Refusal):
    """E-mail or password is wrong; which of them is not said. Returned, so that it is counted."""

    code = "identity.sign_in_failed"
    kind = Kind.UNAUTHENTICATED


class ResetLinkSpent(Refusal):
    """The password reset link was used, is too old, or never existed."""

    code = "identity.reset_link_spent"
    kind = Kind.INVALID


class NoSuchPerson(Refusal):
    """There is no such person."""

    code = "identity.no_such_person"
    kind = Kind.ABSENT


class NoSuchSession(Refusal):
    """There is no such session, or it is not yours."""

    code = "identity.no_such_session"
    kind = Kind.ABSENT


class NoSuchToken(Refusal):
    """There is no such token, or it is not yours, or it is revoked."""

    code = "identity.no_such_token"
    kind = Kind.ABSENT


class NoSuchAddress(Refusal):
    """There is no such address, or it is not yours."""

    code = "identity.no_such_address"
    kind = Kind.ABSENT
