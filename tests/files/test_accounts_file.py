"""Files of accounts: what is right is read, and everything that is wrong is named at once."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.accounts import BASES, Account, Claim
from muster.domain.claims import PROPOSITIONS, allowed, needed
from muster.domain.schema import Row, columns_of
from muster.files.accounts import Reading, accounts_in, read_accounts

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
OCTOBER = ROOT / "muster" / "scenarios" / "data" / "october-2020-accounts.toml"
ZONE = ZoneInfo("America/New_York")

ACCOUNT = '[[account]]\naccount = "P"\ntitle = "t"\nwho = "an office"\nsummary = "s"\ndated = 2020-10-13\n'
CLAIM = '[[account.claim]]\nclaim = "c"\nsubject = "s"\nsays = "age"\nmember = "A"\nyears = 43\nwords = "43"\n'


def read(text: str | bytes, known: tuple[str, ...] = ()) -> Reading:
    content = text.encode() if isinstance(text, str) else text
    return accounts_in(content, "accounts.toml", ZONE, known)


def faults(text: str | bytes) -> list[str]:
    return [str(fault) for fault in read(text).faults]


def changed(old: str, new: str) -> str:
    assert old in ACCOUNT + CLAIM
    return (ACCOUNT + CLAIM).replace(old, new)


def test_the_example_of_the_documentation_loads() -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert example
    found = read(example[1])
    assert found.faults == []
    assert [a.account for a in found.accounts] == ["PAPER", "STATION"]
    assert [c.key for c in found.claims] == ["PAPER/call", "PAPER/left", "STATION/call", "STATION/why"]
    assert found.claims[0].as_of == date(2020, 10, 14)


@pytest.mark.parametrize("row", [Account, Claim])
def test_the_documentation_names_every_field(row: type[Row]) -> None:
    for c in columns_of(row):
        if (row, c.name) != (Claim, "account"):
            assert f"| `{c.name}` | {'yes' if c.required else ''} | {c.says}" in DOCS


@pytest.mark.parametrize("says", PROPOSITIONS)
def test_the_documentation_names_every_proposition_with_its_parameters(says: str) -> None:
    proposition = PROPOSITIONS[says]
    line = next(line for line in DOCS.splitlines() if line.startswith(f"| `{says}` |"))
    _, _, meaning, needs, may, _ = line.split("|")
    assert meaning.strip() == " ".join((proposition.__doc__ or "").replace("``", "`").split())
    assert re.findall("`(.*?)`", needs) == list(needed(proposition))
    left_out = {*needed(proposition), "member", "holder", "as_of"}
    assert re.findall("`(.*?)`", may) == [name for name in allowed(proposition) if name not in left_out]


def test_the_accounts_of_october_2020_have_no_fault_and_every_dispute() -> None:
    found = read_accounts(OCTOBER, ZONE)
    assert found.faults == []
    assert [a.account for a in found.accounts] == ["P", "M", "C"]
    by_key = {c.key: c for c in found.claims}
    assert [by_key[k].years for k in ("P/age", "M/age", "M/age-statement")] == [43, 41, 41]
    assert [by_key[f"{a}/call-missed"].during for a in "PMC"] == ["on-duty", "at-rest", "at-rest"]
    assert [by_key[f"{a}/left"].kind for a in "PMC"] == ["resignation"] * 3
    assert by_key["M/after-messages"].via == "P"
    assert {c.basis for c in found.claims} == {None, *BASES}
    assert [by_key[f"{a}/years"].compare for a in "PMC"] == ["more-than", "more-than", "exactly"]


def test_local_times_are_read_in_the_zone_of_the_force() -> None:
    period = 'says = "on-duty"\nstart = 2020-10-07T06:00:00\nend = "2020-10-08T18:00"'
    found = read(changed('says = "age"', period).replace("years = 43\n", ""))
    assert found.faults == []
    assert found.claims[0].start == datetime(2020, 10, 7, 10, tzinfo=UTC)
    assert found.claims[0].end == datetime(2020, 10, 8, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"s"\ndated', '"s"\ncolour = 1\ndated', "account P 'colour' must be one of account, title"),
        ("2020-10-13", "2020-13-13", "must be TOML"),
        ("dated = 2020-10-13", "dated = 7", "account P: dated '7' must be a date like 2020-10-07"),
        ('who = "an office"\n', "", "account P: who must be given: whose it is"),
        ('says = "age"', 'says = "agee"', "account P, claim c: says 'agee' must be one of held-position"),
        ("years = 43", 'years = "43"', "account P, claim c: years '43' must be a whole number from 0 to 150"),
        ("years = 43", "years = true", "account P, claim c: years 'true' must be a whole number from 0 to 150"),
        ("years = 43", "years = 43.0", "account P, claim c: years '43.0' must be a whole number"),
        ("years = 43", f"years = 0x{'f' * 5000}", "years '(a very large number)' must be a whole number"),
        ("years = 43", "years = 1999", "account P, claim c: years '1999' must be a whole number from 0 to 150"),
        ("years = 43\n", "", "account P, claim c: years must be given for 'age'"),
        ("years = 43", "years = 43\nhours = 3", "hours '3' must be left out: 'age' has no such parameter"),
        ('member = "A"', 'holder = "no ref!"', "claim c: holder 'no ref!' must begin with a letter or digit"),
        ('member = "A"\n', "", "account P, claim c: member must be given, or holder"),
        ('words = "43"', 'words = "\\u001b[31m"', "words '\\x1b[31m' must have no line breaks, control characters"),
        ('words = "43"', "words = [1]", "account P, claim c: words '(a list)' must be text"),
        ('words = "43"', 'words = "43"\nbasis = "rumour"', "basis 'rumour' must be one of on-the-record"),
        ('words = "43"', 'words = "43"\nvia = "Q"', "via 'Q' must be an account of this file or of the record"),
        ("[[account.claim]]", "[account.claim]", "account P: claim '(a table)' must be tables, each begun with"),
        ("[[account]]", "[account]", "account '(a table)' must be tables, each begun with [[account]]"),
        ("[[account]]", "[[acount]]", "must be [[account]]; did you mean 'account'?"),
    ],
)
def test_a_fault_names_its_entry_field_value_and_what_it_must_be(old: str, new: str, expected: str) -> None:
    said = faults(changed(old, new))
    assert any(expected in fault for fault in said), said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "accounts.toml: must have at least one [[account]]"),
        (b"\xff\xfe", "must be UTF-8"),
        (b"x = " + b"[" * 100_000, "must"),
        (b"#" * (1024 * 1024 + 1), "accounts.toml: must have at most 1 MB, has 1.0"),
        (f"x = {'9' * 5000}".encode(), "must be TOML"),
        (b"account = 3", "account '3' must be tables"),
    ],
)
def test_a_file_that_is_no_file_of_accounts_is_a_fault(content: bytes, expected: str) -> None:
    assert any(expected in fault for fault in faults(content))


def test_all_faults_are_named_at_once_and_only_once() -> None:
    text = changed("dated = 2020-10-13", 'dated = "soon"').replace("years = 43", 'years = "old"\nkind = "flight"')
    said = faults(text + CLAIM.replace('"43"', '"other"'))
    assert len(said) == 4, said
    assert [re.search(r": (dated|years|kind|claim) ", fault) is not None for fault in said] == [True] * 4
    assert "another entry has the same name" in said[-1]


def test_a_megabyte_of_one_word_is_one_fault_and_a_short_message() -> None:
    said = faults(changed('words = "43"', f'words = "{"a" * 1_000_000}"'))
    assert len(said) == 1
    assert "must have at most 500 characters, has 1000000" in said[0]
    assert len(said[0]) < 300


def test_many_unknown_fields_are_all_named_in_little_time() -> None:
    said = faults(ACCOUNT + "".join(f"who{n} = {n}\n" for n in range(50_000)))
    assert len(said) == 50_000


def test_an_account_of_the_record_may_be_repeated_by_a_new_file() -> None:
    assert read(changed('words = "43"', 'words = "43"\nvia = "OLD"'), ("OLD",)).faults == []


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [str(f) for f in read_accounts(tmp_path / "none.toml", ZONE).faults] == [
        "none.toml: must be a file that is there"
    ]
    assert "must be a file, it is a directory" in str(read_accounts(tmp_path, ZONE).faults[0])


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_ends_in_anything_but_rows_or_faults(content: bytes) -> None:
    found = read(content)
    assert found.faults or found.accounts


VALUES = [
    "-1",
    "1e400",
    "nan",
    "true",
    '""',
    '"\\u0000"',
    "[[1]]",
    "{a=1}",
    "2020-10-07",
    "0001-01-01T00:00:00",
    "07:00:00",
]


@given(st.sampled_from([c.name for row in (Account, Claim) for c in columns_of(row)]), st.sampled_from(VALUES))
def test_no_value_of_the_wrong_kind_is_more_than_a_fault(name: str, value: str) -> None:
    lines = [line for line in (ACCOUNT + CLAIM).splitlines() if not line.startswith(f"{name} =")]
    found = read("\n".join([*lines, f"{name} = {value}"]))
    assert len(found.claims) + len(found.faults) >= 1
