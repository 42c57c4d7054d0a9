CREATE TABLE IF NOT EXISTS ecommpay_operations (
	operation_id             INTEGER NOT NULL PRIMARY KEY,
	digest                   BLOB    NOT NULL,
	checkpoint               INTEGER NOT NULL,
	project_id               TEXT    NOT NULL,
	payment_id               TEXT    NOT NULL,
	operation_type           TEXT    NOT NULL,
	operation_status         TEXT    NOT NULL,
	amount_minor             INTEGER,
	currency                 TEXT    NOT NULL,
	converted_amount_minor   INTEGER,
	converted_currency       TEXT    NOT NULL,
	payment_method_name      TEXT    NOT NULL,
	payment_method_type      TEXT    NOT NULL,
	operation_created_at     TEXT,
	operation_completed_at   TEXT,
	provider_date            TEXT,
	shipment_date            TEXT,
	arn                      TEXT    NOT NULL,
	rrn                      TEXT    NOT NULL,
	payment_provider_code    TEXT    NOT NULL,
	payment_provider_message TEXT    NOT NULL,
	raw                      TEXT
);

CREATE INDEX IF NOT EXISTS ecommpay_operations_payment_id ON ecommpay_operations (payment_id);

CREATE INDEX IF NOT EXISTS ecommpay_operations_created_at ON ecommpay_operations (operation_created_at);
