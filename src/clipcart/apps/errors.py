"""What apps refuses."""

from clipcart.kit.errors import Kind, Refusal


class NoSuchApp(Refusal):
    """There is no such app, or it is not yours."""

    code = "apps.no_such_app"
    kind = Kind.ABSENT


class NoSuchConsent(Refusal):
    """The app was not let in, or no longer is."""

    code = "apps.no_such_consent"
    kind = Kind.ABSENT


class CodeSpent(Refusal):
    """The code was used, is too old, belongs to another app, or never existed."""

    code = "apps.code_spent"
    kind = Kind.INVALID


class RefreshSpent(Refusal):
    """The refresh token was replaced, is too old, belongs to another app, or was withdrawn."""

    code = "apps.refresh_spent"
    kind = Kind.INVALID


class NothingToConsent(Refusal):
    """The app asks for nothing that this party could give."""

    code = "apps.nothing_to_consent"
    kind = Kind.CONFLICT


class NoAddress(Refusal):
    """The app has set no address for this topic."""

    code = "apps.no_address"
    kind = Kind.CONFLICT


class NoSuchDelivery(Refusal):
    """There is no such delivery, or it was forgotten."""

    code = "apps.no_such_delivery"
    kind = Kind.ABSENT


class CannotSendAgain(Refusal):
    """The delivery waits already, has ended meanwhile, or was forgotten."""

    code = "apps.cannot_send_again"
    kind = Kind.CONFLICT
