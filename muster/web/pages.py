"""The page behind a link as HTML: whatever somebody typed is escaped, everywhere."""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.domain.contact import Contact
from muster.domain.instants import dated_text
from muster.services.contact_page import ContactPage
from muster.services.offer_page import AboutOffer

STYLE: Final = (files("muster.web") / "page.css").read_text(encoding="utf-8")
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""What a browser lets our pages do: this one style, and forms that come back here. No script, no picture, no frame."""

Mood = Literal["good", "bad", ""]
_ANSWERS: Final = {
    "accepted": "you accepted it",
    "refused": "you refused it: the next in line was asked",
    "handed": "you handed it on",
    "taken-over": "you took it over",
    "not-me": "you named somebody else",
}
_OFFER_ANSWERS: Final = {"willing": "you are willing", "refused": "you do not want to"}
_OFFER: Final = {
    "willing": "The order of the list decides, not who was first. You are told what comes of it.",
    "refused": "You are not asked about this again.",
    "passed": "It is not yours",
    "spared": "You need not answer any more",
    "not-reached": "It was not answered in time. Your place on the list is kept, or not, as your contract says.",
}
_STYLE: Final = Markup(STYLE)  # ours, and to be sent just as it was hashed
_templates = Environment(
    loader=PackageLoader("muster.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Line:
    """How things stand, in one sentence; ``mood`` colours it, and says nothing that the words do not."""

    says: str
    mood: Mood = ""


def shown(page: ContactPage, wrong: str = "", typed: Mapping[str, str] | None = None) -> str:
    """The page. ``wrong``: why the last answer was not taken; ``typed``: what it was, to be mended."""
    given = {name: (typed or {}).get(name, "") for name in ("word", "reason", "to")}
    return _templates.get_template("contact.html").render(
        style=_STYLE,
        page=page,
        heading=_heading(page),
        state=_state(page),
        received=_received(page),
        wrong=_sentence(wrong) if wrong else "",
        typed=given,
        once=secrets.token_hex(8),
        when=lambda at: _when(page, at),
        short=lambda at: _short(page, at),
    )


def refusal(heading: str, says: str, what_next: str = "") -> str:
    """A page that only says why there is nothing to see or do."""
    return _templates.get_template("refused.html").render(
        style=_STYLE, heading=heading, says=_sentence(says), next=what_next
    )


def _heading(page: ContactPage) -> str:
    if page.offer is not None:
        what = "work" if page.offer.kind == "call-in" else "to stay on duty"
        return f"You are offered {what}" if "willing" in page.words else "How it stands"
    if page.about is None:
        return "A test of this channel"
    if page.contact.purpose == "notice":
        return "A notice: it needs no answer"
    if page.used is not None or page.about.result is not None or "accepted" not in page.words:
        return "How it stands"
    return "You are asked to decide"


def _state(page: ContactPage) -> list[Line]:
    """What the member has said, whose it is, and what that means for them."""
    about = page.about
    if page.offer is not None:
        return list(_offer_state(page, page.offer))
    if about is None:
        test = "Nothing has happened. All that is asked of you is to confirm that this message came."
        return [_read(page, "Thank you: this channel works.")] if page.received_at else [Line(test)]
    found = []
    if about.result is not None:
        found.append(Line(f"It is closed: {about.result}"))
    elif about.mine:
        found.append(Line("You have it. It is yours until it is closed, or somebody else accepts it from you.", "good"))
    elif about.accepted:
        found.append(Line(f"{about.owner} has it. You need do nothing more."))
    if page.used is not None:
        found.append(_answered(page, page.used))
    elif page.received_at is not None:
        found.append(_read(page, "It still needs somebody to accept it." if "accepted" in page.words else ""))
    return found


def _offer_state(page: ContactPage, offer: AboutOffer) -> Iterator[Line]:
    """What became of an offer, and what the member has said."""
    if page.contact.purpose == "returns":
        yield Line(_sentence(offer.says))
    elif offer.state == "awarded":
        yield Line("It is yours: you are to come.", "good")
    elif offer.state in ("passed", "spared"):
        yield Line(_sentence(_OFFER[offer.state] + (f": {offer.why}" if offer.why else "")))
    elif offer.state in _OFFER:
        yield Line(_OFFER[offer.state], "good" if offer.state == "willing" else "")
    if page.used is not None:
        yield _answered(page, page.used)
    elif page.received_at is not None:
        yield _read(page, "It still needs your answer." if "willing" in page.words else "")


def _read(page: ContactPage, more: str) -> Line:
    when = f", {_short(page, page.received_at)}" if page.received_at else ""
    return Line(f"You have said that you read it{when}. {more}".strip())


def _answered(page: ContactPage, used: Contact) -> Line:
    said = (_ANSWERS if page.offer is None else _OFFER_ANSWERS).get(used.answer or "", str(used.answer))
    by = "" if used.key == page.contact.key else f" by {used.channel}"
    when = f", {_short(page, used.answered_at)}" if used.answered_at else ""
    return Line(f"You have answered{by}{when}: {said}.")


def _sentence(said: str) -> str:
    """A message as it stands alone."""
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")


def _received(page: ContactPage) -> str:
    if page.contact.purpose == "decide":
        return "I have read it, and decide in a moment"
    if page.contact.purpose == "offer":
        return "I have read it, and answer later"
    return "It came: I have read it"


def _when(page: ContactPage, at: datetime) -> str:
    return dated_text(at, page.zone)


def _short(page: ContactPage, at: datetime) -> str:
    """A time of today by its hour, another with its day."""
    here = at.astimezone(page.zone)
    return f"{here:%H%M}" if here.date() == page.at.astimezone(page.zone).date() else f"{here:%a %d %b %H%M}"
