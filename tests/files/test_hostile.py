"""Files that nobody meant well with: faults, never a traceback, and nothing that steers a terminal."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.files.example import EXAMPLE
from tests.files.folders import folder, found

AREAS = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"unit":"HP"},"geometry":null}]}'
FILES = {**EXAMPLE, "areas.geojson": AREAS}
PIECES = st.binary(max_size=8) | st.sampled_from(
    [b'"', b",", b"\n", b"\r", b"\x00", b"\xef\xbb\xbf", b"\x1b]0;x\x07", b"=", b"0", b"-", b"[[", b"{", b"}", b"1e999"]
)


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.floats(0, 1), PIECES, st.integers(0, 5)), max_size=4))
def test_a_file_changed_at_random_is_never_a_traceback(file: str, changes: list[tuple[float, bytes, int]]) -> None:
    content = FILES[file].encode()
    for place, piece, cut in changes:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + cut :]
    with TemporaryDirectory() as temporary:
        faults = found(folder(Path(temporary), {file: content}))
    assert all(str(fault).isprintable() for fault in faults)
