"""E-mails: written in the transaction that causes them, sent by a job afterwards."""

from typing import Any

from clipcart.identity import _sql
from clipcart.identity.records import SEND_MAIL, SendMail
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId, new_id
from clipcart.kit.text import sentence


async def write_mail(
    tx: Tx, person_id: PersonId, recipient: str, template: str, **facts: Any
) -> None:
    """Write an e-mail into the outbox and let a job send it.

    `person_id` is whom it is for, or on whose behalf it goes to a stranger. The words are the
    texts `<template>.subject` and `<template>.body`, filled with the facts. Internal to the
    rooms: whoever calls has checked the permission.
    """
    mail_id = new_id()
    await tx.run(
        _sql.ADD_MAIL,
        person_id=person_id,
        id=mail_id,
        recipient=recipient,
        subject=" ".join(sentence(f"{template}.subject", facts).split()),
        body=sentence(f"{template}.body", facts),
        now=tx.now,
    )
    tx.enqueue(SEND_MAIL, SendMail(person_id, mail_id), dedupe_key=f"mail:{mail_id}")
