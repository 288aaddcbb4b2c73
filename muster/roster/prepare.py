"""Compiling the engine before anybody waits for it: ``python -m muster.roster.prepare``, once at set-up."""

from collections.abc import Callable

from muster.roster.compiled import COMPILES, kept_in


def is_prepared() -> bool:
    """Whether nothing has to be compiled before the engine can work."""
    return not COMPILES or any(kept_in().rglob("*.nbc"))


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Load what is compiled, or compile it, which takes about a minute; ``say`` is told before that."""
    from muster.roster.budget import Budget
    from muster.roster.problem import Cover, Instance, Member, Tour
    from muster.roster.solve import solve

    if not is_prepared():
        say("compiling the roster engine; this happens once and takes about a minute")
    members = tuple(Member(ref, {"D": 2}, 480, 960, 2) for ref in ("A", "B"))
    cover = tuple(Cover(day, "D", 1, 100, 1) for day in range(3))
    solve(Instance(3, (Tour("D", 480),), members, cover), Budget(effort=5000))  # enough for every phase to begin


if __name__ == "__main__":
    prepare()
