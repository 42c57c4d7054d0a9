CREATE TABLE IF NOT EXISTS vima_operations (
	operation_id          INTEGER NOT NULL PRIMARY KEY,
	operation_update_id   INTEGER NOT NULL,
	operation_create_id   INTEGER,
	client_operation_id   TEXT    NOT NULL,
	reference_id          TEXT    NOT NULL,
	project               TEXT    NOT NULL,
	method                TEXT    NOT NULL,
	status                TEXT    NOT NULL,
	current_status        TEXT    NOT NULL,
	payment_status        TEXT    NOT NULL,
	payment_method_code   TEXT    NOT NULL,
	amount                TEXT,
	currency              TEXT    NOT NULL,
	requested_minor       INTEGER,
	requested_currency    TEXT    NOT NULL,
	complete_amount       TEXT,
	complete_currency     TEXT    NOT NULL,
	fee                   TEXT,
	fee_currency          TEXT    NOT NULL,
	operation_created_at  TEXT,
	operation_modified_at TEXT,
	complete_modified_at  TEXT,
	raw                   TEXT
);

CREATE INDEX IF NOT EXISTS vima_operations_client_operation_id ON vima_operations (client_operation_id);

CREATE INDEX IF NOT EXISTS vima_operations_created_at ON vima_operations (operation_created_at);
