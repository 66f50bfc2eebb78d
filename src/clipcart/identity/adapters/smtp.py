"""E-mail through a mail server, in a thread, with a time limit."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from clipcart.identity.ports import Message
from clipcart.kit.errors import Outage

TIMEOUT_S = 20


class SmtpMailer:
    """Sends through `smtp://user:password@host:port`, or `smtps://` for TLS from the start.

    With `smtp://` the connection is encrypted where the server offers it, and always before a
    password is sent. Raises ValueError for an address it cannot read.
    """

    keeps_bodies = False

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the mail server is not written like smtp://user:password@host:587")
        self._tls_first = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls_first else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Hand one message to the server. Raises Outage when it does not take it."""
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            raise Outage(f"the mail server did not take the message: {error}") from error

    def _send(self, message: Message) -> None:
        domain = parseaddr(self._sender)[1].partition("@")[2] or "localhost"
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = message.recipient
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{message.key}@{domain}>"
        mail.set_content(message.body)
        with self._connect() as server:
            if self._user:
                server.login(self._user, self._password)
            server.send_message(mail)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls_first:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif self._user:
            server.close()
            raise smtplib.SMTPException("it offers no encryption, so the password was not sent")
        return server
