"""What can be wrong, each reason a class of its own; messages say what, which field, what it must be, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


class MusterError(Exception):
    """Everything Muster refuses; ``str()`` of it is meant for the person who asked."""


class Invalid(MusterError):
    """A value that is not of its form or breaks a rule of its own."""


class Unknown(MusterError):
    """A unit, position, member, matter or other thing that the record does not have."""


class Refused(MusterError):
    """Well formed, but not allowed now: no authority, wrong state, nobody to do it."""


class NotEntitled(Refused):
    """Not for whoever asks to see; ``str()`` of it says for whom it is, and who can change that."""


class Personal(Refused):
    """Refused for a reason that touches health or rest: ``str()`` of it is for that member alone. Everybody else, and
    the record, is told ``PUBLIC``."""

    PUBLIC = "not available: the hours rules"


class Conflict(MusterError):
    """Somebody else wrote the same stream first; read again and repeat."""


class Tampered(MusterError):
    """The record is not what was written: which fact, and how it shows."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition on a field of a thing, with what the field must be when it fails."""

    field: str
    value: object
    holds: bool
    must: str


def require(thing: str, *checks: Check) -> None:
    """Raise ``Invalid`` naming every check that fails; return when all hold."""
    said = [f"{c.field} {c.value} {c.must}" for c in checks if not c.holds]
    if said:
        raise Invalid(f"{thing}: " + "; ".join(said))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one place of a force directory.

    ``line`` counts from 1 (the header of a CSV file is line 1); None when the whole file is meant.
    ``column`` and ``value`` are None when the whole line is meant. A ``warning`` does not stop a load.
    """

    file: str
    line: int | None
    column: str | None
    value: str | None
    must: str
    warning: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        what = "" if self.column is None else f" {self.column}"
        value = "" if self.value is None else f" {self.value!r}"
        return f"{place}:{what}{value} {self.must}"


class FaultyDirectory(MusterError):
    """A force directory that cannot be loaded, with all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        errors = [f for f in faults if not f.warning]
        super().__init__(f"{len(errors)} faults; nothing was loaded. First: {errors[0] if errors else ''}")


def without_errors(faults: Sequence[Fault]) -> Sequence[Fault]:
    """The faults, all of them warnings. Raises ``FaultyDirectory`` with all of them where one is more."""
    if any(not fault.warning for fault in faults):
        raise FaultyDirectory(faults)
    return faults
