CREATE TABLE IF NOT EXISTS vima_operations (
	operation_id          bigint      NOT NULL PRIMARY KEY,
	operation_update_id   bigint      NOT NULL,
	operation_create_id   bigint,
	client_operation_id   text        NOT NULL,
	reference_id          text        NOT NULL,
	project               text        NOT NULL,
	method                text        NOT NULL,
	status                text        NOT NULL,
	current_status        text        NOT NULL,
	payment_status        text        NOT NULL,
	payment_method_code   text        NOT NULL,
	amount                numeric,
	currency              text        NOT NULL,
	requested_minor       bigint,
	requested_currency    text        NOT NULL,
	complete_amount       numeric,
	complete_currency     text        NOT NULL,
	fee                   numeric,
	fee_currency          text        NOT NULL,
	operation_created_at  timestamptz,
	operation_modified_at timestamptz,
	complete_modified_at  timestamptz,
	raw                   text
);

CREATE INDEX IF NOT EXISTS vima_operations_client_operation_id ON vima_operations (left(client_operation_id, 255));

CREATE INDEX IF NOT EXISTS vima_operations_created_at ON vima_operations (operation_created_at);
