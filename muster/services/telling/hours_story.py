"""Sentences about hours that time keepers enter, about call-ins, and about published rosters."""

from typing import Final

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.calling_offers import Offer, Offering, in_order
from muster.domain.duty import TimeRecord
from muster.domain.instants import span_text
from muster.domain.schema import from_body
from muster.services.telling.names import listed
from muster.services.telling.told import Teller, Told

SAID: Final = {
    "accepted": "comes",
    "refused": "does not want to come",
    "not-reached": "was not reached, and keeps the place on the list",
    "no-show": "did not come",
    "excused": "is excused",
}


OFFER_ENDS: Final = {
    "passed": "was willing, and does not get",
    "spared": "need not answer any more about",
}
"""What is told of an offer by the state in which it ended."""
HOURS_UNTOLD: Final = {
    "offer.made": "the round in which it is offered is told",
    "offer.awarded": "the answer that stands on the list is told",
    "offer.not-reached": "the answer that stands on the list is told",
    "offer.refused": "the answer that stands on the list is told",
    "offering.hastened": "what is decided by it is told",
    "offering.waited": "nothing has changed",
}


def _time_record(t: Told) -> str:
    r = from_body(TimeRecord, t.body)
    span = f"{t.names.clock(r.since)} to {t.names.clock(r.until)}"
    source = f" ({r.source})" if r.source else ""
    return f"Entered for {t.member(r.member)}: {span_text(r.until - r.since)} of {r.kind}, {span}{source}."


def _call_in(t: Told) -> str:
    c = from_body(CallIn, t.body)
    who = "1 member" if c.needed == 1 else f"{c.needed} members"
    what = "to be called in" if c.kind == "call-in" else "to stay past the end of the tour"
    why = f" ({c.why})" if c.why else ""
    span = f"{t.names.clock(c.since)} to {t.names.clock(c.until)}"
    return f"{t.member(c.opened_by)} needs {who} {what} in {t.names.unit(c.unit)}, {span}{why}."


def _answer(t: Told) -> str:
    a = from_body(CallInAnswer, t.body)
    who, why = t.member(a.member), f" ({a.why})" if a.why else ""
    place = f", place {a.place} on the list" if a.place is not None else ""
    ahead = f" Ahead of them: {listed([t.member(m) for m in a.ahead])}." if a.ahead else ""
    if a.what == "ordered":
        return f"{t.member(a.by)} orders {who} to call-in {a.call_in}{place}{why}.{ahead}"
    return f"Call-in {a.call_in}: {who}{place}, {SAID[a.what]}{why}.{ahead}"


def _do_not_call(t: Told) -> str:
    return f"{t.member(t.body['member'])} does not want to be asked to call-ins{t.until()}."


def _offering(t: Told) -> str:
    o = from_body(Offering, t.body)
    offers = t.views.rows(Offer, call_in=o.call_in, round=o.round, known_at=t.known)
    who = listed([t.member(each.member) for each in in_order(offers)])
    until = t.names.clock(o.deadline)
    return f"Call-in {o.call_in} is offered to {who} at once, by {t.member(o.by)}; they answer until {until}."


def _offer(t: Told) -> str:
    verb = t.fact.kind.partition(".")[2]
    _, name, _, member = t.fact.stream.split("/")
    why = f": {t.names.words(t.body['why'], t.at)}" if "why" in t.body else ""
    if verb == "answered":
        willing = "is willing to come" if t.body["answer"] == "willing" else "does not want to come"
        return f"{t.member(member)} {willing} to call-in {name}."
    return f"{t.member(member)} {OFFER_ENDS[verb]} call-in {name}{why}."


def _round_over(t: Told) -> str:
    name = t.fact.stream.split("/")[1]
    missing = t.body["missing"]
    left = f"{missing} still needed" if missing else "as many come as are needed"
    return f"The offers of call-in {name} are over: {left}."


def _undecided(t: Told) -> str:
    name, again = t.fact.stream.split("/")[1], t.names.clock(t.instant("due_at"))
    return f"ALARM: the offers of call-in {name} could not be decided, {t.body['why']}. It is tried again at {again}."


def _published(t: Told) -> str:
    unit, by = t.names.unit(t.body["unit"]), t.member(t.body["signer"])
    return f"{by} publishes the roster of {unit}: {t.body['days']} days from {t.body['first']}."


def _amended(t: Told) -> str:
    _, unit, first = t.fact.stream.split("/")
    what = f"from {t.body['was']} to {t.body['tour']}"
    who, by = t.member(t.body["member"]), t.member(t.body["signer"])
    return f"{by} amends the roster of {t.names.unit(unit)} from {first}: {who} on {t.body['day']}, {what}."


HOURS_TELLERS: Final[dict[str, Teller]] = {
    "time_record.entered": _time_record,
    "time_record.changed": _time_record,
    "roster.published": _published,
    "roster.amended": _amended,
    "call_in.entered": _call_in,
    "call_in_answer.entered": _answer,
    "offering.made": _offering,
    "offering.closed": _round_over,
    "offering.faulted": _undecided,
    "offer.answered": _offer,
    **{f"offer.{verb}": _offer for verb in OFFER_ENDS},
    "do_not_call.entered": _do_not_call,
    "do_not_call.changed": _do_not_call,
}
