"""Bypass: whom a directive passes over, above its receiver and below."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.domain.candidates import positions_of
from muster.domain.force import Position
from muster.domain.watch import Watches


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the chain: a unit and the position that heads it; ``position`` None for a unit without one."""

    unit: str
    name: str
    position: str | None


@dataclass(frozen=True, slots=True)
class Bypass:
    """Whom a directive passes over: levels between giver and receiver, and competent levels below the receiver."""

    skipped_above: tuple[Level, ...]
    competent_below: tuple[Level, ...]

    @property
    def told(self) -> tuple[Level, ...]:
        """Every level on either list."""
        return (*self.skipped_above, *self.competent_below)


def head_of(watches: Watches, unit: str) -> Position | None:
    """The position that heads a unit: its first command position; None when it has none."""
    titles = watches.snapshot.titles
    return next((p for p in positions_of(watches.moment, unit) if titles[p.title].kind == "command"), None)


def level_of(watches: Watches, unit: str) -> Level:
    """The unit as a level of the chain."""
    head = head_of(watches, unit)
    return Level(unit, watches.snapshot.unit(unit).name, head.position if head else None)


def bypass(watches: Watches, giver: str, receiver: Position, unit: str) -> Bypass:
    """Whom a directive from unit ``giver`` to position ``receiver`` about a matter of ``unit`` would pass over.

    None above when the giver is the receiver's direct superior, or does not stand above at all: that is a request.
    """
    snapshot = watches.snapshot
    up = [u.unit for u in snapshot.path_up(receiver.unit)]
    above: list[str] = []
    if giver in up[1:]:
        above = up[1 : up.index(giver)][::-1]
        head = head_of(watches, receiver.unit)
        if head is not None and head.position != receiver.position:
            above.append(receiver.unit)
    down = [u.unit for u in snapshot.path_up(unit)]
    below = down[: down.index(receiver.unit)][::-1] if receiver.unit in down else []
    return Bypass(tuple(level_of(watches, u) for u in above), tuple(level_of(watches, u) for u in below))


def directive_words(watches: Watches, directive: tuple[str, Position], passed_over: Bypass, unit: str) -> Iterator[str]:
    giver, receiver = directive
    up = [u.unit for u in watches.snapshot.path_up(receiver.unit)]
    if giver not in up:
        yield f"{giver} does not stand above {receiver.position}: this is a request, not a directive"
    if passed_over.skipped_above:
        yield "skipped above: " + ", ".join(level.position or level.unit for level in passed_over.skipped_above)
    if passed_over.competent_below:
        yield "competent below: " + ", ".join(level.name for level in passed_over.competent_below)
    if receiver.unit not in [u.unit for u in watches.snapshot.path_up(unit)]:
        yield f"{receiver.position} does not stand over {unit}, to which the matter belongs"
