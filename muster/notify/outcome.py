"""What came of handing a message over, as far as a gateway tells. apprise only says yes or no; the connections under it
(``http``, ``smtp``) note here, for the thread that sends, what they were answered."""

import smtplib
import ssl
import threading
from typing import Final

from muster.ports import Delivery

SENT: Final = Delivery("sent", "the gateway took it")
UNKNOWN: Final = Delivery("try-again", "the gateway did not take it, and does not say why in a way that is understood")
LATE: Final = Delivery("try-again", "the gateway did not answer in time")
AGAIN: Final = frozenset({408, 425, 429})  # of HTTP: time-out, too early, too many; RFC 9110, 8470, 6585

_now: Final = threading.local()


def begin() -> None:
    """Forget what was noted for the message before."""
    _now.noted = None


def note(delivery: Delivery) -> None:
    """What the gateway answered last, while this thread sends a message."""
    _now.noted = delivery


def noted() -> Delivery:
    """What the gateway answered last when it did not take the message of this thread."""
    found: Delivery | None = getattr(_now, "noted", None)
    return found or UNKNOWN


def of_status(status: int) -> Delivery:
    """What an HTTP status means for a message. A redirection is not followed: it would turn a POST into a GET, which
    is answered well and carries no message."""
    if 200 <= status < 300:
        return UNKNOWN  # if it was taken nobody asks; some answer 200 and refuse it in words of their own
    says = f"the gateway answered {status}"
    if 300 <= status < 400:
        return Delivery("impossible", f"{says}: it is at another address, which must be put into the gateways file")
    again = status >= 500 or status in AGAIN
    return Delivery("try-again" if again else "impossible", says)


def of_reply(code: int) -> Delivery:
    """What a reply code of SMTP means: 4yz is for now, 5yz for good (RFC 5321, 4.2.1)."""
    return Delivery("impossible" if 500 <= code < 600 else "try-again", f"the mail server answered {code}")


def of_error(error: BaseException) -> Delivery:
    """What an error below a gateway means for a message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return of_reply(max((code for code, _ in error.recipients.values()), default=0))
    if isinstance(error, smtplib.SMTPResponseException):
        return of_reply(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Delivery("impossible", "the mail server cannot do what the gateway's URL asks for")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Delivery("try-again", "the gateway's certificate is not to be trusted")
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):  # smtplib hides it
        return LATE
    if isinstance(error, OSError):
        return Delivery("try-again", "there is no connection to the gateway")
    return Delivery("impossible", f"the gateway cannot be given this message ({type(error).__name__})")
