-- +goose Up
CREATE TABLE IF NOT EXISTS payout_books (
	book      TEXT    NOT NULL PRIMARY KEY,
	service   TEXT    NOT NULL,
	key_check BLOB    NOT NULL,
	added_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS payout_entries (
	id             INTEGER NOT NULL PRIMARY KEY,
	book           TEXT    NOT NULL,
	reference      TEXT    NOT NULL,
	account        TEXT    NOT NULL,
	service        TEXT    NOT NULL,
	transaction_id TEXT    NOT NULL,
	payment_id     TEXT    NOT NULL,
	amount_micros  INTEGER NOT NULL CHECK (amount_micros > 0),
	recipient      BLOB,
	mask           TEXT    NOT NULL,
	digest         BLOB    NOT NULL,
	request        BLOB,
	state          TEXT    NOT NULL,
	version        INTEGER NOT NULL,
	next_at        INTEGER NOT NULL,
	worker         TEXT,
	attempts       INTEGER NOT NULL,
	refusals       INTEGER NOT NULL,
	tries          INTEGER NOT NULL,
	allowed        INTEGER NOT NULL,
	code           INTEGER NOT NULL,
	cause          TEXT    NOT NULL,
	flags          INTEGER NOT NULL,
	evidence       TEXT    NOT NULL,
	told           TEXT    NOT NULL,
	reissue_of     TEXT,
	added_at       INTEGER NOT NULL,
	first_sent     INTEGER,
	last_sent      INTEGER,
	settled_at     INTEGER,
	CHECK (state IN ('held', 'queued', 'sending', 'waiting', 'unknown', 'paid', 'failed', 'canceled')),
	CHECK (first_sent IS NOT NULL OR state NOT IN ('sending', 'waiting'))
);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_reference ON payout_entries (book, reference);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_transaction ON payout_entries (transaction_id);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_reissue ON payout_entries (book, reissue_of) WHERE reissue_of IS NOT NULL;

CREATE INDEX IF NOT EXISTS payout_entries_sends ON payout_entries (book, account, next_at, id) WHERE state IN ('queued', 'sending');

CREATE INDEX IF NOT EXISTS payout_entries_looks ON payout_entries (book, account, next_at, id) WHERE state = 'waiting';

CREATE INDEX IF NOT EXISTS payout_entries_open ON payout_entries (book, state, added_at) WHERE settled_at IS NULL OR flags <> 0;

CREATE INDEX IF NOT EXISTS payout_entries_alike ON payout_entries (book, recipient, amount_micros, added_at) WHERE recipient IS NOT NULL;

CREATE INDEX IF NOT EXISTS payout_entries_settled ON payout_entries (book, settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS payout_history (
	entry_id INTEGER NOT NULL REFERENCES payout_entries (id),
	version  INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	event    TEXT    NOT NULL,
	before   TEXT    NOT NULL,
	after    TEXT    NOT NULL,
	who      TEXT    NOT NULL,
	code     INTEGER NOT NULL,
	note     TEXT    NOT NULL,
	PRIMARY KEY (entry_id, version)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS payout_notices (
	id             INTEGER NOT NULL PRIMARY KEY,
	book           TEXT    NOT NULL,
	digest         BLOB    NOT NULL,
	transaction_id TEXT    NOT NULL,
	payment_id     TEXT    NOT NULL,
	status         TEXT    NOT NULL,
	code           INTEGER NOT NULL,
	amount_micros  INTEGER,
	entry_id       INTEGER REFERENCES payout_entries (id),
	effect         TEXT    NOT NULL,
	received_at    INTEGER NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS payout_notices_digest ON payout_notices (book, digest);

CREATE INDEX IF NOT EXISTS payout_notices_strangers ON payout_notices (book, transaction_id) WHERE entry_id IS NULL;

CREATE TABLE IF NOT EXISTS payout_gates (
	book         TEXT    NOT NULL,
	account      TEXT    NOT NULL,
	turn         INTEGER NOT NULL,
	closed_until INTEGER NOT NULL,
	strikes      INTEGER NOT NULL,
	code         INTEGER NOT NULL,
	reason       TEXT    NOT NULL,
	closed_by    TEXT    NOT NULL,
	PRIMARY KEY (book, account)
) WITHOUT ROWID;
