"""``muster accounts``: load what accounts claim, and show it beside what the record shows."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, db_option, json_option, known_on, known_option, reading, safe, writing, zone_of
from muster.domain.accounts import Account
from muster.domain.errors import Fault
from muster.domain.instants import local_text
from muster.domain.schema import to_body
from muster.domain.wording import few
from muster.files.accounts import read_accounts
from muster.services import accounts as service
from muster.services.accounts import Disputes, Judged, Subject

WIDTH: Final = 100
LABEL: Final = 28
FACTS_SHOWN: Final = 6


@click.group()
def accounts() -> None:
    """What accounts claim, beside what the record shows.

    An account is somebody's statement about what happened. Its claims may conflict; none is ever resolved here.
    docs/accounts.md describes the file.

    \b
    Example:
      muster accounts load accounts.toml && muster accounts disputes
    """


@accounts.command()
@click.argument("file", type=click.Path(path_type=Path))
@db_option
@json_option
def load(file: Path, db: str, as_json: bool) -> None:
    """Load the accounts in FILE, all or nothing; loading again records only what changed.

    \b
    Example:
      muster accounts load accounts.toml
    """
    with writing(db) as record:
        there = [account.account for account, _ in service.accounts(record)]
        read = read_accounts(file, zone_of(record), there)
        if not read.faults:
            done = service.load(record, read.accounts, read.claims)
    if read.faults:
        _refused(read.faults, file, as_json=as_json)
    answer(as_json, done, lambda: list(_told(done)))


def _refused(faults: Sequence[Fault], file: Path, *, as_json: bool) -> NoReturn:
    """Tell why nothing was loaded, and end with status 1."""
    if as_json:
        click.echo(json.dumps({"errors": len(faults), "faults": [asdict(fault) for fault in faults]}, indent=2))
    else:
        click.echo("\n".join(safe(str(fault)) for fault in faults), err=True)
        click.echo(f"{_some(len(faults), 'fault')} in {safe(str(file))}; nothing was loaded", err=True)
    sys.exit(1)


@accounts.command("list")
@db_option
@json_option
def list_(db: str, as_json: bool) -> None:
    """The accounts in the record, in order of their days.

    \b
    Example:
      muster accounts list
    """
    with reading(db) as views:
        found = service.accounts(views)
    value = [{**to_body(account), "claims": claims} for account, claims in found]
    answer(as_json, value, lambda: list(_listed(found)))


@accounts.command()
@click.option("--about", metavar="WHAT", help="Only what is about this member or position, or has it in its subject.")
@known_option
@db_option
@json_option
def disputes(about: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """Claims side by side, those first that differ, each with the verdict of the record and by which fact.

    \b
    Example:
      muster accounts disputes --about CHIEF-OF-PATROL --as-known-at 2020-10-12
    """
    with reading(db) as views:
        found = service.disputes(views, about, known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, as_json_value(found), lambda: list(lines_of(found, zone)))


def as_json_value(found: Disputes) -> dict[str, Any]:
    """Disputes for machines; parameters that a claim does not give are left out."""
    return {
        "simulated": found.simulated,
        "known_at": found.known_at,
        "subjects": [
            {"subject": s.subject, "differ": s.differ, "claims": [_claim_value(j) for j in s.claims]}
            for s in found.subjects
        ],
    }


def _claim_value(judged: Judged) -> dict[str, Any]:
    found = {"verdict": judged.verdict, "facts": list(judged.facts), "why": judged.why}
    about = {} if judged.member is None else {"about": judged.member}
    return {**to_body(judged.claim), "basis": judged.claim.basis, **about, **found}


def lines_of(found: Disputes, zone: ZoneInfo) -> Iterator[str]:
    """Disputes as text, at most ``WIDTH`` wide."""
    differ = sum(s.differ for s in found.subjects)
    yield from wrap(
        f"{_some(len(found.subjects), 'subject')}; in {differ} the accounts differ. "
        f"Held against the record as known at {local_text(found.known_at, zone).replace('T', ' ')[:16]}.",
        WIDTH,
    )
    if found.simulated:
        yield from wrap(
            "The record comes from a scenario: a verdict says what the simulation holds, not what happened.", WIDTH
        )
    for subject in found.subjects:
        yield from _subject(subject)


def _subject(subject: Subject) -> Iterator[str]:
    """Its claims in order; what several in a row have in common is said once."""
    yield ""
    told = subject.subject + (" · the accounts differ" if subject.differ else "")
    yield from wrap(told, WIDTH)
    for (verdict, why), alike in groupby(subject.claims, lambda j: (j.verdict, _why(j))):
        for (basis, words), same in groupby(alike, lambda j: (_basis(j), _words(j))):
            names = ", ".join(dict.fromkeys(j.claim.account for j in same))
            yield from _beside(f"  {names}  {basis}", words)
        yield from _beside(f"     {verdict.upper()}", why)


def _basis(judged: Judged) -> str:
    return (judged.claim.basis or "basis not stated").replace("-", " ")


def _words(judged: Judged) -> str:
    claim = judged.claim
    reading = f" [read as: {claim.reading}]" if claim.reading else ""
    via = f" (after {claim.via})" if claim.via else ""
    return claim.words + reading + via


def _why(judged: Judged) -> str:
    return f"{judged.why} {_facts(judged.facts)}" if judged.facts else judged.why


def _facts(facts: Sequence[int]) -> str:
    return f"[{'fact' if len(facts) == 1 else 'facts'} {few([*map(str, facts)], FACTS_SHOWN)}]"


def _beside(label: str, text: str) -> Iterator[str]:
    """A label with text beside it; a label too wide for its column has lines of its own."""
    first, *rest = wrap(text, WIDTH - LABEL) or [""]
    if len(label) >= LABEL:
        yield from wrap(label, WIDTH, subsequent_indent="  ")
        label = ""
    yield f"{label:<{LABEL}}{first}"
    for line in rest:
        yield " " * LABEL + line


def _listed(found: list[tuple[Account, int]]) -> Iterator[str]:
    if not found:
        yield "No accounts yet: load some with `muster accounts load FILE`."
    for account, claims in found:
        yield from wrap(f"{account.account}  {account.title}", WIDTH, subsequent_indent="   ")
        day = account.dated or "day not stated"
        yield from wrap(f"{account.who}; {day}; {_some(claims, 'claim')}", WIDTH, initial_indent="   ",
                        subsequent_indent="   ")  # fmt: skip
        yield from wrap(account.summary, WIDTH, initial_indent="   ", subsequent_indent="   ")


def _told(done: service.Loaded) -> Iterator[str]:
    for key in done.kept:
        yield f"kept: claim {key} is no longer in the file but stays; nothing that was claimed is deleted"
    yield f"{done.entered} entered, {done.changed} changed, {done.unchanged} unchanged"


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
