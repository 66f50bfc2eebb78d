"""What identity does by itself: send e-mails, end staff modes, forget what is over."""

from collections.abc import Sequence

from clipcart.identity import _sql
from clipcart.identity.actions.staff import expire_staff_modes, forget_expired
from clipcart.identity.ports import Mailer, Message
from clipcart.identity.records import SEND_MAIL, SendMail
from clipcart.kit.db import Database
from clipcart.kit.ids import PersonId
from clipcart.kit.jobs import AnyJob, Job, Sweep


def jobs(mailer: Mailer) -> Sequence[AnyJob]:
    """The jobs of identity, with the way e-mail goes out."""

    async def send(db: Database, payload: SendMail) -> None:
        key = {"person_id": payload.person_id, "id": payload.mail_id}
        async with db.reading() as tx:
            mail = await tx.maybe(_sql.MAIL_TO_SEND, **key)
        if mail is None or mail.body is None:
            return
        await mailer.send(
            Message(
                f"clipcart-{mail.id}",
                PersonId(mail.person_id),
                mail.recipient,
                mail.subject,
                mail.body,
            )
        )
        async with db.transaction() as tx:
            await tx.run(_sql.MARK_SENT, now=tx.now, keeps_body=mailer.keeps_bodies, **key)

    return (Job(SEND_MAIL, send),)


SWEEPS: Sequence[Sweep] = (
    Sweep("identity.staff_modes", _sql.STAFF_MODE_DUE, expire_staff_modes),
    Sweep("identity.expired", _sql.EXPIRY_DUE, forget_expired),
)
