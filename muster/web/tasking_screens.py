"""The board of taskings, the page of one, and the pages on which something is done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from muster.domain.contact import Contact
from muster.domain.instants import span_text
from muster.domain.now import work_says
from muster.services.gate import Viewer
from muster.services.tasking_acts import Act, Choice
from muster.services.tasking_ahead import Ahead, told_by
from muster.services.tasking_board import Board, Line, Standing
from muster.services.tasking_page import TaskingPage
from muster.web.live import Parts
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place, shown, template_of, words

Whom = Sequence[tuple[str, str]]
STATES: Final[dict[Standing, tuple[str, str]]] = {
    "late": ("wrong", "Late"),
    "waiting": ("wait", "Waits for an answer"),
    "owned": ("ok", "Taken on"),
    "closed": ("well", "Closed"),
}
"""The mark and the word of each standing."""
LABELS: Final[dict[Act, str]] = {
    "accept": "Accept",
    "received": "I have read it",
    "refuse": "Refuse",
    "hand": "Hand on",
    "take-over": "Take over",
    "send": "Send elsewhere",
    "close": "Close",
}
MOST_MINE: Final = 20
MOST: Final = 100
"""So many lines of a board stand on one page; of one's own so many that it is small enough for a bad line."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Which lines of the board somebody asks for: their own alone; of one owner; by deadline alone, whatever their
    standing; from which on."""

    mine: bool = False
    owner: str = ""
    by_deadline: bool = False
    start: int = 0

    def asked(self, start: int = 0, **other: str) -> dict[str, str]:
        """The same in an address, from a line on; ``other``: in place of what is asked for."""
        by = "deadline" if self.by_deadline else ""
        said = {"mine": "1" if self.mine else "", "owner": self.owner, "by": by, "start": str(start or "")}
        return {name: value for name, value in {**said, **other}.items() if value}


def board_screen(board: Board, place: Place, viewer: Viewer, edition: str, *, pick: Pick, note: str) -> str:
    """The board. ``note``: what was done just now."""
    more = _board_words(board, viewer, pick)
    said = {"viewer": viewer, "edition": edition, "note": note, "area": "taskings", **more}
    return shown("taskings", "taskings", place, board.at, kept=pick.asked(pick.start), **said)


def board_parts(board: Board, place: Place, viewer: Viewer, *, pick: Pick) -> Parts:
    """The board in parts."""
    more = _board_words(board, viewer, pick)
    made: Any = template_of("tasking_row").make_module(words("taskings", place, board.at, **more))
    rows = {row_id(line): str(made.row(line)) for line in more["lines"]}
    head = {"answer": str(made.answer()), "tally": str(made.tally())}
    return Parts({**head, **rows}, {**head, "board": str(made.table())}, "fresh", lambda name: str(made.gone(name)))


def _board_words(board: Board, viewer: Viewer, pick: Pick) -> dict[str, Any]:
    all_shown, most = (board.mine(), MOST_MINE) if pick.mine else (board, MOST)
    shown_board = all_shown.of_owner(pick.owner) if pick.owner else all_shown
    lines = (shown_board.by_deadline() if pick.by_deadline else shown_board.lines)[pick.start : pick.start + most]
    late = shown_board.of("late")
    states = [(state, [x for x in lines if x.standing == state]) for state in ("late", "waiting", "owned")]
    owners = {x.tasking.owner: x.owner for x in all_shown.lines}
    return {
        "board": shown_board,
        "lines": lines,
        "pick": pick,
        "owners": sorted({pick.owner: pick.owner, **owners}.items()) if pick.owner else sorted(owners.items()),
        "most": most,
        "counts": (len(board.lines), len(board.mine().lines)),
        "says": work_says(len(late), len(shown_board.of("waiting"))),
        "because": _because(late),
        "grouped": [("by-deadline", lines)] if pick.by_deadline else states,
        "may_receive": any(o.kind in ("command", "tour", "civil") for o in viewer.offices),
        **_WORDS,
    }


def _because(late: Sequence[Line]) -> str:
    found = [f"{x.tasking.tasking}: {x.tasking.what}, {x.where}; {waits_for(x)}." for x in late[:2]]
    more = [f"And {len(late) - 2} more."] if len(late) > 2 else []
    return " ".join([*found, *more])


def row_id(line: Line) -> str:
    """The id of a line: letters that mean something in a selector are spelled out."""
    return "t-" + line.tasking.tasking.replace("_", "_u").replace(".", "_d")


def waits_for(line: Line) -> str:
    """Whom a tasking waits for, or who has it."""
    if line.standing == "owned":
        return f"{line.has} has it"
    if line.asked:
        return "asked: " + ", ".join(line.asked)
    return "nobody has accepted it"


def left_text(left: timedelta | None) -> str:
    """How much time is left, no finer than somebody needs to know it; empty: there is no deadline."""
    if left is None:
        return ""
    late, hours = left <= timedelta(0), abs(left) // timedelta(hours=1)
    said = span_text(abs(left)) if hours < 1 else f"{hours} h" if hours < 48 else f"{hours // 24} days"
    return f"late by {said}" if late else f"in {said}"


def clock(at: datetime, zone: tzinfo, day: date) -> str:
    """An instant by the clock, as screens write it: ``23:15`` on that day, else with its day."""
    here = at.astimezone(zone)
    year = "" if here.year == day.year else f" {here.year}"
    said = f"{here:%H:%M}" if here.date() == day else f"{here:%a} {here.day} {here:%b}{year} {here:%H:%M}"
    twice = here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()
    return f"{said} {here:%Z}" if twice else said


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent, and what it would do, where they looked at that."""

    sent: Returned = NOTHING
    ahead: Ahead | None = None


def tasking_screen(
    page: TaskingPage, choices: Sequence[Choice], place: Place, viewer: Viewer, edition: str, typed: Typed
) -> str:
    """The page of a tasking."""
    more = _page_words(page, choices, viewer, page.seq)
    said = {"viewer": viewer, "edition": edition, "sent": typed.sent, "area": "taskings", **more}
    return shown("tasking", f"tasking/{page.tasking.tasking}", place, page.at, **said)


def tasking_parts(
    page: TaskingPage, choices: Sequence[Choice], place: Place, viewer: Viewer, seen: int
) -> Mapping[str, str]:
    """The same in parts. ``seen``: the newest fact when they opened it, which its forms carry."""
    more = _page_words(page, choices, viewer, seen)
    made: Any = template_of("tasking_parts").make_module(
        words(f"tasking/{page.tasking.tasking}", place, page.at, viewer=viewer, **more)
    )
    return {name: str(getattr(made, name)()) for name in ("answer", "acts", "chain", "contacts", "history")}


def _page_words(page: TaskingPage, choices: Sequence[Choice], viewer: Viewer, seen: int) -> dict[str, Any]:
    by_act = {c.act: c for c in choices}
    has_it = page.tasking.accepted_by == viewer.member and viewer.member is not None
    first: Sequence[Act] = ("close", "hand", "refuse") if has_it else ("accept", "refuse", "hand")
    front: Sequence[Act] = (*first, "send" if has_it else "take-over")
    mine = [contact for _, contact in page.asked if contact.member == viewer.member]
    return {
        "page": page,
        "line": page.line,
        "t": page.tasking,
        "front": [by_act[act] for act in front if act in by_act],
        "more": [c for c in choices if c.act not in front],
        "says": _says(page),
        "because": _causes(page, mine),
        "mine": {c.key for c in mine},
        "may_read_it": mine and all(c.received_at is None for c in mine),
        "seen": seen,
        "effect": lambda choice: effect_of(choice, page),
        **_WORDS,
    }


def _says(page: TaskingPage) -> str:
    """Who has it, as it could be read out."""
    tasking, line = page.tasking, page.line
    if not tasking.is_open:
        return "it was closed"
    if tasking.accepted_by is None:
        return "nobody has accepted it"
    if tasking.offered_to:
        return f"{line.owner} has it, and it is offered on"
    return f"{line.owner} has it"


def _causes(page: TaskingPage, mine: Sequence[Contact]) -> str:
    """Why, whom it has reached, and what it waits for."""
    tasking, line = page.tasking, page.line
    if tasking.result is not None:
        return f"{line.owner} owned it. {_ended(tasking.result)}"
    found = [f"It belongs to {page.chain_here}."]
    if tasking.accepted_by is None:
        found.append(f"{line.owner} owns it until somebody accepts it.")
    else:
        found.append(f"{tasking.accepted_by} accepted it.")
    if line.asked:
        found.append(f"Offered to: {', '.join(line.asked)}.")
    found += _reached(page)
    if mine:
        found.append(f"You are asked: {mine[-1].says}.")
    return " ".join(found)


def _reached(page: TaskingPage) -> Iterable[str]:
    """Whether it has reached those who were asked last."""
    last = max((contact.step for _, contact in page.asked), default=None)
    for office, contact in {c.member: (o, c) for o, c in page.asked if c.step == last}.values():
        if contact.received_at is not None:
            yield f"{office} ({contact.member}) has read it, and not answered."
        elif any(c.state == "sent" for _, c in page.asked if (c.step, c.member) == (last, contact.member)):
            yield f"It was sent to {office} ({contact.member}), and no answer came."
        else:
            yield f"It is on its way to {office} ({contact.member})."


def _ended(said: str) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")


def effect_of(choice: Choice, page: TaskingPage) -> str:
    """What an act does, before it is done, in a sentence or two; why it cannot be done, and who can."""
    if not choice.offices:
        return choice.why_not
    told = [", ".join((t.position, *(member for member, _ in t.members))) for t in told_by(choice.facts)]
    heard = f" Told: {listed(told)}." if told else ""
    owner, office = page.line.owner, choice.offices[0]
    by_act: dict[Act, str] = {
        "accept": f"You own it from now, as {office}. Nobody else is asked.{heard}",
        "refuse": f"With a reason. The next in line is asked; until somebody accepts, {owner} has it.",
        "hand": f"To whom you name. Until they accept, {owner} has it.",
        "take-over": f"You own it from now, as {office}.{heard}",
        "send": "See who is passed over and who is told before you send it.",
        "close": "It is done, and you say how.",
    }
    return by_act[choice.act]


def listed(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    return "; ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def act_screen(page: TaskingPage, choice: Choice, place: Place, viewer: Viewer, typed: Typed, listed: Whom) -> str:
    """Where something is done that takes more than a press of a button."""
    name = page.tasking.tasking
    more = {
        **_page_words(page, (choice,), viewer, page.seq),
        "choice": choice,
        "sent": typed.sent,
        "ahead": typed.ahead,
        "whom": dict(listed),
        "area": "taskings",
    }
    return shown("tasking_act", f"tasking/{name}/{choice.act}", place, page.at, viewer=viewer, **more)


def receive_screen(
    lists: Mapping[str, Sequence[tuple[str, str]]], at: datetime, place: Place, viewer: Viewer, typed: Typed, seen: int
) -> str:
    """Where a tasking is received. ``lists``: what can be chosen of, by the name of the field."""
    more = {"lists": lists, "sent": typed.sent, "ahead": typed.ahead, "seen": seen, "area": "taskings", **_WORDS}
    return shown("tasking_new", "taskings/new", place, at, viewer=viewer, **more)


_WORDS: Final[dict[str, Any]] = {
    "states": STATES,
    "labels": LABELS,
    "row_id": row_id,
    "waits_for": waits_for,
    "left": left_text,
    "clock": clock,
    "started": lambda said: said[:1].upper() + said[1:],
    "listed": listed,
}
"""What the templates of these screens say beside what every template may."""
