"""E-mails follow the commit, survive outages, and do not leave secrets behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import identity
from clipcart.identity._jobs import jobs
from clipcart.identity.adapters.fake import LocalMailer
from clipcart.identity.adapters.smtp import SmtpMailer
from clipcart.identity.ports import Message
from clipcart.kit.db import Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Forbidden, Outage
from clipcart.kit.ids import PersonId
from tests.identity.support import join, later, operator_of, refused
from tests.support.database import OneConnection

MESSAGE = Message("clipcart-17", PersonId(1), "mira@example.com", "Hällo", "Grüße\n.\nEnde\n")


async def test_mail_is_tried_until_the_server_is_back(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    await join(tx)
    await identity.request_password_reset(tx, "mira.okafor@example.com", "", "https://s.example")
    await tx.flush()
    mailer = LocalMailer(outages=2)
    engine = engine_for(Wiring((), jobs(mailer), ()))
    await engine.settle()
    assert mailer.sent == {}
    for _ in range(2):
        await engine.advance(timedelta(minutes=5))
    assert len(mailer.sent) == 1
    (mail,) = (await identity.outbox(later(db, timedelta()), identity.SYSTEM)).items
    assert mail.sent_at is not None
    assert mail.body is not None
    assert "https://s.example/password/reset/" in mail.body


async def test_the_outbox_is_for_operators_unless_mail_stays_local(
    tx: Tx, db: OneConnection
) -> None:
    person = identity.as_person((await join(tx)).id)
    async with refused(db, tx, Forbidden):
        await identity.outbox(tx, person)
    assert (await identity.outbox(tx, person, is_local=True)).items == ()
    assert (await identity.outbox(tx, await operator_of(tx))).items == ()


class StandIn:
    """A mail server that takes everything, as far as SMTP goes without encryption."""

    def __init__(self) -> None:
        self.received: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 stand-in\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.received.append(raw.decode())
            if verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()


@pytest.fixture
async def smtp() -> AsyncIterator[tuple[StandIn, int]]:
    stand_in = StandIn()
    server = await asyncio.start_server(stand_in.talk, "127.0.0.1", 0)
    yield stand_in, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def test_smtp_hands_the_message_over(smtp: tuple[StandIn, int]) -> None:
    stand_in, port = smtp
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", "clipcart <hello@clipcart.example>")
    await mailer.send(MESSAGE)
    (raw,) = stand_in.received
    assert "Message-ID: <clipcart-17@clipcart.example>" in raw
    assert "To: mira@example.com" in raw


async def test_smtp_never_sends_a_password_in_the_clear(smtp: tuple[StandIn, int]) -> None:
    stand_in, port = smtp
    mailer = SmtpMailer(f"smtp://mira:secret@127.0.0.1:{port}", "hello@clipcart.example")
    with pytest.raises(Outage, match="encryption"):
        await mailer.send(MESSAGE)
    assert stand_in.received == []


async def test_a_mail_server_that_is_away_is_an_outage() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(Outage):
        await SmtpMailer(f"smtp://127.0.0.1:{port}", "hello@clipcart.example").send(MESSAGE)


def test_mail_server_addresses_are_checked() -> None:
    with pytest.raises(ValueError, match="smtp://"):
        SmtpMailer("http://example.com", "hello@clipcart.example")


async def test_a_sent_secret_does_not_stay(
    tx: Tx,
    db: OneConnection,
    engine_for: Callable[[Wiring], Engine],
    smtp: tuple[StandIn, int],
) -> None:
    await join(tx)
    await identity.request_password_reset(tx, "mira.okafor@example.com", "", "https://s.example")
    await tx.flush()
    mailer: Any = SmtpMailer(f"smtp://127.0.0.1:{smtp[1]}", "hello@clipcart.example")
    await engine_for(Wiring((), jobs(mailer), ())).settle()
    assert len(smtp[0].received) == 1
    assert await db.connection.fetchval("select body from identity.outbox") is None
