-- Operations: moves of the clock, so that one runs at a time and its progress can be seen.
create table kit.clock_move (
    id bigint primary key,
    actor text not null,
    from_at timestamptz not null,
    target_at timestamptz not null,
    reached_at timestamptz not null,
    beat_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    error text
);
create unique index clock_move_running on kit.clock_move ((true)) where ended_at is null;
comment on table kit.clock_move is
    'home: local. Moves of the clock from the operator''s page; beats and ends are machine time.';
