"""The key that signs links: kept beside the facts, which many may read, and gone with the database that it is in."""

import secrets
from typing import Final

from sqlalchemy import Connection, insert, select

from muster.store.tables import signing_key

KEY_BYTES: Final = 32
LINKS: Final = "links"


def kept(connection: Connection) -> bytes | None:
    """The key; None where nothing was ever signed."""
    found = connection.execute(select(signing_key.c.value).where(signing_key.c.name == LINKS)).scalar()
    return None if found is None else bytes.fromhex(found)


def new(connection: Connection) -> bytes:
    """A new key, kept from now on."""
    key = secrets.token_bytes(KEY_BYTES)
    connection.execute(insert(signing_key).values(name=LINKS, value=key.hex()))
    return key
