"""Names told of many."""

from muster.domain.wording import few


def test_as_many_names_as_may_be_told_are_told_and_the_others_counted() -> None:
    assert few(["M0001", "M0002"], 2) == "M0001, M0002"
    assert few(["M0001", "M0002", "M0003", "M0004"], 2) == "M0001, M0002 and 2 more"
    assert not few([], 2)
