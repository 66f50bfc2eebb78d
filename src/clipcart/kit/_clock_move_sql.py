"""Statements of moves of the clock. Beats and ends are the machine's time: a move is a process."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query


class MoveRow(NamedTuple):
    id: int
    actor: str
    from_at: datetime
    target_at: datetime
    reached_at: datetime
    is_running: bool
    error: str | None


LATEST_MOVE = query(
    """
    select id, actor, from_at, target_at, reached_at,
        ended_at is null and beat_at > clock_timestamp() - :silence_s * interval '1 second'
            as is_running,
        case when ended_at is null
            and beat_at <= clock_timestamp() - :silence_s * interval '1 second'
            then 'the process that moved it ended' else error end as error
    from kit.clock_move order by id desc limit 1""",
    MoveRow,
)

BURY_SILENT_MOVES = command("""
    update kit.clock_move set ended_at = clock_timestamp(),
        error = 'the process that moved it ended'
    where ended_at is null
        and beat_at <= clock_timestamp() - :silence_s * interval '1 second'""")

BEGIN_MOVE = query(
    """
    insert into kit.clock_move (id, actor, from_at, target_at, reached_at)
    values (:id, :actor, :now, :target_at, :now)
    on conflict ((true)) where ended_at is null do nothing returning id""",
    int,
)

BEAT_MOVE = command("""
    update kit.clock_move set beat_at = clock_timestamp(), reached_at = :reached_at
    where id = :id and ended_at is null""")

END_MOVE = command("""
    update kit.clock_move set ended_at = clock_timestamp(), reached_at = :reached_at,
        error = :error
    where id = :id and ended_at is null""")
