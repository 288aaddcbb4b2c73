"""Sentences about hours that time keepers enter, about call-ins, and about published rosters."""

from typing import Final

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.duty import TimeRecord
from muster.domain.instants import span_text
from muster.domain.schema import from_body
from muster.scenarios.names import listed
from muster.scenarios.told import Teller, Told

SAID: Final = {
    "accepted": "comes",
    "refused": "does not want to come",
    "not-reached": "was not reached, and keeps the place on the list",
    "no-show": "did not come",
    "excused": "is excused",
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
    "do_not_call.entered": _do_not_call,
    "do_not_call.changed": _do_not_call,
}
