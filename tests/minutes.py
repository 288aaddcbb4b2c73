"""What each minute of a member counts as, painted from the raw facts, without the ledger's code."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

NOTHING, UNPAID, PAID = 0, 1, 2
MINUTE = timedelta(minutes=1)
USUALLY_UNPAID = ("extra-duty", "travel")
FOLLOWED = (
    "force", "tour", "chart", "squad", "squad_place", "attachment", "absence", "signing", "time_record", "separation",
    "appointment", "position",
)  # fmt: skip
Body = dict[str, Any]
Minutes = bytearray
Text = Callable[[str], str]


class State:
    """The rows that hours follow from, as the facts so far leave them; a list for each member and noun."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Body]] = {noun: {} for noun in FOLLOWED}
        self.lines: dict[str, Body] = {}
        self._about: dict[tuple[str, str], dict[str, Body]] = defaultdict(dict)

    def take(self, noun: str, stream: str, verb: str, body: Body) -> None:
        """Follow one fact."""
        rows = self.rows[noun]
        if verb == "removed":
            gone = rows.pop(stream, None)
            if gone is not None and "member" in gone:
                self._about[noun, gone["member"]].pop(stream, None)
            return
        if noun == "separation" and stream in rows and verb not in ("entered", "changed"):
            body = _separated(rows[stream], verb, body)
        elif verb not in ("entered", "changed", "filed", "decided", "recorded", "appointed", "relieved", "ended"):
            raise ValueError(f"{noun}.{verb} in {stream} is not known here")
        rows[stream] = body
        if "member" in body:
            self._about[noun, body["member"]][stream] = body

    def roster(self, stream: str, verb: str, body: Body, text: Text) -> None:
        """Follow a fact about a roster."""
        if verb == "published":
            told = json.loads(text(body["content"]))
            self.lines[stream] = {**told, "since": body["since"], "until": body["until"]}
        elif verb == "amended":
            line = self.lines[stream]["lines"][body["member"]]
            place = (date.fromisoformat(body["day"]) - date.fromisoformat(self.lines[stream]["first"])).days
            line[place] = "" if body["tour"] == "off" else body["tour"]
        elif verb == "withdrawn":
            left = (date.fromisoformat(body["from_day"]) - date.fromisoformat(self.lines[stream]["first"])).days
            lines = {member: line[:left] for member, line in self.lines[stream]["lines"].items()}
            self.lines[stream] |= {"lines": lines, "until": body["until"]}
        else:
            raise ValueError(f"roster.{verb} in {stream} is not known here")

    def of(self, noun: str, member: str) -> list[Body]:
        """The rows of a noun about a member."""
        return list(self._about[noun, member].values())

    @property
    def force(self) -> Body:
        """The force."""
        return next(iter(self.rows["force"].values()))

    @property
    def zone(self) -> ZoneInfo:
        """Its zone."""
        return ZoneInfo(self.force["zone"])


def _separated(before: Body, verb: str, body: Body) -> Body:
    if verb == "accepted":
        kept = {k: v for k, v in before.items() if k != "leave_from"}
        return {**kept, "state": "accepted", **{k: body[k] for k in ("effective", "leave_from", "kind") if k in body}}
    state = {"state": verb} if verb in ("withdrawn", "superseded") else {}
    return {**before, **state, **{k: body[k] for k in ("effective", "leave_from", "kind") if k in body}}


def home_of(state: State, member: str, start: datetime, end: datetime) -> list[str]:
    """The unit in which a member is at home, for each minute; empty for none."""
    home = [""] * minute(end, start)
    held = sorted(state.of("appointment", member), key=lambda a: (a["kind"] == "substantive", a["since"]))
    ordered = [(row, row["unit"]) for row in sorted(state.of("attachment", member), key=lambda a: str(a["since"]))]
    for place in sorted(state.of("squad_place", member), key=lambda p: str(p["since"])):
        ordered.append((place, state.rows["squad"][f"squad/{place['squad']}"]["unit"]))
    ordered += [(a, state.rows["position"][f"position/{a['position']}"]["unit"]) for a in held]
    for row, unit in ordered:
        a, b = _span(row, start, len(home))
        home[a:b] = [unit] * (b - a)
    return home


def worked(state: State, member: str, start: datetime, end: datetime) -> Minutes:
    """What each minute of a member counts as: nothing, unpaid or paid."""
    minutes = none(start, end)
    size, records = len(minutes), sorted(state.of("time_record", member), key=lambda r: str(r["since"]), reverse=True)
    signings = sorted(state.of("signing", member), key=lambda s: (s["at"], s["kind"] != "off", s["kind"]))
    taken = [(r["since"], r["until"]) for r in records if r["kind"] in ("tour", "court", "training")]
    for begin, stop in _tours(state, member, start, end):
        if not any(read_at(a) < stop and read_at(b) > begin for a, b in taken):
            _paint(minutes, _tour_worked(state, member, signings, begin, stop), minute(begin, start))
    for r in records:
        is_paid = r["kind"] not in USUALLY_UNPAID if r.get("paid") is None else r["paid"] == "yes"
        a, b = _span(r, start, size)
        minutes[a:b] = bytes([PAID if is_paid else UNPAID]) * (b - a)
    for n, s in enumerate(signings):
        if s["kind"] != "off":
            ends = signings[n + 1]["at"] if n + 1 < len(signings) else None
            a, b = _span({"since": s["at"], "until": ends}, start, size)
            minutes[a:b] = bytes([PAID]) * (b - a)
    return minutes


def _tour_worked(state: State, member: str, signings: list[Body], begin: datetime, stop: datetime) -> Minutes:
    """The minutes of a planned tour that were worked, in it or in court or training instead."""
    left = [s for s in state.of("separation", member) if s["state"] not in ("withdrawn", "superseded")]
    offs = [read_at(s["at"]) for s in signings if s["kind"] == "off" and begin <= read_at(s["at"]) < stop]
    minutes = none(begin, stop)
    size = len(minutes)
    until = minute(min([stop, *offs]), begin)
    minutes[:until] = bytes([PAID]) * until
    absences = state.of("absence", member)
    for row in [*absences, *({"since": s.get("leave_from") or s["effective"]} for s in left)]:
        a, b = _span(row, begin, size)
        minutes[a:b] = bytes(b - a)
    gone = min([size, *(max(minute(s["effective"], begin), 0) for s in left)])
    for row in absences:
        a, b = _span(row, begin, gone)
        if row["kind"] in ("court", "training"):
            minutes[a:b] = bytes([PAID]) * (b - a)
    return minutes


def _tours(state: State, member: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The tours that charts and published rosters give a member around a period."""
    day, last = (start - timedelta(days=3)).date(), (end + timedelta(days=1)).date()
    attached = state.of("attachment", member)
    while day <= last:
        for squad, row in [(p["squad"], p) for p in state.of("squad_place", member)]:
            turn = _charted(state, squad, day)
            if turn and _holds(row, turn[0]) and not any(_holds(a, turn[0]) for a in attached):
                yield from () if _spoken(state, member, turn[0]) else (turn,)
        for a in attached:
            turn = _charted(state, a["squad"], day) if a.get("squad") else None
            if turn and _holds(a, turn[0]) and not _spoken(state, member, turn[0]):
                yield turn
        for roster in state.lines.values():
            place = (day - date.fromisoformat(roster["first"])).days
            line = roster["lines"].get(member)
            if line and 0 <= place < len(line) and line[place] and f"tour/{line[place]}" in state.rows["tour"]:
                turn = _turn(state, line[place], day)
                if _speaks(state, roster, member, turn[0]):
                    yield turn
        day += timedelta(days=1)


def _spoken(state: State, member: str, at: datetime) -> bool:
    """Whether a published roster, and no chart, says what the member does then."""
    return any(member in r["lines"] and _speaks(state, r, member, at) for r in state.lines.values())


def _speaks(state: State, roster: Body, member: str, at: datetime) -> bool:
    if not _holds(roster, at):
        return False
    there = [a["unit"] for a in state.of("attachment", member) if _holds(a, at)]
    return roster["unit"] in there if there else member not in roster["guests"]


def _charted(state: State, squad: str, day: date) -> tuple[datetime, datetime] | None:
    row = state.rows["squad"][f"squad/{squad}"]
    chart = state.rows["chart"][f"chart/{row['chart']}"]
    shift = (day - date.fromisoformat(chart["anchor"])).days - row.get("offset", 0)
    word = chart["cycle"][shift % len(chart["cycle"])]
    tour = row.get("tour") if word == "W" else word
    return None if tour is None or tour == "o" else _turn(state, tour, day)


def _turn(state: State, tour: str, day: date) -> tuple[datetime, datetime]:
    row, zone = state.rows["tour"][f"tour/{tour}"], state.zone
    start, end = (time(int(row[which][:2]), int(row[which][2:])) for which in ("start", "end"))
    last = day + timedelta(days=row["days"])
    return tuple(datetime.combine(d, t, zone).astimezone(UTC) for d, t in ((day, start), (last, end)))  # type: ignore[return-value]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _holds(row: Body, at: datetime) -> bool:
    since, until = row.get("since"), row.get("until")
    return (since is None or read_at(since) <= at) and (until is None or at < read_at(until))


def _paint(minutes: Minutes, found: Minutes, at: int) -> None:
    """Lay minutes that begin at a place over others; where they say nothing, those stay."""
    for n in range(max(at, 0), min(at + len(found), len(minutes))):
        minutes[n] = found[n - at] or minutes[n]


def _span(row: Body, start: datetime, size: int) -> tuple[int, int]:
    since, until = row.get("since"), row.get("until")
    a = 0 if since is None else min(max(minute(since, start), 0), size)
    b = size if until is None else min(max(minute(until, start), 0), size)
    return a, max(a, b)


def none(start: datetime, end: datetime) -> Minutes:
    return bytearray(minute(end, start))


def minute(at: str | datetime, start: datetime) -> int:
    """The number of a minute from the start on. Raises ``ValueError`` for an instant within a minute."""
    passed = read_at(at) - start
    if passed % MINUTE:
        raise ValueError(f"{at} must be a full minute: minutes are counted here")
    return passed // MINUTE


@lru_cache(maxsize=65_536)
def read_at(said: str | datetime) -> datetime:
    return (datetime.fromisoformat(said) if isinstance(said, str) else said).astimezone(UTC)
