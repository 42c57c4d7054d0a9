-- +goose Up
ALTER TABLE sync_state ADD COLUMN IF NOT EXISTS caught_up_at timestamptz;

ALTER TABLE sync_state ADD COLUMN IF NOT EXISTS writer text;

CREATE OR REPLACE VIEW sync_clock AS SELECT
	now() AS present,
	now() - interval '1 hour' AS hour_ago,
	now() - interval '1 day' AS day_ago,
	now() - interval '7 days' AS week_ago;

COMMENT ON COLUMN sync_state.source IS 'Sync package, such as vima.';

COMMENT ON COLUMN sync_state.stream IS 'Name of the stream.';

COMMENT ON COLUMN sync_state.version IS 'Number of commits.';

COMMENT ON COLUMN sync_state.state IS 'Where the stream has got to: JSON of the sync package.';

COMMENT ON COLUMN sync_state.updated_at IS 'When the last commit was made.';

COMMENT ON COLUMN sync_state.caught_up_at IS 'When the last pass began that has read the stream to its end by itself: until then the copy is known to be complete. NULL is never.';

COMMENT ON COLUMN sync_state.writer IS 'Schema and version of the last commit. An older program writes another one and is refused.';

COMMENT ON COLUMN sync_rejects.source IS 'Sync package, such as vima.';

COMMENT ON COLUMN sync_rejects.stream IS 'Name of the stream.';

COMMENT ON COLUMN sync_rejects.digest IS 'SHA-256 of the row as received.';

COMMENT ON COLUMN sync_rejects.row_id IS 'Id of the row as far as it can be read.';

COMMENT ON COLUMN sync_rejects.reason IS 'Why the row could not be stored.';

COMMENT ON COLUMN sync_rejects.raw IS 'The row as received; NULL where it is not kept.';

COMMENT ON COLUMN sync_rejects.first_seen IS 'When the row was met first.';

COMMENT ON COLUMN sync_rejects.last_seen IS 'When the row was met last.';

COMMENT ON COLUMN sync_lease.source IS 'Sync package, such as vima.';

COMMENT ON COLUMN sync_lease.stream IS 'Name of the stream.';

COMMENT ON COLUMN sync_lease.holder IS 'Process that works on the stream.';

COMMENT ON COLUMN sync_lease.until_millis IS 'When the lease ends, in milliseconds since 1970 by the clock of the database.';

COMMENT ON COLUMN sync_clock.present IS 'The time of the database.';

COMMENT ON COLUMN sync_clock.hour_ago IS 'An hour before.';

COMMENT ON COLUMN sync_clock.day_ago IS '24 hours before.';

COMMENT ON COLUMN sync_clock.week_ago IS 'Seven times 24 hours before.';
