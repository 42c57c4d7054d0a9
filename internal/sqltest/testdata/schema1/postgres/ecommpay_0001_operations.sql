CREATE TABLE IF NOT EXISTS ecommpay_operations (
	operation_id             bigint NOT NULL PRIMARY KEY,
	digest                   bytea  NOT NULL,
	checkpoint               bigint NOT NULL,
	project_id               text   NOT NULL,
	payment_id               text   NOT NULL,
	operation_type           text   NOT NULL,
	operation_status         text   NOT NULL,
	amount_minor             bigint,
	currency                 text   NOT NULL,
	converted_amount_minor   bigint,
	converted_currency       text   NOT NULL,
	payment_method_name      text   NOT NULL,
	payment_method_type      text   NOT NULL,
	operation_created_at     timestamptz,
	operation_completed_at   timestamptz,
	provider_date            timestamptz,
	shipment_date            timestamptz,
	arn                      text   NOT NULL,
	rrn                      text   NOT NULL,
	payment_provider_code    text   NOT NULL,
	payment_provider_message text   NOT NULL,
	raw                      text
);

CREATE INDEX IF NOT EXISTS ecommpay_operations_payment_id ON ecommpay_operations (left(payment_id, 255));

CREATE INDEX IF NOT EXISTS ecommpay_operations_created_at ON ecommpay_operations (operation_created_at);
