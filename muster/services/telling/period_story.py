"""Sentences about a period as people live it: requests, ledgers that are closed, calendars, who signs in."""

from datetime import date
from typing import Final

from muster.domain.closings import Closing
from muster.domain.requests import STATES, Request
from muster.domain.schema import from_body
from muster.services.telling.told import Teller, Told

STEPS: Final = {
    "consented": "is consented to",
    "refused": "is refused by the other member",
    "granted": "is granted",
    "declined": "is declined",
    "withdrawn": "is withdrawn",
}

USERS: Final = {
    "made": "may sign in as soon as they have chosen a password",
    "invited": "is given a link to choose a password",
    "chose": "has chosen a password",
    "ended": "cannot sign in any more",
}


def _filed(t: Told) -> str:
    r = from_body(Request, t.body)
    days = f"on {r.first}" if r.first == r.last else f"from {r.first} to {r.last}"
    who = t.member(r.member)
    if r.kind == "swap":
        back = f", and to take theirs of {r.last}" if r.returns else ""
        return f"{who} asks to give the tour of {r.first} to {t.member(r.other or '')}{back}: request {r.request}."
    if r.kind == "leave":
        return f"{who} asks for leave {days}: request {r.request}."
    return f"{who} would {'rather' if r.wanted else 'rather not'} have {r.tour} {days}: request {r.request}."


def _step(t: Told) -> str:
    verb = t.fact.kind.partition(".")[2]
    by = f" by {t.member(t.body['decider'])}" if "decider" in t.body else ""
    short = f", though a tour is short then: {', '.join(t.body['short'])}" if t.body.get("short") else ""
    return f"Request {t.fact.stream.partition('/')[2]} {STEPS[verb]}{by}{short}."


def _closed(t: Told) -> str:
    c = from_body(Closing, t.body)
    what = "closes the ledger" if c.version == 1 else f"supplements the closed ledger ({c.changes} changes)"
    return f"{t.member(c.signer)} {what} of {t.names.unit(c.unit)}: {c.members} members, {c.days} days from {c.first}."


def _withdrawn(t: Told) -> str:
    _, unit, _ = t.fact.stream.split("/")
    day = date.fromisoformat(t.body["from_day"])
    return f"{t.member(t.body['signer'])} withdraws the roster of {t.names.unit(unit)} from {day} on."


def _feed_made(t: Told) -> str:
    return f"{t.member(t.body['member'])} has a link for calendars."


def _feed_revoked(t: Told) -> str:
    return f"The calendar link of {t.member(t.fact.stream.partition('/')[2])} ends."


def _user(t: Told) -> str:
    name, verb = t.fact.stream.partition("/")[2], t.fact.kind.partition(".")[2]
    return f"User {name} {USERS[verb]}."


def _session(t: Told) -> str:
    if t.fact.kind == "session.begun":
        return f"User {t.body['user']} signs in."
    return "Somebody who was signed in is no more."


def _token(t: Told) -> str:
    if t.fact.kind == "token.made":
        return f"User {t.body['user']} has a token for a program: {' and '.join(t.body['scopes'])}."
    return "A token of a program ends."


def _kept(t: Told) -> str:
    return f"A program did it for user {t.body['user']}."


PERIOD_TELLERS: Final[dict[str, Teller]] = {
    "request.filed": _filed,
    **{f"request.{verb}": _step for verb in STATES},
    "closing.closed": _closed,
    "roster.withdrawn": _withdrawn,
    "feed_link.made": _feed_made,
    "feed_link.revoked": _feed_revoked,
    **{f"user.{verb}": _user for verb in USERS},
    "session.begun": _session,
    "session.ended": _session,
    "token.made": _token,
    "token.ended": _token,
    "done.kept": _kept,
}
