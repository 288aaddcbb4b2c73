"""``muster separation``: how members leave, from filing to effect."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, by_option, instant_on, known_on, question, reading, writing, zone_of
from muster.domain.instants import instant_of, local_text
from muster.domain.record import Recorded
from muster.domain.separation import FILED_BY_THE_MEMBER, KINDS, Counts, LastChance, Separation
from muster.services import separations as service

kind_option = click.option("--kind", required=True, type=click.Choice(KINDS), help="How the member leaves.")
who_option = click.option("--by", required=True, metavar="WHO", help="A member, or an office of civil authority.")


@click.group()
def separation() -> None:
    """Retirement, resignation, dismissal, death: from filing to effect.

    A SEPARATION is given by its own name or by the member's.

    \b
    Example:
      muster separation show M0003
    """


@separation.command()
@click.argument("member")
@kind_option
@click.option("--effective", metavar="TIME", help="First instant out of the force; a death: at once.")
@click.option("--by", metavar="WHO", help="Who decided or records it; papers are filed by the member.")
@click.option("--why", metavar="TEXT", help="The reason; it is sealed.")
@action
def file(
    member: str,
    kind: str,
    effective: str | None,
    by: str | None,
    why: str | None,
    **said: str | None,
) -> None:
    """Put MEMBER's papers into the record at --at: filed, decided, or for a death recorded.

    For each command position that falls vacant a tasking says whom the succession proposes to act.

    \b
    Example:
      muster separation file M0003 --kind retirement --effective 2020-11-12 --at 2020-10-13
    """
    if effective is None and kind != "death":
        raise click.UsageError("say with --effective when it takes effect")
    if by is None and kind not in FILED_BY_THE_MEMBER:
        raise click.UsageError("say with --by who decided or records it")
    with writing(str(said["db"])) as record:
        zone, at = zone_of(record), instant_on(record, said["at"])
        when = instant_of(effective, zone) if effective else at
        done = service.file(record, member, kind, when, by or member, at, why)
    _answer(bool(said["as_json"]), done, zone)


@separation.command()
@click.argument("separation")
@who_option
@click.option("--effective", metavar="TIME", help="When it takes effect; default as filed.")
@click.option("--leave-from", metavar="TIME", help="First instant of terminal leave; default none.")
@action
def accept(
    separation: str, by: str, effective: str | None, leave_from: str | None, at: str | None, db: str, as_json: bool
) -> None:
    """Accept papers, and fix when they take effect and when terminal leave begins.

    \b
    Example:
      muster separation accept M0003 --by M0001 --leave-from 2020-10-30 --at 2020-10-15
    """
    with writing(db) as record:
        zone = zone_of(record)
        ends, leave_begins = (instant_of(t, zone) if t else None for t in (effective, leave_from))
        done = service.accept(record, separation, by, instant_on(record, at), ends, leave_begins)
    _answer(as_json, done, zone)


@separation.command()
@click.argument("separation")
@who_option
@click.option("--from", "leave_from", required=True, metavar="TIME", help="First instant of terminal leave.")
@action
def leave(separation: str, by: str, leave_from: str, at: str | None, db: str, as_json: bool) -> None:
    """Fix when terminal leave begins: from then the position can be filled.

    \b
    Example:
      muster separation leave M0003 --from 2020-10-30 --by M0001 --at 2020-10-20
    """
    with writing(db) as record:
        zone = zone_of(record)
        done = service.leave(record, separation, by, instant_of(leave_from, zone), instant_on(record, at))
    _answer(as_json, done, zone)


@separation.command()
@click.argument("separation")
@by_option
@action
def withdraw(separation: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """The member takes the papers back, until the last allowed business day.

    \b
    Example:
      muster separation withdraw SEP-M0003-20201013 --by M0003 --at 2020-11-09T10:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        done = service.withdraw(record, separation, by, instant_on(record, at))
    _answer(as_json, done, zone)


@separation.command()
@click.argument("separation")
@who_option
@click.option("--says", metavar="TEXT", help="In words.")
@action
def reconsider(separation: str, by: str, says: str | None, at: str | None, db: str, as_json: bool) -> None:
    """Record that somebody asked the member to reconsider; papers that are in stay in.

    \b
    Example:
      muster separation reconsider M0003 --by M0001 --at 2020-10-13T15:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        done = service.reconsider(record, separation, by, instant_on(record, at), says)
    _answer(as_json, done, zone)


@separation.command()
@click.argument("separation")
@kind_option
@who_option
@click.option("--why", required=True, metavar="TEXT", help="Why the kind was wrong.")
@action
def correct(separation: str, kind: str, by: str, why: str, at: str | None, db: str, as_json: bool) -> None:
    """Correct a wrong kind by a new fact; the wrong one stays in the record.

    \b
    Example:
      muster separation correct M0003 --kind resignation --by M0001 --why "entered under the wrong form"
    """
    with writing(db) as record:
        zone = zone_of(record)
        done = service.correct(record, separation, kind, by, why, instant_on(record, at))
    _answer(as_json, done, zone)


@separation.command()
@click.argument("separation")
@question
def show(separation: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """A separation, how far it is at --at, until when it can be withdrawn, and what happened.

    \b
    Example:
      muster separation show M0003 --at 2020-10-30
    """
    with reading(db) as views:
        when, zone = instant_on(views, at), zone_of(views)
        found, chance = service.show(views, separation, known_on(views, known_at))
        facts = service.history(views, found, known_on(views, known_at))
    value = {
        "separation": found,
        "phase": found.phase(when),
        "withdraw_until": chance and chance.until,
        "facts": [{"seq": f.seq, "at": f.effective_at, "kind": f.kind} for f in facts],
    }
    lines = [f"{found.phase(when)} on {local_text(when, zone)}", *_told(found, chance, zone)]
    answer(as_json, value, lambda: lines + [_fact(f, zone) for f in facts])


@separation.command()
@click.option("--from", "since", required=True, metavar="TIME", help="First instant of the period.")
@click.option("--to", "until", required=True, metavar="TIME", help="First instant after it.")
@question
def count(since: str, until: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """Count the papers of a period and the separations that took effect in it, apart, by kind.

    \b
    Example:
      muster separation count --from 2020-01-01 --to 2020-10-07
    """
    with reading(db) as views:
        zone = zone_of(views)
        first, last = instant_of(since, zone), instant_of(until, zone)
        found = service.count(views, first, last, instant_on(views, at), known_on(views, known_at))
    answer(as_json, found, lambda: _counts(found, zone))


def _answer(as_json: bool, done: service.Separated, zone: ZoneInfo) -> None:
    value = {
        "separation": done.separation,
        "withdraw_until": done.chance and done.chance.until,
        "taskings": done.taskings,
        "changed": bool(done.facts),
        "notes": done.notes,
    }
    lines = _told(done.separation, done.chance, zone)
    lines += [f"  tasking {t.tasking} for {t.owner}: {t.what}" for t in done.taskings]
    lines += [f"  note: {note}" for note in done.notes]
    answer(as_json, value, lambda: lines if done.facts else [*lines, "  that was recorded already"])


def _told(s: Separation, chance: LastChance | None, zone: ZoneInfo) -> list[str]:
    lines = [f"{s.separation}: {s.kind} of {s.member}, {s.state}; filed {local_text(s.filed, zone)}"]
    if s.stands() and s.leave_from is not None:
        lines.append(f"  terminal leave from {local_text(s.leave_from, zone)}: the position can be filled")
    if s.stands():
        lines.append(f"  effective {local_text(s.effective, zone)}: in the force until then")
    if chance is not None:
        lines.append(f"  can be withdrawn through {chance.day:%A} {chance.day}")
    return lines


def _fact(fact: Recorded, zone: ZoneInfo) -> str:
    at = local_text(instant_of(fact.effective_at, zone), zone)
    return f"  fact {fact.seq}  {at}  {fact.kind}"


def _counts(found: Counts, zone: ZoneInfo) -> list[str]:
    return [
        f"from {local_text(found.since, zone)} to {local_text(found.until, zone)}",
        f"  papers filed, decided or recorded  {_by_kind(found.filed)}",
        f"    of these withdrawn since         {_by_kind(found.withdrawn_since)}",
        f"  separations that took effect       {_by_kind(found.took_effect)}",
        "  The two counts differ by nature: papers of a period may take effect after it or never, and a separation",
        "  may take effect in a period before which it was filed. Never add them or take one for the other.",
    ]


def _by_kind(counts: Mapping[str, int]) -> str:
    each = ", ".join(f"{kind} {n}" for kind, n in counts.items())
    return f"{sum(counts.values())}" + (f" ({each})" if each else "")
