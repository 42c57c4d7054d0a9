CREATE TABLE IF NOT EXISTS sync_state (
	source     text        NOT NULL,
	stream     text        NOT NULL,
	version    bigint      NOT NULL,
	state      text        NOT NULL,
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (source, stream)
);

CREATE TABLE IF NOT EXISTS sync_rejects (
	source     text        NOT NULL,
	stream     text        NOT NULL,
	digest     text        NOT NULL,
	row_id     text,
	reason     text        NOT NULL,
	raw        bytea,
	first_seen timestamptz NOT NULL DEFAULT now(),
	last_seen  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (source, stream, digest)
);

CREATE TABLE IF NOT EXISTS sync_lease (
	source       text   NOT NULL,
	stream       text   NOT NULL,
	holder       text   NOT NULL,
	until_millis bigint NOT NULL,
	PRIMARY KEY (source, stream)
);
