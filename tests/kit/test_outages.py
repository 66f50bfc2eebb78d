"""A connection that is lost in the middle of a transaction says so, whatever else went wrong."""

import asyncpg
import pytest

from clipcart.kit.db import PooledDatabase


async def test_a_lost_connection_is_named_as_what_it_is(real_db: PooledDatabase) -> None:
    with pytest.raises(asyncpg.PostgresConnectionError):
        async with real_db.transaction() as tx:
            own = await tx._connection.fetchval("select pg_backend_pid()")
            await real_db.pool.execute("select pg_terminate_backend($1, 2000)", own)
            raise ValueError("the next statement would have failed, too")
    async with real_db.transaction() as tx:
        assert await tx._connection.fetchval("select 1") == 1
