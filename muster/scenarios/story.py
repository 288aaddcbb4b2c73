"""The story: what happened, told from the facts of the record alone."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.duty import Signing
from muster.domain.instants import span_text
from muster.domain.record import Recorded
from muster.domain.relief import Crossing
from muster.domain.schema import from_body
from muster.domain.taskings import Call, Tasking
from muster.ports import Views
from muster.scenarios.names import Names
from muster.services.duty import status

Body = dict[str, Any]


class Story:
    """Tells facts in sentences, as of the state of the record in which they stand."""

    def __init__(self, views: Views, zone: ZoneInfo) -> None:
        self.views = views
        self.zone = zone
        self.names = Names(views)

    def tell(self, facts: Sequence[Recorded]) -> Iterator[tuple[datetime, str, list[int]]]:
        """Sentences about these facts in order, each with its instant and the facts it stands on. Facts of one kind
        that follow each other are told together where there are many."""
        tellers: dict[str, Callable[[Body, datetime], str | None]] = {
            "signing.entered": self._signing,
            "reachability.entered": self._reachability,
            "absence.entered": self._absence,
            "command_event.entered": self._command,
            "crossing.entered": self._crossing,
            "call.entered": self._call,
            "order.given": self._order,
            "tasking.received": self._received,
            "tasking.accepted": lambda b, at: f"{self._holder(b, at)} accepts it and owns it from now.",
            "tasking.refused": lambda b, at: f"{self._holder(b, at)} refuses it: {b['reason']}.",
            "tasking.taken-over": lambda b, at: f"{self._holder(b, at)} takes it over.",
            "tasking.sent": self._sent,
            "tasking.closed": lambda b, at: f"{self.names.member(b['by'], at)} closes it: {b['result']}.",
            "appointment.entered": self._appointed,
            "appointment.changed": self._appointment_ended,
            "directory.loaded": self._loaded,
            **self._separation_tellers(),
        }
        ordered = [f for f in facts if self._of_order(f)]
        yield from self._returns(ordered)
        for kind, group in groupby((f for f in facts if f not in ordered), key=lambda f: f.kind):
            several = list(group)
            if kind == "tasking.told":
                yield _at(several[0]), self._told(several), [f.seq for f in several]
            for fact in several if kind in tellers else ():
                said = tellers[kind](json.loads(fact.body), _at(fact))
                if said is not None:
                    yield _at(fact), said, [fact.seq]

    def _of_order(self, fact: Recorded) -> bool:
        """Whether the fact is about one of the many taskings of an order."""
        if not fact.stream.startswith("tasking/"):
            return False
        tasking = self.views.row(Tasking, fact.stream.removeprefix("tasking/"))
        return tasking is not None and tasking.order is not None

    def _returns(self, facts: Sequence[Recorded]) -> Iterator[tuple[datetime, str, list[int]]]:
        """Many commands answer one order: told in one sentence."""
        closed = [f for f in facts if f.kind == "tasking.closed"]
        if closed:
            places = [self.names.unit(f.stream.rpartition(".")[2]) for f in closed]
            who = ", ".join(places) if len(places) <= 4 else f"{len(places)} commands"
            yield _at(closed[0]), f"{who}: {json.loads(closed[0].body)['result']}.", [f.seq for f in closed]

    def clock(self, at: datetime) -> str:
        """An instant as people read it."""
        return f"{at.astimezone(self.zone):%a %d %b %H%M}"

    def _holder(self, b: Body, at: datetime) -> str:
        return f"{self.names.position(b['position'])} ({b['member']})"

    def _told(self, facts: Sequence[Recorded]) -> str:
        positions = [self.names.position(json.loads(f.body)["position"]) for f in facts]
        return f"Told, without having to answer: {'; '.join(positions)}."

    def _signing(self, b: Body, at: datetime) -> str:
        office = self.names.member(b["member"], at)
        if b["kind"] == "on":
            return f"{office} signs on in the {self.names.unit(b['unit'])}."
        if b["kind"] == "held-over":
            return f"{office} is held over past the end of the tour."
        before = [s for s in self.signed_before(b["member"], at)]
        worked = f" after {span_text(at - before[-1])} on duty" if before else ""
        return f"{office} signs off{worked}."

    def signed_before(self, member: str, at: datetime) -> list[datetime]:
        """When the member signed on, before that instant, in order."""
        signed = [s for s in self.views.rows(Signing, member=member) if s.kind == "on" and s.at < at]
        return sorted(s.at for s in signed)

    def _reachability(self, b: Body, at: datetime) -> str:
        office = self.names.member(b["member"], at)
        until = f" until {self.clock(datetime.fromisoformat(b['until']))}" if "until" in b else ""
        if b["kind"] == "rest":
            return f"{office} is to be left to rest{until}: asked nothing that somebody else can decide."
        return f"{office} states that they cannot be reached{until}."

    def _absence(self, b: Body, at: datetime) -> str:
        until = f" until {self.clock(datetime.fromisoformat(b['until']))}" if "until" in b else ""
        return f"{self.names.member(b['member'], at)} is not available{until}."

    def _command(self, b: Body, at: datetime) -> str:
        office, unit = self.names.member(b["member"], at), self.names.unit(b["unit"])
        if b["kind"] == "assumed":
            return f"{office} assumes command of the {unit}."
        return f"{office} hands over command of the {unit} to {self.names.member(b['to'], at)}."

    def _crossing(self, b: Body, at: datetime) -> str:
        c = from_body(Crossing, b)
        office = self.names.position(c.position)
        relief = f"{self.names.position(c.relief_position)} ({c.relief_member})" if c.relief_position else "NOBODY"
        later = ""
        if c.next_from is not None and c.next_position is not None:
            later = (
                f" Next of the unit to come on duty: {self.names.position(c.next_position)}, {self.clock(c.next_from)}."
            )
        if c.rule == "relief-owed":
            return f"{office} has been on duty {c.hours} h: relief is owed. Due to take over: {relief}.{later}"
        if c.rule == "relief-overdue":
            return f"{office}, {c.hours} h on duty: relief is OVERDUE. New matters go to {relief}.{later}"
        return f"{office}, {c.hours} h on duty: UNFIT for duty, no tasking without a waiver. Due: {relief}.{later}"

    def _call(self, b: Body, at: datetime) -> str:
        c = from_body(Call, b)
        about = f" about {c.about}" if c.about else ""
        called = self.names.member(c.member, at)
        if c.answered:
            return f"{self.names.giver(c.caller)} calls{about}: {called} answers."
        doing = status(self.views, c.member, at)
        state = "on duty" if doing.state == "on-duty" else "off duty"
        instead = (
            f"{self.names.position(c.routed_position)} ({c.routed_to}) answers instead" if c.routed_position else ""
        )
        routed = f"The call goes on at once: {instead}." if instead else "NOBODY else can answer."
        said = f" {self.names.giver(c.caller)} is told: “{self._in_words(c)}.”"
        return f"{self.names.giver(c.caller)} calls{about}: {called}, {state}, does not answer. {routed}{said}"

    def _in_words(self, c: Call) -> str:
        said = c.said or ""
        for position in (c.routed_position, *said.split()[:1]):
            if position:
                said = said.replace(position, self.names.position(position))
        return said

    def _order(self, b: Body, at: datetime) -> str:
        by = f", returns due {self.clock(datetime.fromisoformat(b['deadline']))}" if "deadline" in b else ""
        exempt = ", ".join(self.names.unit(u) for u in b["exempt"]) or "none"
        return (
            f"{self.names.giver(b['giver'])} orders: {b['what']}. {b['units']} commands receive it as a tasking each"
            f"{by}. Exempt by name: {exempt}."
        )

    def _received(self, b: Body, at: datetime) -> str | None:
        t = from_body(Tasking, b)
        if t.order is not None:
            return None
        owner = f"{self.names.position(t.owner)} owns it"
        place = self.names.unit(t.competent_unit)
        if t.kind == "relief":
            return f"A tasking is opened: {t.what}. {owner}."
        if t.giver is None or t.receiver is None:
            return f"Received: {t.what} ({self.names.unit(t.place)}). It belongs to the {place}; {owner}."
        return (
            f"{self.names.giver(t.giver)} directs {self.names.position(t.receiver)}: {t.what}. "
            f"It belongs to the {place}; {owner} until somebody else accepts it."
        )

    def _sent(self, b: Body, at: datetime) -> str:
        above = ", ".join(self.names.unit(u) for u in b["skipped_above"]) or "nobody"
        below = ", ".join(self.names.unit(u) for u in b["competent_below"]) or "nobody"
        if not b["skipped_above"] and not b["competent_below"]:
            return f"It is sent to {self.names.position(b['to'])}: no level is passed over."
        return (
            f"A bypass: {self.names.giver(b['by'])} sends it to {self.names.position(b['to'])} all the same "
            f"(“{b['reason']}”). Skipped above: {above}. Competent below: {below}."
        )

    def _appointed(self, b: Body, at: datetime) -> str:
        until = f" until {self.clock(datetime.fromisoformat(b['until']))}" if "until" in b else ""
        kind = "to act as" if b["kind"] == "acting" else "as"
        return f"Member {b['member']} is appointed {kind} {self.names.position(b['position'])}{until}."

    def _appointment_ended(self, b: Body, at: datetime) -> str | None:
        if "until" not in b:
            return None
        until = datetime.fromisoformat(b["until"])
        office = self.names.position(b["position"])
        return f"The {b['kind']} appointment of {b['member']} as {office} ends {self.clock(until)}."

    def _loaded(self, b: Body, at: datetime) -> str:
        counts = b["facts"]
        said = ", ".join(f"{counts[k]:,} {word}" for k, word in LOADED_WORDS.items() if k in counts)
        return f"The force is loaded: {said}."

    def _separation_tellers(self) -> dict[str, Callable[[Body, datetime], str | None]]:
        def filed(b: Body, at: datetime) -> str:
            effective = self.clock(datetime.fromisoformat(b["effective"]))
            return f"{self.names.member(b['member'], at)} files for {b['kind']}, to take effect {effective}."

        def accepted(b: Body, at: datetime) -> str:
            parts = [f"takes effect {self.clock(datetime.fromisoformat(b['effective']))}"] if "effective" in b else []
            if "leave_from" in b:
                parts.append(f"terminal leave from {self.clock(datetime.fromisoformat(b['leave_from']))}")
            return f"The papers are accepted: {'; '.join(parts)}."

        def asked(b: Body, at: datetime) -> str:
            return f"{self.names.member(b['by'], at)} asks to reconsider. The papers are in and stay in."

        return {
            "separation.filed": filed,
            "separation.accepted": accepted,
            "separation.reconsideration-asked": asked,
            "separation.withdrawn": lambda b, at: "The papers are withdrawn.",
        }


def _at(fact: Recorded) -> datetime:
    return datetime.fromisoformat(fact.effective_at)


LOADED_WORDS = {
    "member.entered": "members",
    "unit.entered": "units",
    "position.entered": "positions",
    "squad.entered": "squads",
    "absence.entered": "absences",
}
