"""Units: one tree, from civil authority down, each unit of a lower level than its parent."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule, at_line
from muster.domain.directory import Placed
from muster.domain.duty import HoursRule
from muster.domain.errors import Fault
from muster.domain.force import Force, Unit
from muster.domain.nearest import did_you_mean
from muster.domain.profiles import RULES as HOURS_RULES
from muster.domain.profiles import SHIPPED

MOST_NAMED: Final = 10


def levels_given_twice(rows: Indexed) -> Iterator[Fault]:
    """A level has one place."""
    for placed in rows.of(Force):
        twice = sorted({level for level in placed.row.levels if placed.row.levels.count(level) > 1})
        if twice:
            yield rows.fault(placed, "levels", f"must name each level once; {', '.join(twice)} is there more than once")


def unknown_profile(rows: Indexed) -> Iterator[Fault]:
    """The hours rules that hold are shipped, or rows of hours.csv."""
    own = {placed.row.profile for placed in rows.of(HoursRule)}
    for placed in rows.of(Force):
        known = own | set(SHIPPED)
        if placed.row.profile not in known and rows.directory.is_whole(HoursRule):
            must = f"must be {', '.join(sorted(SHIPPED))} or a profile of hours.csv"
            yield rows.fault(placed, "profile", must + did_you_mean(placed.row.profile, known))


def half_a_work_period(rows: Indexed) -> Iterator[Fault]:
    """A work period has days and a first day, or neither."""
    for placed in rows.of(Force):
        days, first = placed.row.work_period_days, placed.row.work_period_from
        if (days is None) is not (first is None):
            missing = "work_period_days" if days is None else "work_period_from"
            yield rows.fault(placed, missing, "must be given: a work period has its days and a first day")


def unknown_hours_rule(rows: Indexed) -> Iterator[Fault]:
    """Rules of a profile are those that Muster keeps."""
    for placed in rows.of(HoursRule):
        if placed.row.rule not in HOURS_RULES:
            yield rows.fault(placed, "rule", f"must be one of {', '.join(HOURS_RULES)}")


def limit_of_another_kind(rows: Indexed) -> Iterator[Fault]:
    """A rule of hours has a limit in hours, one of tours a number; an average says over how many weeks."""
    for placed in rows.of(HoursRule):
        rule = placed.row
        unit, averaged = HOURS_RULES.get(rule.rule), rule.rule.startswith("average")
        if unit == "hours" and (rule.hours is None or rule.number is not None):
            yield rows.fault(placed, "hours", f"must hold the limit of {rule.rule}, and number be empty")
        if unit == "tours" and (rule.number is None or rule.hours is not None):
            yield rows.fault(placed, "number", f"must hold the limit of {rule.rule}, and hours be empty")
        if unit is not None and averaged is (rule.weeks is None):
            must = (
                "must say over how many weeks the average is taken" if averaged else "must be empty: it is no average"
            )
            yield rows.fault(placed, "weeks", must)


def one_top(rows: Indexed) -> Iterator[Fault]:
    """Exactly one unit has no parent."""
    tops = [placed for placed in rows.units.values() if placed.row.parent is None]
    tops.sort(key=lambda placed: placed.line or 0)
    for placed in tops[1:]:
        must = f"must not be empty: the tree has one top, and {tops[0].row.unit} ({at_line(tops[0])}) is it already"
        yield rows.fault(placed, "parent", must)
    if not tops and rows.directory.is_whole(Unit):
        yield Fault(Unit.FILE, None, "parent", None, "must be empty for one unit, the top of the tree; none is")


def below_itself(rows: Indexed) -> Iterator[Fault]:
    """Units that stand below themselves; each circle is named once."""
    safe: set[str] = set()
    for name in rows.units:
        path: dict[str, None] = {}
        at: str | None = name
        while at is not None and at in rows.units and at not in safe and at not in path:
            path[at] = None
            at = rows.units[at].row.parent
        if at is not None and at in path:
            yield _circle(rows, [*path][[*path].index(at) :])
        safe.update(path)


def _circle(rows: Indexed, names: list[str]) -> Fault:
    placed = min((rows.units[name] for name in names), key=lambda p: p.line or 0)
    start = names.index(placed.row.unit)
    turned = [*names[start:], *names[:start]]
    said = " < ".join(islice(turned, MOST_NAMED)) + (" < …" if len(turned) > MOST_NAMED else "")
    return rows.fault(placed, "parent", f"must not stand below the unit itself: {said} < {placed.row.unit}")


def level_against_parent(rows: Indexed) -> Iterator[Fault]:
    """Levels are known, and a parent's is higher."""
    if not rows.levels:
        return
    for placed in rows.of(Unit):
        level = placed.row.level
        if level not in rows.levels:
            yield rows.fault(
                placed, "level", f"must be one of {', '.join(rows.levels)}{did_you_mean(level, rows.levels)}"
            )
            continue
        parent = rows.units.get(placed.row.parent or "")
        if parent and parent.row.level in rows.levels and rows.levels[parent.row.level] >= rows.levels[level]:
            must = f"must be of a higher level than {level}; {parent.row.unit} is a {parent.row.level}"
            yield rows.fault(placed, "parent", must)


def civil_below_others(rows: Indexed) -> Iterator[Fault]:
    """Civil authority stands above the force, never below a part of it."""
    for placed in rows.of(Unit):
        parent: Placed[Unit] | None = rows.units.get(placed.row.parent or "")
        if placed.row.civil and parent and not parent.row.civil:
            yield rows.fault(placed, "civil", f"must be no: its parent {parent.row.unit} is not civil authority")


RULES: Final[tuple[Rule, ...]] = (
    levels_given_twice,
    unknown_profile,
    half_a_work_period,
    unknown_hours_rule,
    limit_of_another_kind,
    one_top,
    below_itself,
    level_against_parent,
    civil_below_others,
)
