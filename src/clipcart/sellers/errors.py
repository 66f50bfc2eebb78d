"""What sellers refuses."""

from clipcart.kit.errors import Kind, Refusal


class NoSuchShop(Refusal):
    """There is no such shop."""

    code = "sellers.no_such_shop"
    kind = Kind.ABSENT


class HandleTaken(Refusal):
    """Another shop has this handle."""

    code = "sellers.handle_taken"
    kind = Kind.CONFLICT

    def __init__(self, handle: str) -> None:
        super().__init__(handle=handle)


class BusinessMissing(Refusal):
    """The business data have to be there first: the bank account must bear their name."""

    code = "sellers.business_missing"
    kind = Kind.CONFLICT


class BusinessSettled(Refusal):
    """The business data were approved; an operator has to open them again."""

    code = "sellers.business_settled"
    kind = Kind.CONFLICT


class HolderNameDiffers(Refusal):
    """The bank account is in another name than the business."""

    code = "sellers.holder_name_differs"
    kind = Kind.INVALID

    def __init__(self, holder_name: str, legal_name: str) -> None:
        super().__init__(holder_name=holder_name, legal_name=legal_name)


class NothingToDecide(Refusal):
    """The requirement is not waiting for a decision."""

    code = "sellers.nothing_to_decide"
    kind = Kind.CONFLICT

    def __init__(self, requirement: str, state: str) -> None:
        super().__init__(requirement=requirement, state=state)


class CannotSuspend(Refusal):
    """Only a live shop can be suspended."""

    code = "sellers.cannot_suspend"
    kind = Kind.CONFLICT

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class CannotReinstate(Refusal):
    """Only a suspended shop can be reinstated."""

    code = "sellers.cannot_reinstate"
    kind = Kind.CONFLICT

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class AlreadyStaff(Refusal):
    """This person works in the shop already."""

    code = "sellers.already_staff"
    kind = Kind.CONFLICT


class InvitationVoid(Refusal):
    """The invitation was used, taken back, is too old, or never existed."""

    code = "sellers.invitation_void"
    kind = Kind.INVALID


class InvitationForSomeoneElse(Refusal):
    """The invitation went to another e-mail address than that of the account."""

    code = "sellers.invitation_for_someone_else"
    kind = Kind.FORBIDDEN


class NoSuchInvitation(Refusal):
    """There is no such open invitation in this shop."""

    code = "sellers.no_such_invitation"
    kind = Kind.ABSENT


class NoSuchStaff(Refusal):
    """Nobody of that id works in this shop."""

    code = "sellers.no_such_staff"
    kind = Kind.ABSENT


class OwnerStays(Refusal):
    """The owner's role cannot be changed, given or taken."""

    code = "sellers.owner_stays"
    kind = Kind.CONFLICT
