-- +goose Up
ALTER TABLE sync_state ADD COLUMN caught_up_at TEXT;

ALTER TABLE sync_state ADD COLUMN writer TEXT;

CREATE VIEW IF NOT EXISTS sync_clock AS SELECT
	strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') AS present,
	strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-1 hour') AS hour_ago,
	strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-1 day') AS day_ago,
	strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-7 days') AS week_ago;
