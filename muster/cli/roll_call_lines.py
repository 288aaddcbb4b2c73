"""Roll calls as lines of text."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from muster.domain.instants import clock_text, dated_text, span_text
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_posts import Count, Post, Supervision
from muster.domain.sectoring import Filled
from muster.services.roll_taking import Taken


def page_lines(page: RollCallPage) -> list[str]:
    """The roll, member by member, then what it makes of the tour: positions, cover, supervision."""
    zone = ZoneInfo(page.zone)
    head = f"{page.unit} {page.turn.tour} of {page.turn.day:%a %d %b %Y}, {_times(page, zone)}"
    states = ", ".join(f"{n} {state}" for state, n in page.states.items()) or "nobody is on it"
    rows = [(x.member, page.names.get(x.member, ""), x.squad or "", x.state, x.says) for x in page.lines]
    wide = [max((len(row[n]) for row in rows), default=0) for n in range(4)]
    return [
        f"{head}; at {dated_text(page.at, zone)}",
        f"  {_called(page, zone)}; {states}",
        *("  " + "  ".join(f"{cell:{w}}" for cell, w in zip(row, (*wide, 0), strict=True)) for row in rows),
        *(f"  position  {_post(p)}" for p in page.posts),
        *(f"  cover     {_count(c)}" for c in page.counts),
        *_supervision(page),
        *(f"  sector    {_sector(f)}" for f in page.sectors),
        *([f"  no sector {', '.join(page.unsent)}"] if page.unsent else []),
    ]


def _times(page: RollCallPage, zone: ZoneInfo) -> str:
    turn = page.turn
    times = f"{clock_text(turn.start, zone, turn.day)} to {clock_text(turn.end, zone, turn.day)}"
    return f"{times}, {span_text(turn.end - turn.start)}"


def _called(page: RollCallPage, zone: ZoneInfo) -> str:
    call = page.call
    if call is None:
        return "no roll call taken"
    return f"taken {clock_text(call.at, zone, page.turn.day)} by {call.by}" + (
        f" ({call.position})" if call.position else ""
    )


def _post(post: Post) -> str:
    said = [", ".join(post.filled)] if post.filled else []
    said += [f"to come: {', '.join(post.to_come)}"] if post.to_come else []
    said += [f"missing: {', '.join(post.missing)}"] if post.missing else []
    if post.is_empty:
        stands_in = f"{post.instead} can stand in" if post.instead else "nobody there has the rank"
        said = ["NOBODY", *said, stands_in]
    return f"{post.position}: {'; '.join(said)}"


def _count(count: Count) -> str:
    to_come = f", {count.to_come} to come" if count.to_come else ""
    short = f"; {count.short} SHORT" if count.short else ""
    return f"{count.who}: {count.there} there{to_come}, of {count.minimum} at least, {count.target} wanted{short}"


def _supervision(page: RollCallPage) -> Iterator[str]:
    for s in page.supervisions:
        yield f"  span      {_span(s)}"
    if page.supervisions:
        limit = page.supervisions[0].limit
        yield f"  at most {limit.most} to a supervisor: {limit.source}"


def _span(s: Supervision) -> str:
    who = f"{s.supervisor}, {s.part}" if s.supervisor else "NOBODY"
    if s.is_kept:
        return f"{who}: {len(s.members)}"
    return f"{who}: {len(s.members)}; {'TOO MANY' if s.supervisor else 'UNSUPERVISED'}, {s.more_needed} more needed"


def _sector(of: Filled) -> str:
    marks = dict.fromkeys(of.kept, " (as before)") | dict.fromkeys(of.by_hand, " (by hand)")
    marks |= dict.fromkeys(of.gone, " (gone)")
    who = ", ".join(f"{m}{marks.get(m, '')}" for m in of.members) or "NOBODY"
    led = f"; under {', '.join(of.supervisors)}" if of.supervisors else ""
    short = f"; {of.short} SHORT: {of.says}" if of.short else ""
    return f"{of.sector}: {who}; takes {of.takes}{led}{short}"


def taken_lines(taken: Taken) -> list[str]:
    """What a call has brought about."""
    call = taken.call
    lines = [
        f"{call.unit} {call.tour} of {call.day}: {len(call.present)} present, {len(call.late)} late, "
        f"{len(call.missing)} missing, {len(call.joined)} joined",
        f"  signings: {taken.signed} entered, {taken.taken_back} taken back",
    ]
    lines += [f"  sector {_sector(f)}" for f in taken.sectors]
    lines += [f"  opened {name}" for name in taken.opened]
    lines += [f"  closed {name}" for name in taken.closed]
    still = f"  on duty still from before, until somebody dismisses or signs them off: {', '.join(taken.before)}"
    return [*lines, still] if taken.before else lines
