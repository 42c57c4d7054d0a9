-- +goose Up
CREATE TABLE IF NOT EXISTS payout_books (
	book      text   NOT NULL PRIMARY KEY,
	service   text   NOT NULL,
	key_check bytea  NOT NULL,
	added_at  bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS payout_entries (
	id             bigint  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	book           text    NOT NULL,
	reference      text    NOT NULL,
	account        text    NOT NULL,
	service        text    NOT NULL,
	transaction_id text    NOT NULL,
	payment_id     text    NOT NULL,
	amount_micros  bigint  NOT NULL CHECK (amount_micros > 0),
	recipient      bytea,
	mask           text    NOT NULL,
	digest         bytea   NOT NULL,
	request        bytea,
	state          text    NOT NULL,
	version        bigint  NOT NULL,
	next_at        bigint  NOT NULL,
	worker         text,
	attempts       integer NOT NULL,
	refusals       integer NOT NULL,
	tries          integer NOT NULL,
	allowed        integer NOT NULL,
	code           integer NOT NULL,
	cause          text    NOT NULL,
	flags          integer NOT NULL,
	evidence       text    NOT NULL,
	told           text    NOT NULL,
	reissue_of     text,
	added_at       bigint  NOT NULL,
	first_sent     bigint,
	last_sent      bigint,
	settled_at     bigint,
	CHECK (state IN ('held', 'queued', 'sending', 'waiting', 'unknown', 'paid', 'failed', 'canceled')),
	CHECK (first_sent IS NOT NULL OR state NOT IN ('sending', 'waiting'))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_reference ON payout_entries (book, reference);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_transaction ON payout_entries (transaction_id);

CREATE UNIQUE INDEX IF NOT EXISTS payout_entries_reissue ON payout_entries (book, reissue_of) WHERE reissue_of IS NOT NULL;

CREATE INDEX IF NOT EXISTS payout_entries_sends ON payout_entries (book, account, next_at, id) WHERE state IN ('queued', 'sending');

CREATE INDEX IF NOT EXISTS payout_entries_looks ON payout_entries (book, account, next_at, id) WHERE state = 'waiting';

CREATE INDEX IF NOT EXISTS payout_entries_open ON payout_entries (book, state, added_at) WHERE settled_at IS NULL OR flags <> 0;

CREATE INDEX IF NOT EXISTS payout_entries_alike ON payout_entries (book, recipient, amount_micros, added_at) WHERE recipient IS NOT NULL;

CREATE INDEX IF NOT EXISTS payout_entries_settled ON payout_entries (book, settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS payout_history (
	entry_id bigint  NOT NULL REFERENCES payout_entries (id),
	version  bigint  NOT NULL,
	at       bigint  NOT NULL,
	event    text    NOT NULL,
	before   text    NOT NULL,
	after    text    NOT NULL,
	who      text    NOT NULL,
	code     integer NOT NULL,
	note     text    NOT NULL,
	PRIMARY KEY (entry_id, version)
);

CREATE TABLE IF NOT EXISTS payout_notices (
	id             bigint  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	book           text    NOT NULL,
	digest         bytea   NOT NULL,
	transaction_id text    NOT NULL,
	payment_id     text    NOT NULL,
	status         text    NOT NULL,
	code           integer NOT NULL,
	amount_micros  bigint,
	entry_id       bigint  REFERENCES payout_entries (id),
	effect         text    NOT NULL,
	received_at    bigint  NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS payout_notices_digest ON payout_notices (book, digest);

CREATE INDEX IF NOT EXISTS payout_notices_strangers ON payout_notices (book, transaction_id) WHERE entry_id IS NULL;

CREATE TABLE IF NOT EXISTS payout_gates (
	book         text    NOT NULL,
	account      text    NOT NULL,
	turn         bigint  NOT NULL,
	closed_until bigint  NOT NULL,
	strikes      integer NOT NULL,
	code         integer NOT NULL,
	reason       text    NOT NULL,
	closed_by    text    NOT NULL,
	PRIMARY KEY (book, account)
) WITH (fillfactor = 50);
