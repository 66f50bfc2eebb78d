"""E-mails: written in the transaction that causes them, sent by a job afterwards."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from clipcart.identity import _sql
from clipcart.identity.records import SEND_MAIL, SendMail
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId, new_id


@cache
def mail_templates(language: str = "en") -> Mapping[str, Mapping[str, str]]:
    """The words of every e-mail: name -> subject and body with {facts}."""
    found: dict[str, Mapping[str, str]] = {}
    for entry in resources.files("clipcart").joinpath("texts", language, "mails").iterdir():
        if entry.name.endswith(".toml"):
            found.update(tomllib.loads(entry.read_text("utf-8")))
    return found


async def write_mail(
    tx: Tx, person_id: PersonId, recipient: str, template: str, **facts: Any
) -> None:
    """Write an e-mail into the outbox and let a job send it.

    `person_id` is whom it is for, or on whose behalf it goes to a stranger. `template` names the
    words in `texts/<language>/mails/`. For rooms: whoever calls has checked the permission.
    """
    words, mail_id = mail_templates()[template], new_id()
    await tx.run(
        _sql.ADD_MAIL,
        person_id=person_id,
        id=mail_id,
        recipient=recipient,
        subject=" ".join(words["subject"].format_map(facts).split()),
        body=words["body"].format_map(facts).strip() + "\n",
        now=tx.now,
    )
    tx.enqueue(SEND_MAIL, SendMail(person_id, mail_id), dedupe_key=f"mail:{mail_id}")
