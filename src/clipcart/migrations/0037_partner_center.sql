-- What the Partner Center looks up: who let an app in.
create index consent_app on apps.consent (app_id, granted_at) where ended_at is null;
-- How much of a rate limit is used now; also what the sweep forgets.
create index rate_window on kit.rate (window_start);
