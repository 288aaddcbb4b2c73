"""What fell to each member of a unit as a table for other programs; one line for each member."""

from pathlib import Path

from muster.domain.errors import require
from muster.domain.fairness import FIGURES, Fairness
from muster.domain.limits import DAY
from muster.files.written_tables import is_table, write_frame


def write_fairness(path: Path, found: Fairness) -> int:
    """Write unit, member, squad, days served and to serve, and each figure as worked, planned and for 28 days served;
    hours of overtime. How many lines it has comes back. Raises ``Invalid`` for another kind of file."""
    import polars  # a fifth of a second, which only those who want a table should wait

    require("Table", is_table(path))
    texts = ("unit", "member", "squad")
    figures = [f"{f}_{of}" for f in (figure.replace("-", "_") for figure in FIGURES) for of in PARTS]
    numbers = ("days_served", "days_to_serve", *figures)
    lines = [
        (
            found.unit,
            share.member,
            share.squad,
            share.served / DAY,
            share.to_serve / DAY,
            *(n for f in FIGURES for n in (share.worked(f), share.planned(f), share.per_28_days(f))),
        )
        for share in found.shares
    ]
    schema = dict.fromkeys(texts, polars.String) | dict.fromkeys(numbers, polars.Float64)
    write_frame(path, polars.DataFrame(lines, schema=schema, orient="row"), "fairness")
    return len(lines)


PARTS = ("worked", "planned", "per_28_days")
