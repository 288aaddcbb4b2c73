"""A record carried to another database, fact by fact as it is: whole and verified, or not at all."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from sqlalchemy import Connection, func, insert, select

from muster.domain.chain import Verification, verify_chain
from muster.domain.errors import Refused, Tampered
from muster.domain.record import Recorded
from muster.store.beside import carry
from muster.store.facts import Wanted, lines
from muster.store.plainly import name_of, said_plainly
from muster.store.postgres import look_over
from muster.store.projection import bodies_of, project
from muster.store.schema import CHUNK, differences
from muster.store.statements import compiled
from muster.store.store import SqlStore
from muster.store.tables import content, fact, kept, secret, signing_key
from muster.store.transactions import READS, begun

Told = Callable[[str, int, int], None]
"""Is told what is being done, how many facts of it are, and of how many."""

BESIDE: Final = (secret, signing_key, content)


def move(source: SqlStore, target: SqlStore, told: Told) -> Verification:
    """Carry the record to an empty database, in one transaction there, and verify it before that ends: the chain, that
    it leads to the same head, and that the views are what the facts give.

    Raises Refused for a target that is not empty, and for a source that was written to meanwhile; Tampered for damage.
    """
    with said_plainly(target.engine), target.begin() as there:
        if any(there.execute(select(table).limit(1)).first() is not None for table in kept.tables.values()):
            raise Refused(f"{name_of(target.engine)}: is not empty; name a new database")
        head = _carry(source, target, there, told)
        found = _verified(there, name_of(target.engine), told, head[0])
        if found.head != head:
            raise Tampered(f"{name_of(target.engine)}: its head is not {head[0]}:{head[1]}, nothing of it is kept")
        if stale := differences(there):
            raise Tampered(f"{name_of(target.engine)}: {'; '.join(stale)}; nothing of it is kept")
        with source.reading() as views:
            if views.head() != head:
                now = views.head()[0]
                raise Refused(f"{name_of(source.engine)}: went on to fact {now} meanwhile; end what uses it and repeat")
    return found


def _carry(source: SqlStore, target: SqlStore, there: Connection, told: Told) -> tuple[int, str]:
    """Copy everything that cannot be made anew, and make the views of it; returns the head."""
    with said_plainly(source.engine), begun(source.engine, READS) as here:
        many = here.execute(select(func.max(fact.c.seq))).scalar()
        if not many:
            raise Refused(f"{name_of(source.engine)}: has no facts; there is nothing to move")
        head = _verified(here, name_of(source.engine), told, many).head
        for table in BESIDE:
            carry(table, here, there)
        add = compiled(insert(fact), there.dialect)
        carried = 0
        for chunk in _chunks(here):
            add.run_many(there, chunk, Recorded._fields)
            project(chunk, bodies_of(chunk), target.filters, there)
            carried += len(chunk)
            told("carried", carried, many)
    if there.dialect.name != "sqlite":
        look_over(there)
    return head


def _chunks(connection: Connection) -> Iterator[list[Recorded]]:
    facts = map(Recorded._make, lines(Wanted(), connection))
    while chunk := list(islice(facts, CHUNK)):
        yield chunk


def _verified(connection: Connection, name: str, told: Told, of: int) -> Verification:
    def counted() -> Iterator[Recorded]:
        for number, line in enumerate(lines(Wanted(), connection), start=1):
            if number % CHUNK == 0:
                told("verified", number, of)
            yield Recorded._make(line)

    found = verify_chain(counted())
    if found.damage:
        places = f"{len(found.damage)} places are damaged, see `muster record verify`"
        raise Tampered(f"{name}: {found.damage[0].says}; {places}")
    return found
