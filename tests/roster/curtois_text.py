"""Writing an instance in the text format of the public staff rostering instances; see ``curtois``."""

from collections.abc import Iterator

from muster.domain.errors import Check, require
from muster.roster.problem import OFF, Instance, Member


def curtois_text(instance: Instance) -> str:
    """The instance as text; raises ``Invalid`` naming whatever the format has no words for."""
    members = instance.members
    weekly = {member.most_week_minutes for member in members}
    plain = all(
        not (m.barred or m.fixed or m.carried or m.minutes_target or m.weekend_weight) for m in members
    ) and all(not tour.minutes_on for tour in instance.tours)
    refs = [*(tour.ref for tour in instance.tours), *(member.ref for member in members)]
    require(
        "this format",
        Check("members and cover", "are missing", bool(members and instance.cover), "must be there: at least one each"),
        Check("names", [ref for ref in refs if not _fits(ref)], all(map(_fits, refs)), "must be words without , | = #"),
        Check("day 0", instance.first_weekday, instance.first_weekday == 0, "must be a Monday (0)"),
        Check("weekly limits", sorted(map(str, weekly)), len(weekly) <= 1, "must be the same for all members"),
        Check("cells and costs of members", "are present", plain, "must be none: nothing fixed, barred or carried"),
        Check("weights of successions", "are present", not instance.succession_weights, "must be none"),
        Check("qualified cover", "is present", all(c.qualified is None for c in instance.cover), "must be for all"),
        Check("requests for a day off", "are present", all(r.tour != OFF for r in instance.requests), "must be none"),
    )
    return "\n".join(_lines(instance, weekly)) + "\n"


def _fits(ref: str) -> bool:
    """Whether a name is read again as it is written, wherever it stands."""
    return (
        bool(ref) and ref.isprintable() and ref == ref.strip() and not set(ref) & set(",|=#") and "SECTION_" not in ref
    )


def _lines(instance: Instance, weekly: set[int | None]) -> Iterator[str]:
    yield from ("SECTION_HORIZON", str(instance.days), "SECTION_SHIFTS")
    yield from (f"{t.ref},{t.minutes},{'|'.join(sorted(t.not_followed_by))}" for t in instance.tours)
    yield "SECTION_STAFF"
    yield from map(_staff, instance.members)
    yield "SECTION_DAYS_OFF"
    yield from (f"{m.ref},{','.join(map(str, sorted(m.days_off)))}" for m in instance.members if m.days_off)
    yield "SECTION_SHIFT_ON_REQUESTS"
    yield from (f"{r.member},{r.day},{r.tour},{r.weight}" for r in instance.requests if r.wanted)
    yield "SECTION_SHIFT_OFF_REQUESTS"
    yield from (f"{r.member},{r.day},{r.tour},{r.weight}" for r in instance.requests if not r.wanted)
    yield "SECTION_COVER"
    yield from (f"{c.day},{c.tour},{c.required},{c.under},{c.over}" for c in instance.cover)
    limit = next(iter(weekly), None)
    if limit is not None:
        yield from ("SECTION_WEEKLY_MAX", str(limit))


def _staff(member: Member) -> str:
    days = "|".join(f"{tour}={most}" for tour, most in member.most_days.items())
    runs = (member.most_run_days, member.least_run_days, member.least_off_days)
    minutes = (member.most_minutes, member.least_minutes)
    return ",".join(map(str, (member.ref, days, *minutes, *runs, member.most_weekends)))
