-- +goose Up
ALTER TABLE ecommpay_operations ADD COLUMN IF NOT EXISTS class text;

ALTER TABLE ecommpay_operations ADD COLUMN IF NOT EXISTS stored_at timestamptz;

ALTER TABLE ecommpay_operations ADD COLUMN IF NOT EXISTS first_stored_at timestamptz;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION ecommpay_upgraded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the tables of ecommpay were upgraded by 00022_ecommpay_report.sql, and this process is of an older version: it has stored nothing, update it';
END
$$;
-- +goose StatementEnd

DROP TRIGGER IF EXISTS ecommpay_upgraded ON sync_state;

CREATE TRIGGER ecommpay_upgraded BEFORE INSERT OR UPDATE ON sync_state FOR EACH ROW
	WHEN (NEW.source = 'ecommpay' AND NEW.writer IS DISTINCT FROM '2/' || NEW.version)
	EXECUTE FUNCTION ecommpay_upgraded();

CREATE OR REPLACE VIEW ecommpay_report AS SELECT
	operation_id AS id,
	checkpoint AS version,
	payment_id AS client_id,
	project_id AS project,
	operation_type,
	payment_method_name AS payment_method,
	operation_status AS status,
	class,
	amount_minor,
	currency,
	CAST(NULL AS bigint) AS fee_minor,
	CAST('' AS text) AS fee_currency,
	operation_created_at AS created_at,
	coalesce(operation_completed_at, provider_date) AS completed_at,
	stored_at,
	first_stored_at,
	to_char(operation_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS created_day,
	to_char(operation_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS created_hour,
	CAST(round(extract(epoch FROM now() - operation_created_at)) AS bigint) AS age_seconds,
	CAST(round(extract(epoch FROM coalesce(operation_completed_at, provider_date) - operation_created_at)) AS bigint) AS seconds_to_complete
FROM ecommpay_operations;

COMMENT ON VIEW ecommpay_report IS 'Rows of ecommpay_operations by the names that all reports share.';

COMMENT ON COLUMN ecommpay_report.id IS 'Number of the row at the provider.';

COMMENT ON COLUMN ecommpay_report.version IS 'Grows with each version of the row that is stored; (id, version) names one.';

COMMENT ON COLUMN ecommpay_report.client_id IS 'Id that the merchant has given; not unique.';

COMMENT ON COLUMN ecommpay_report.project IS 'Project or shop of the merchant; empty where the provider has none.';

COMMENT ON COLUMN ecommpay_report.operation_type IS 'What is done: the providers word, such as payment.in, sale or PAYMENT.';

COMMENT ON COLUMN ecommpay_report.payment_method IS 'By what it is paid: the provider''s word.';

COMMENT ON COLUMN ecommpay_report.status IS 'Status to decide by, in the provider''s spelling.';

COMMENT ON COLUMN ecommpay_report.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN ecommpay_report.amount_minor IS 'Amount in minor units of currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN ecommpay_report.currency IS 'Currency of amount_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN ecommpay_report.fee_minor IS 'Fee in minor units of fee_currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN ecommpay_report.fee_currency IS 'Currency of fee_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN ecommpay_report.created_at IS 'When the provider has created it.';

COMMENT ON COLUMN ecommpay_report.completed_at IS 'When it has come to its end at the provider; NULL is not yet, or unknown.';

COMMENT ON COLUMN ecommpay_report.stored_at IS 'When this version was stored here, by the clock of the database, before its commit.';

COMMENT ON COLUMN ecommpay_report.first_stored_at IS 'When the first version was stored here, by the clock of the database.';

COMMENT ON COLUMN ecommpay_report.created_day IS 'UTC day of created_at, YYYY-MM-DD.';

COMMENT ON COLUMN ecommpay_report.created_hour IS 'UTC hour of created_at, YYYY-MM-DDTHH.';

COMMENT ON COLUMN ecommpay_report.age_seconds IS 'Seconds from created_at to now.';

COMMENT ON COLUMN ecommpay_report.seconds_to_complete IS 'Seconds from created_at to completed_at.';

COMMENT ON COLUMN ecommpay_operations.operation_id IS 'Id of the operation at ecommpay.';

COMMENT ON COLUMN ecommpay_operations.digest IS 'SHA-256 of the operation as received, which tells versions apart.';

COMMENT ON COLUMN ecommpay_operations.checkpoint IS 'Number of the commit that has stored this version; it only grows within a stream.';

COMMENT ON COLUMN ecommpay_operations.project_id IS 'Project of the merchant.';

COMMENT ON COLUMN ecommpay_operations.payment_id IS 'Id of the payment that the merchant has given; unique within a project, and a payment has several operations.';

COMMENT ON COLUMN ecommpay_operations.operation_type IS 'What the operation does, such as sale or refund.';

COMMENT ON COLUMN ecommpay_operations.operation_status IS 'Status as received.';

COMMENT ON COLUMN ecommpay_operations.amount_minor IS 'sum_initial in minor units of currency; NULL is unknown.';

COMMENT ON COLUMN ecommpay_operations.currency IS 'Currency of amount_minor.';

COMMENT ON COLUMN ecommpay_operations.converted_amount_minor IS 'sum_converted in minor units of converted_currency; NULL is unknown.';

COMMENT ON COLUMN ecommpay_operations.converted_currency IS 'Currency of converted_amount_minor.';

COMMENT ON COLUMN ecommpay_operations.payment_method_name IS 'Method of payment.';

COMMENT ON COLUMN ecommpay_operations.payment_method_type IS 'Kind of the method of payment.';

COMMENT ON COLUMN ecommpay_operations.operation_created_at IS 'When the operation was created.';

COMMENT ON COLUMN ecommpay_operations.operation_completed_at IS 'When it was finished; NULL where the service does not say.';

COMMENT ON COLUMN ecommpay_operations.provider_date IS 'When it was finished at the provider.';

COMMENT ON COLUMN ecommpay_operations.shipment_date IS 'When it was sent to clearing.';

COMMENT ON COLUMN ecommpay_operations.arn IS 'Acquirer reference number.';

COMMENT ON COLUMN ecommpay_operations.rrn IS 'Retrieval reference number.';

COMMENT ON COLUMN ecommpay_operations.payment_provider_code IS 'Code of the provider''s answer.';

COMMENT ON COLUMN ecommpay_operations.payment_provider_message IS 'Text of the provider''s answer.';

COMMENT ON COLUMN ecommpay_operations.raw IS 'The row as received; NULL where it is not kept.';

COMMENT ON COLUMN ecommpay_operations.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN ecommpay_operations.stored_at IS 'When this version was stored here, by the clock of the database, before its commit. Read what has changed with an overlap.';

COMMENT ON COLUMN ecommpay_operations.first_stored_at IS 'When the first version was stored here, by the clock of the database.';
