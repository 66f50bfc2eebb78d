-- Leases name the worker that holds them.
alter table kit.job add column leased_by int;
comment on column kit.job.leased_by is
    'The advisory lock that its worker holds while it lives; null where it has no session.';
