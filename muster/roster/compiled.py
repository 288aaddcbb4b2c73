"""One source, two ways to run it: compiled by numba where that is installed, as plain Python where it is not."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
HERE: Final = Path(__file__).parent
MARK: Final = "@compiled"
SHAPES: Final = ("hours.py", "rules.py")
"""They hold the tuples that compiled functions take."""


def kept_in() -> Path:
    """The folder for what is compiled of the sources of now: a function is compiled with those it calls, but is
    compiled anew only when its own file changes."""
    sources = sorted(file for file in HERE.glob("*.py") if file.name in SHAPES or MARK in file.read_text("utf-8"))
    digest = sha256(b"\0".join(file.read_bytes() for file in sources)).hexdigest()
    return HERE / "__pycache__" / f"compiled-{digest[:16]}"


try:
    import numba
except ImportError:
    COMPILES = False

    def compiled(function: F) -> F:
        """The function itself."""
        return function
else:
    COMPILES = True
    setattr(numba.config, "CACHE_DIR", str(kept_in()))  # noqa: B010 - numba makes its settings as it starts

    def compiled(function: F) -> F:
        """The function, compiled at its first call and kept on disk; it lets other threads run meanwhile."""
        return cast(F, numba.njit(cache=True, nogil=True)(function))
