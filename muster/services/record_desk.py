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
"""So many are remembered."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the chain. ``facts``: how many there are; ``looked``: how far it came; ``found`` None: it is under
    way; ``failed``: why it could not be ended."""

    begun_at: datetime
    facts: int
    looked: int = 0
    found: Verification | None = None
    failed: str | None = None

    @property
    def runs(self) -> bool:
        """Whether it is under way."""
        return self.found is None and self.failed is None


class Checks:
    """Checks of the chain, each in a thread of its own: whoever asks for one that is under way is told how far it is.
    Threads may share it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._lock = Lock()
        self._checks: OrderedDict[tuple[int, Head | None], Check] = OrderedDict()

    def check(self, said: str | None) -> Check:
        """How the check of the record as it is now stands; it is begun where it was not. ``said``: a head that was kept
        outside. Raises ``Invalid`` for what is none, ``Refused`` where too many others are under way."""
        head = None if said is None else Head.read(said)
        with self._store.reading() as views:
            key = (views.head()[0], head)
        with self._lock:
            found = self._checks.get(key)
            if found is not None and found.failed is None:
                return found
            if sum(check.runs for check in self._checks.values()) >= AT_ONCE:
                raise Refused("other checks of the record are under way: ask again in a minute")
            self._checks[key] = Check(self._clock(), key[0])
            ended = [k for k, check in self._checks.items() if not check.runs]
            for old in ended[: len(self._checks) - CHECKS if len(self._checks) > CHECKS else 0]:
                del self._checks[old]
        thread = Thread(target=self._run, args=(key, said), daemon=True)
        thread.start()
        thread.join(SOON)
        with self._lock:
            return self._checks[key]

    def _run(self, key: tuple[int, Head | None], said: str | None) -> None:
        try:
            with self._store.reading() as views:
                found = service.verify(views, said, lambda far: self._far(key, far))
        except Exception as fault:
            failed = f"{type(fault).__name__}: {fault}"
            self._note(key, lambda c: replace(c, failed=failed))
        else:
            self._note(key, lambda c: replace(c, looked=found.facts, found=found))

    def _far(self, key: tuple[int, Head | None], far: int) -> None:
        self._note(key, lambda c: replace(c, looked=far))
        sleep(0)  # whoever asks for a screen meanwhile goes first

    def _note(self, key: tuple[int, Head | None], of: Callable[[Check], Check]) -> None:
        with self._lock:
            self._checks[key] = of(self._checks[key])


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

    def head(self) -> tuple[int, str]:
        """The number and the hash of the newest fact."""
        with self._store.reading() as views:
            return views.head()

    def may_export(self, viewer: Viewer) -> bool:
        """Whether they may take the record away."""
        with self._store.reading() as views:
            return may_export(views, viewer)

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
