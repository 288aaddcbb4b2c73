"""What stands behind the record's screens: timelines, disputes, the check of the chain, and a stretch to take away."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import TemporaryFile
from threading import Lock, Thread
from time import sleep
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from muster.domain.accounts import Claim
from muster.domain.chain import Head, Verification
from muster.domain.errors import NotEntitled, Refused
from muster.domain.record import GENESIS, Recorded, canonical, instant_text
from muster.domain.schema import to_body
from muster.ports import Clock, Store, Views
from muster.services import record as service
from muster.services.accounts import Disputes, disputes
from muster.services.desk import Desk, Kept
from muster.services.entitled import top_of
from muster.services.fact_rights import belongings, may_export, may_read
from muster.services.gate import Viewer
from muster.services.timeline import Asked, FactSeen, Timeline, fact_seen, not_shown, timeline

SOON: Final = 0.1
"""Seconds for which a check is waited for before it is said how far it is."""
AT_ONCE: Final = 2
"""So many checks are under way at a time."""
CHECKS: Final = 16
"""Of so many users the last check is remembered."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the chain. ``head``: one that was kept outside, to check against; ``facts``: how many there are;
    ``looked``: how far it came; ``found`` None: it is under way; ``failed``: why it could not be ended."""

    begun_at: datetime
    head: str | None
    facts: int
    looked: int = 0
    found: Verification | None = None
    failed: str | None = None

    @property
    def runs(self) -> bool:
        """Whether it is under way."""
        return self.found is None and self.failed is None


class Checks:
    """Checks of the chain, of each user the last, each in a thread of its own. Threads may share it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._lock = Lock()
        self._checks: OrderedDict[str, Check] = OrderedDict()

    def of(self, user: str) -> Check | None:
        """How the last check of a user stands; None: they began none."""
        with self._lock:
            return self._checks.get(user)

    def begin(self, user: str, head: str | None) -> None:
        """Begin a check of the record as it is now, and wait for it for a moment. ``head``: one that was kept outside.
        Safe to repeat while it is under way. Raises ``Invalid`` for what is no head, and ``Refused`` while another of
        this user, or too many of others are under way."""
        if head is not None:
            Head.read(head)
        with self._store.reading() as views:
            facts = views.head()[0]
        with self._lock:
            last = self._checks.get(user)
            if last is not None and last.runs:
                if last.head == head:
                    return
                raise Refused("your check of the record is under way: wait until it has ended")
            if sum(check.runs for check in self._checks.values()) >= AT_ONCE:
                raise Refused("checks of others are under way: ask again in a minute")
            self._checks[user] = Check(self._clock(), head, facts)
            self._checks.move_to_end(user)
            ended = [name for name, check in self._checks.items() if not check.runs]
            for old in ended[: max(0, len(self._checks) - CHECKS)]:
                del self._checks[old]
        thread = Thread(target=self._run, args=(user, head), daemon=True)
        thread.start()
        thread.join(SOON)

    def _run(self, user: str, head: str | None) -> None:
        try:
            with self._store.reading() as views:
                found = service.verify(views, head, lambda far: self._far(user, far))
        except Exception as fault:
            failed = f"{type(fault).__name__}: {fault}"
            self._note(user, lambda c: replace(c, failed=failed))
        else:
            self._note(user, lambda c: replace(c, looked=found.facts, found=found))

    def _far(self, user: str, far: int) -> None:
        self._note(user, lambda c: replace(c, looked=far))
        sleep(0)  # whoever asks for a screen meanwhile goes first

    def _note(self, user: str, of: Callable[[Check], Check]) -> None:
        with self._lock:
            self._checks[user] = of(self._checks[user])


class RecordDesk:
    """Answers about the record. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo, desk: Desk) -> None:
        self._store, self._zone, self._desk = store, zone, desk
        self.checks = Checks(store, clock)
        self._disputes = Kept[Disputes](8)

    def timeline(self, asked: Asked, viewer: Viewer) -> Timeline:
        """See ``services.timeline``."""
        with self._store.reading() as views:
            return timeline(views, self._zone, asked, viewer)

    def fact(self, seq: int, viewer: Viewer, at: datetime | None) -> FactSeen:
        """See ``services.timeline``."""
        with self._store.reading() as views:
            return fact_seen(views, self._zone, seq, viewer, at)

    def disputes(self, viewer: Viewer, at: datetime | None) -> Disputes:
        """Claims side by side, those that were entered by then and about what the viewer may read, held against what
        the record believed then. Raises ``NotEntitled`` where there are some, and none of them is for the viewer."""
        with self._store.reading() as views:
            found = self._disputes.once((self._desk.bearing(views), at), lambda: disputes(views, None, at))
            claims = [j.claim for s in found.subjects for j in s.claims]
            theirs = {c.key for c, may in zip(claims, _may(views, claims, viewer), strict=True) if may}
            there = {c.key for c in views.rows(Claim, known_at=at)}
            subjects = [s for s in found.subjects if all(j.claim.key in theirs for j in s.claims)]
            if found.subjects and not subjects:
                raise not_shown(views, "what accounts claim, beside the record,")
        subjects = [replace(s, claims=[j for j in s.claims if j.claim.key in there]) for s in subjects]
        return replace(found, subjects=[s for s in subjects if s.claims])

    def head(self, viewer: Viewer) -> tuple[int, str | None]:
        """The number of the newest fact, and its hash; None for whoever may not take the record away: head by head,
        they could try out what each fact says."""
        with self._store.reading() as views:
            facts, head = views.head()
            return facts, head if may_export(views, viewer) else None

    def export(self, viewer: Viewer, about: str | None, first: int | None, last: int | None) -> TextIO:
        """A stretch of the record with its proof, to read from its beginning and to be closed. Raises ``NotEntitled``,
        and ``Unknown`` where no fact is wanted."""
        with self._store.reading() as views:
            if not may_export(views, viewer):
                says = "taking the record away is for the command at the top of the force"
                raise NotEntitled(f"{says}: ask {top_of(views)}")
            with ExitStack() as stack:
                to = stack.enter_context(TemporaryFile("w+", encoding="utf-8"))
                service.export(views, to, first=first, last=last, about=about)
                to.seek(0)
                stack.pop_all()
        return to


def _may(views: Views, claims: list[Claim], viewer: Viewer) -> list[bool]:
    """Whether the viewer may read each of these claims, by what it is about."""
    when = instant_text(views.now)
    facts = [
        Recorded(0, c.stream, 1, when, when, "claim.entered", canonical(to_body(c)), GENESIS, GENESIS) for c in claims
    ]
    return [may_read(viewer, each) for each in belongings(views, facts)]
