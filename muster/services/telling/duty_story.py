"""Sentences about duty, command, limits and calls."""

from datetime import datetime, timedelta
from typing import Final

from muster.domain.command import CommandEvent
from muster.domain.instants import span_text
from muster.domain.relief import Crossing
from muster.domain.roll_calls import RollCall
from muster.domain.schema import from_body
from muster.domain.taskings import Call
from muster.services.duty import status
from muster.services.telling.names import listed
from muster.services.telling.told import Teller, Told
from muster.services.watch import watches_at


def _signing(t: Told) -> str:
    who = t.member(t.body["member"])
    why = f" ({t.body['why']})" if "why" in t.body else ""
    if t.body["kind"] == "on":
        return f"{who} signs on in {t.names.unit(t.body['unit'])}{why}."
    if t.body["kind"] == "held-over":
        return f"{who} is held over past the end of the tour{why}."
    since = _on_duty_since(t, t.body["member"])
    return f"{who} signs off" + (f" after {span_text(t.at - since)} on duty." if since else ".")


def _on_duty_since(t: Told, member: str) -> datetime | None:
    """When the duty began that ends at the instant; None for somebody who was not on duty just before."""
    watches = watches_at(t.views, [], t.at - timedelta(seconds=1), t.known, [member])
    return watches.moment.fitness(member).since


def _reachability(t: Told) -> str:
    who, until = t.member(t.body["member"]), t.until()
    if t.body["kind"] == "rest":
        return f"{who} is to be left to rest{until}: asked nothing that somebody else can decide."
    if t.body["kind"] == "owed":
        return f"{who} is contacted at rest, and owed rest anew{until}."
    return f"{who} cannot be reached{until}, as stated."


def _absence(t: Told) -> str:
    return f"{t.member(t.body['member'])} is not available{t.until()}."


def _waiver(t: Told) -> str:
    by, rest = t.member(t.body["signed_by"]), t.body["rest_owed_hours"]
    who = t.member(t.body["member"])
    return f"{by} waives the rule {t.body['rule']} for {who}{t.until()}; {rest} h of rest are owed for it."


def _command(t: Told) -> str | None:
    unit, who = t.names.unit(t.body["unit"]), t.names.held(t.body["position"], t.body["member"])
    if t.body["kind"] == "assumed":
        events = t.views.rows(CommandEvent, unit=t.body["unit"], to=t.body["member"], known_at=t.known)
        if any(e.at == t.at for e in events):
            return None  # the hand-over says it
        return f"{who} assumes command of {unit}."
    return f"{who} hands over command of {unit} to {t.member(t.body['to'])}."


def _crossing(t: Told) -> str:
    c = from_body(Crossing, t.body)
    who = t.names.held(c.position, c.member)
    relief = t.names.held(c.relief_position, c.relief_member) if c.relief_position else "NOBODY"
    later = ""
    if c.next_from is not None and c.next_position is not None:
        coming = t.names.held(c.next_position, c.next_member)
        later = f" Next of the unit to come on duty: {coming}, from {t.names.clock(c.next_from)}."
    if c.rule == "relief-owed":
        return f"{who} has been on duty {c.hours} h: relief is owed. Due to take over: {relief}, from now.{later}"
    if c.rule == "relief-overdue":
        return f"{who}, {c.hours} h on duty: relief is OVERDUE. New matters go to {relief}.{later}"
    return f"{who}, {c.hours} h on duty: UNFIT for duty, no tasking without a waiver. Due: {relief}.{later}"


def _call(t: Told) -> str:
    c = from_body(Call, t.body)
    caller, called = t.names.giver(c.caller), t.member(c.member)
    about = f" about {c.about}" if c.about else ""
    if c.answered:
        return f"{caller} calls{about}: {called} answers."
    on_duty = status(t.views, c.member, t.at, t.known).state == "on-duty"
    instead = t.names.held(c.routed_position, c.routed_to) if c.routed_position else None
    routed = f"The call goes on at once to {instead}." if instead else "NOBODY else can answer."
    said = f" {caller} is told: “{t.words(c.said)}.”" if c.said else ""
    state = "on duty" if on_duty else "off duty"
    return f"{caller} calls{about}: {called}, {state}, does not answer. {routed}{said}"


def _roll_call(t: Told) -> str:
    r = from_body(RollCall, t.body)
    counts = [f"{len(r.present)} present", f"{len(r.late)} late", f"{len(r.missing)} missing"]
    more = [f"{len(r.joined)} who are on no schedule of it"] if r.joined else []
    tour = f"tour {r.tour} of {r.day} in {t.names.unit(r.unit)}"
    return f"{t.member(r.by)} calls the roll of {tour}: {listed([*counts, *more])}."


DUTY_TELLERS: Final[dict[str, Teller]] = {
    "signing.entered": _signing,
    "reachability.entered": _reachability,
    "absence.entered": _absence,
    "reachability.changed": _reachability,
    "absence.changed": _absence,
    "waiver.entered": _waiver,
    "waiver.changed": _waiver,
    "command_event.entered": _command,
    "crossing.entered": _crossing,
    "call.entered": _call,
    "roll_call.taken": _roll_call,
}
