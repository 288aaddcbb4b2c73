"""The duty of a member for their calendar: from the facts of published rosters, call-ins, appearances in court,
absences and attachments."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.duty import TimeRecord, Tour
from muster.domain.feeds import Answered, Dated, Feed, Heard, appears, as_served, called, dated
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.members import Absence, Attachment
from muster.domain.presence import FAR, DutyFile
from muster.domain.published import DutyLine
from muster.domain.record import Recorded
from muster.domain.schema import Row, from_body
from muster.domain.separation import Separation
from muster.domain.spans import Span
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.offices import force_of
from muster.services.record import contents_of

BACK: Final = timedelta(weeks=4)
"""A calendar that looks seldom learns of what was taken out a while ago."""


def feed_of(views: Views, member: str, since: datetime) -> Feed:
    """All that ends after an instant and that published rosters, call-ins and courts give the member, or gave and took
    out. Raises ``Unknown``, and ``Tampered`` where a roster is not what was published."""
    known_member(views, member)
    force = force_of(views)
    zone = ZoneInfo(force.zone)
    file = DutyFile(
        member,
        attachments=views.rows(Attachment, member=member),
        absences=views.rows(Absence, member=member),
        separations=views.rows(Separation, member=member),
    )
    heard = [*_whereabouts(views, file)]
    found = [*_rostered(views, file, heard, zone), *_called(views, file, heard, zone), *_appearing(views, member, zone)]
    coming = sorted((d for d in found if d.turn.end > since), key=lambda d: (d.turn.start, d.name))
    return Feed(force.force, member, since, zone, tuple(coming))


def _rostered(views: Views, file: DutyFile, heard: Iterable[Heard], zone: ZoneInfo) -> Iterator[Dated]:
    """The tours of all published rosters that have a line of the member."""
    tours = {t.tour: t for t in views.rows(Tour)}
    heard = [*heard, *_tours_changed(views)]
    lines = views.rows(DutyLine, member=file.member)
    for unit in sorted({line.unit for line in lines}):
        here = [line for line in lines if line.unit == unit]
        facts = list(views.facts(streams=[line.stream for line in here]))
        said = [(_recorded(f), f.kind, json.loads(f.body)) for f in facts]
        mine = dated(file.member, unit, said, contents_of(views, facts), tours, zone)
        yield from as_served(mine, here, file, heard, zone)


def _called(views: Views, file: DutyFile, heard: Iterable[Heard], zone: ZoneInfo) -> Iterator[Dated]:
    """The call-ins that became the member's."""
    names = {a.call_in for a in views.rows(CallInAnswer, member=file.member)}
    for call_in in views.rows(CallIn, call_in=names) if names else ():
        stream = f"{CallInAnswer.NOUN}/{call_in.call_in}/{file.member}/"
        told = called(call_in, map(_answered, views.facts(streams=[stream])), file, heard, zone)
        yield from [] if told is None else [told]


def _appearing(views: Views, member: str, zone: ZoneInfo) -> Iterator[Dated]:
    """Appearances in court, and training: also while the member is away, for no absence excuses from them."""
    for stream in _streams(views, TimeRecord, member):
        key = stream.removeprefix(f"{TimeRecord.NOUN}/")
        if key.rpartition("/")[2] in DUTY_ELSEWHERE:
            told = appears([(v.known_from, v.row) for v in views.history(TimeRecord, key)], zone)
            yield from [] if told is None else [told]


def _streams(views: Views, noun: type[Row], member: str) -> list[str]:
    """The streams of all that a noun ever said of the member."""
    return sorted({f.stream for f in views.facts(streams=[f"{noun.NOUN}/{member}/"])})


def _answered(fact: Recorded) -> Answered:
    gone = fact.kind.endswith(".removed")
    return _recorded(fact), fact.stream, None if gone else from_body(CallInAnswer, json.loads(fact.body))


def _recorded(fact: Recorded) -> datetime:
    return datetime.fromisoformat(fact.recorded_at)


def _whereabouts(views: Views, file: DutyFile) -> Iterator[Heard]:
    """All that was ever said of when the member is away, serves elsewhere or leaves."""
    for noun in (Absence, Attachment):
        for stream in _streams(views, noun, file.member):
            yield from _versions(views, noun, stream.removeprefix(f"{noun.NOUN}/"))
    for s in file.separations:
        yield from _versions(views, Separation, s.key)


def _versions(views: Views, noun: type[Row], key: str) -> Iterator[Heard]:
    """Each version of a row: it changes the time that it names, and that which the one before named."""
    before: Span | None = None
    for version in views.history(noun, key):
        spans = [span for span in (before, _span(version.row)) if span is not None]
        yield version.known_from, (min(a for a, _ in spans), max(b for _, b in spans))
        before = spans[-1]


def _span(row: Row | None) -> Span | None:
    """For what time a row says something; None for one that was taken out."""
    if isinstance(row, Separation):
        return row.vacates_from, row.effective + FAR
    if isinstance(row, Absence | Attachment):
        return row.since, row.until or row.since + FAR
    return None


def _tours_changed(views: Views) -> Iterator[Heard]:
    """When the hours of a tour changed, or it was taken out: that may be the tour of any day."""
    facts = views.facts(streams=[f"{Tour.NOUN}/"])
    yield from ((_recorded(f), None) for f in facts if f.version > 1)
