"""Errors of the driver, said as ours: what happened, and what to do next. No password is ever in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from muster.domain.errors import Conflict, Invalid, MusterError, Tampered
from muster.store import postgres, sqlite

_MEANING: Final = {"sqlite": sqlite.meaning, "postgresql": postgres.meaning}


@contextmanager
def said_plainly(engine: Engine) -> Iterator[None]:
    """Errors of the driver as ours, which say what to do."""
    try:
        yield
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as said:
        raise _plain(said, engine) from said
    except UnicodeEncodeError as said:
        raise Invalid(f"{said.object!r}: must be text in UTF-8; byte {said.start + 1} is not") from said
    except UnicodeDecodeError as said:
        says = f"the file is damaged; restore a backup with `muster restore` ({said})"
        raise Tampered(f"{name_of(engine)}: {says}") from said


def name_of(engine: Engine) -> str:
    """How a database is called in messages: with its server if it has one, and never with a password."""
    url = engine.url
    host = url.host or url.query.get("host")
    return f"Database {url.database or url.username or ''}" + (f" on {host}" if host else "")


def _plain(said: Exception, engine: Engine) -> MusterError:
    cause = said.orig if isinstance(said, DBAPIError) and said.orig else said
    where = name_of(engine)
    if isinstance(said, IntegrityError) or isinstance(cause, engine.dialect.loaded_dbapi.IntegrityError):
        return Conflict(f"{where}: {_first_line(cause)}; read again and repeat")
    kind, advice = _MEANING[engine.dialect.name](cause)
    return kind(f"{where}: {advice} ({_first_line(cause)})" if advice else f"{where}: {_first_line(cause)}")


def _first_line(cause: BaseException) -> str:
    return str(cause).strip().partition("\n")[0]
