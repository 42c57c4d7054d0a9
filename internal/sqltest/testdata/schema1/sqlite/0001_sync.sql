CREATE TABLE IF NOT EXISTS sync_state (
	source     TEXT    NOT NULL,
	stream     TEXT    NOT NULL,
	version    INTEGER NOT NULL,
	state      TEXT    NOT NULL,
	updated_at TEXT    NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	PRIMARY KEY (source, stream)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sync_rejects (
	source     TEXT NOT NULL,
	stream     TEXT NOT NULL,
	digest     TEXT NOT NULL,
	row_id     TEXT,
	reason     TEXT NOT NULL,
	raw        BLOB,
	first_seen TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	last_seen  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	PRIMARY KEY (source, stream, digest)
);

CREATE TABLE IF NOT EXISTS sync_lease (
	source       TEXT    NOT NULL,
	stream       TEXT    NOT NULL,
	holder       TEXT    NOT NULL,
	until_millis INTEGER NOT NULL,
	PRIMARY KEY (source, stream)
) WITHOUT ROWID;
