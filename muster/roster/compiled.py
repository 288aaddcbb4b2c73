"""One source, two ways to run it: compiled by numba where that is installed, as plain Python where it is not."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

try:
    from numba import njit
except ImportError:
    COMPILES = False

    def compiled(function: F) -> F:
        """The function itself."""
        return function
else:
    COMPILES = True

    def compiled(function: F) -> F:
        """The function, compiled at its first call and kept on disk; it lets other threads run meanwhile."""
        return cast(F, njit(cache=True, nogil=True)(function))
