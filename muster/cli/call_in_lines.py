"""Call-ins and their lists as lines of text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from muster.cli.offer_lines import offer_why_lines
from muster.domain.calling_in import DID, CallIn, CallInAnswer
from muster.domain.calling_list import Line, OvertimeList
from muster.domain.instants import dated_text, span_text
from muster.domain.spans import NO_TIME
from muster.services.why_me import WhyMe

HOW = {"offer": "asked, in this order", "order": "ordered, in this order, when nobody is left to ask"}
NOBODY: Final[Mapping[str, str]] = {}


def need_lines(c: CallIn, zone: ZoneInfo) -> list[str]:
    """What is needed."""
    whom = " ".join(word for word in (c.rank, c.qualification and f"with {c.qualification}") if word)
    who = f"{c.needed} {whom}" if whom else f"{c.needed}"
    times = f"{dated_text(c.since, zone)} to {dated_text(c.until, zone)}, {span_text(c.length)}"
    name = "" if c.call_in == "not-opened" else f"{c.call_in}: "
    return [f"{name}{c.kind}, {c.unit}, {times}; needed: {who}; contract {c.contract}", *_reason(c)]


def _reason(c: CallIn) -> list[str]:
    return [f"  {c.why}"] if c.why else []


def list_lines(found: OvertimeList, zone: ZoneInfo, asked: Mapping[str, str] = NOBODY) -> list[str]:
    """Both parts of a list, and who is next. ``asked``: how it stands with whoever is asked in a round that runs."""
    lines = [*_part(found.offers, zone, asked), *_part(found.orders, zone)]
    runs = f"{found.missing} still needed; offered to {len(asked)}, and the round runs"
    return [*(lines or ["  nobody is on the list"]), f"  {runs if asked and found.missing else next_line(found)}"]


def _part(lines: Sequence[Line], zone: ZoneInfo, asked: Mapping[str, str] = NOBODY) -> Iterator[str]:
    if lines:
        yield f"  {HOW[lines[0].part]}:"
        yield from (f"    {line_text(line, zone, asked)}" for line in lines)


def line_text(line: Line, zone: ZoneInfo, asked: Mapping[str, str] = NOBODY) -> str:
    """A place of the list with the numbers by which it was reckoned."""
    return f"{line.place:>3}  {line.member}  {_numbers(line, zone)}: {line.stands(asked.get(line.member))}"


def _numbers(line: Line, zone: ZoneInfo) -> str:
    said = [f"in the force since {line.joined}" if line.joined else "first day in the force not known"]
    said.append(f"overtime this year {span_text(line.overtime)}")
    said += [f"refused {span_text(line.refused)}"] if line.refused else []
    said += [f"ordered in 7 days {span_text(line.ordered)}"] if line.ordered > NO_TIME else []
    said += [f"last to the bottom {dated_text(line.dropped, zone)}"] if line.dropped else []
    said += [] if line.own_tour else ["opposite shift"]
    return ", ".join(said)


def next_line(found: OvertimeList) -> str:
    """Who is next."""
    if not found.missing:
        return "as many as are needed come"
    return f"{found.missing} still needed; {found.next_words}"


def said_line(said: CallInAnswer, zone: ZoneInfo) -> str:
    """What came of asking or ordering somebody."""
    ahead = f"; past {', '.join(said.ahead)}" if said.ahead and said.what in ("accepted", "ordered") else ""
    why = f": {said.why}" if said.why else ""
    place = f"place {said.place}" if said.place else "not on the list"
    when = dated_text(said.at, zone)
    return f"{said.member} {DID[said.what]} ({said.call_in}, {place}{ahead}), {when}, by {said.by}{why}"


def why_lines(found: WhyMe, zone: ZoneInfo) -> list[str]:
    """Why me: what was recorded, the list as it was, and whether the record gives it still."""
    lines = need_lines(found.call_in, zone)
    lines += offer_why_lines(found.offered, zone) if found.offered else ()
    if found.answer is None and found.offered is None:
        lines.append(f"{found.member} was neither asked nor ordered up to then")
    elif found.answer is not None:
        lines.append(f"{said_line(found.answer, zone)}; fact {found.fact}")
    lines += _part(found.list.offers, zone)
    lines += _part(found.list.orders, zone) if found.part == "order" else ()
    lines.append(f"  ahead of {found.member} and left out: {', '.join(found.ahead) or 'nobody'}")
    return [*lines, *_proof(found)] if found.answer else lines


def _proof(found: WhyMe) -> Iterator[str]:
    if found.proved:
        yield f"  as recorded then: this list, digest {found.answer.digest[:16] if found.answer else ''}"
    else:
        yield "  NOT AS RECORDED THEN: the digest is of another list; another version of Muster made it, or nobody did"
    if not found.differences:
        yield "  nothing learned since changes it"
    for each in found.differences:
        yield f"  learned since: {each.member} would be {each.now}; was {each.then}"
