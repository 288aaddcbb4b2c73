"""SMTP for apprise's e-mail: connections are kept, and what they answered is noted.

apprise connects anew for every mail, and reads all certificates of the machine for it: 50 ms each. ``KeptSmtp`` stands
in the place of its controller, and hands out connections that are kept.
"""

import smtplib
import ssl
from collections import defaultdict, deque
from contextlib import suppress
from functools import cache
from socket import getfqdn
from types import TracebackType
from typing import Any, Final

from apprise.plugins.email.smtp import SMTP_EXCEPTIONS, AppriseSMTPController, SMTPSecureMode
from urllib3.util import wait_for_read

from muster.notify import outcome

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
HERE: Final = "[127.0.0.1]"

_idle: Final[dict[tuple[Any, ...], deque[smtplib.SMTP]]] = defaultdict(deque)


class KeptSmtp(AppriseSMTPController):
    """One connection for one mail, kept for the next."""

    _smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "KeptSmtp":
        outcome.note(outcome.UNKNOWN)
        try:
            self._smtp = self._kept() or self._connected()
        except SMTP_EXCEPTIONS as error:
            outcome.note(outcome.of_error(error))
            raise
        return self

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        """Whether the server took the mail for everybody named."""
        if self._smtp is None:
            return False
        try:
            refused = self._smtp.sendmail(from_addr, to_addrs, message)
        except SMTP_EXCEPTIONS as error:
            outcome.note(outcome.of_error(error))
            self._drop()
            return False
        if refused:
            outcome.note(outcome.of_error(smtplib.SMTPRecipientsRefused(refused)))
        return not refused

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None and raised is None:
            _idle[self._key].append(self._smtp)
        else:
            self._drop()

    @property
    def _key(self) -> tuple[Any, ...]:
        return (self.host, self.port, self.secure_mode, self.user, self.password, self.verify_certificate)

    def _kept(self) -> smtplib.SMTP | None:
        """A connection that is alive: on a dead one the server's last word, or its end, waits to be read."""
        kept = _idle[self._key]
        while True:
            try:
                found = kept.pop()
            except IndexError:
                return None
            if found.sock is not None and not wait_for_read(found.sock, timeout=0):
                return found
            found.close()

    def _connected(self) -> smtplib.SMTP:
        context = _context(self.verify_certificate)
        where: dict[str, Any] = {"timeout": self.socket_connect_timeout, "local_hostname": _own_name(self.host)}
        if self.secure_mode == SMTPSecureMode.SSL:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, context=context, **where)
        else:
            smtp = smtplib.SMTP(self.host, self.port, **where)
        try:
            if self.secure_mode == SMTPSecureMode.STARTTLS:
                smtp.starttls(context=context)
            if self.user and self.password:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


@cache
def _context(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _own_name(server: str) -> str:
    """What this machine calls itself to a mail server."""
    return HERE if server in LOOPBACK else _name_of_the_machine()


@cache
def _name_of_the_machine() -> str:
    """Asking may take seconds, many where there is no network, so it is asked once."""
    name = getfqdn()
    return name if "." in name else HERE  # as smtplib does


def close() -> None:
    """Close the connections that nobody uses."""
    for kept in list(_idle.values()):
        while kept:
            with suppress(*SMTP_EXCEPTIONS):
                kept.pop().quit()
