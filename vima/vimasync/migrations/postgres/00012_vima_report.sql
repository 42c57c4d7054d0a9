-- +goose Up
ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS complete_created_at timestamptz;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS amount_minor bigint;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS complete_amount_minor bigint;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS fee_minor bigint;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS class text;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS stored_at timestamptz;

ALTER TABLE vima_operations ADD COLUMN IF NOT EXISTS first_stored_at timestamptz;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION vima_upgraded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the tables of vima were upgraded by 00012_vima_report.sql, and this process is of an older version: it has stored nothing, update it';
END
$$;
-- +goose StatementEnd

DROP TRIGGER IF EXISTS vima_upgraded ON sync_state;

CREATE TRIGGER vima_upgraded BEFORE INSERT OR UPDATE ON sync_state FOR EACH ROW
	WHEN (NEW.source = 'vima' AND NEW.writer IS DISTINCT FROM '2/' || NEW.version)
	EXECUTE FUNCTION vima_upgraded();

CREATE OR REPLACE VIEW vima_report AS SELECT
	operation_id AS id,
	operation_update_id AS version,
	client_operation_id AS client_id,
	project,
	method AS operation_type,
	payment_method_code AS payment_method,
	status,
	class,
	amount_minor,
	currency,
	fee_minor,
	fee_currency,
	operation_created_at AS created_at,
	coalesce(complete_created_at, complete_modified_at) AS completed_at,
	stored_at,
	first_stored_at,
	to_char(operation_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS created_day,
	to_char(operation_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS created_hour,
	CAST(round(extract(epoch FROM now() - operation_created_at)) AS bigint) AS age_seconds,
	CAST(round(extract(epoch FROM coalesce(complete_created_at, complete_modified_at) - operation_created_at)) AS bigint) AS seconds_to_complete
FROM vima_operations;

COMMENT ON VIEW vima_report IS 'Rows of vima_operations by the names that all reports share.';

COMMENT ON COLUMN vima_report.id IS 'Number of the row at the provider.';

COMMENT ON COLUMN vima_report.version IS 'Grows with each version of the row that is stored; (id, version) names one.';

COMMENT ON COLUMN vima_report.client_id IS 'Id that the merchant has given; not unique.';

COMMENT ON COLUMN vima_report.project IS 'Project or shop of the merchant; empty where the provider has none.';

COMMENT ON COLUMN vima_report.operation_type IS 'What is done: the providers word, such as payment.in, sale or PAYMENT.';

COMMENT ON COLUMN vima_report.payment_method IS 'By what it is paid: the provider''s word.';

COMMENT ON COLUMN vima_report.status IS 'Status to decide by, in the provider''s spelling.';

COMMENT ON COLUMN vima_report.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN vima_report.amount_minor IS 'Amount in minor units of currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN vima_report.currency IS 'Currency of amount_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN vima_report.fee_minor IS 'Fee in minor units of fee_currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN vima_report.fee_currency IS 'Currency of fee_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN vima_report.created_at IS 'When the provider has created it.';

COMMENT ON COLUMN vima_report.completed_at IS 'When it has come to its end at the provider; NULL is not yet, or unknown.';

COMMENT ON COLUMN vima_report.stored_at IS 'When this version was stored here, by the clock of the database, before its commit.';

COMMENT ON COLUMN vima_report.first_stored_at IS 'When the first version was stored here, by the clock of the database.';

COMMENT ON COLUMN vima_report.created_day IS 'UTC day of created_at, YYYY-MM-DD.';

COMMENT ON COLUMN vima_report.created_hour IS 'UTC hour of created_at, YYYY-MM-DDTHH.';

COMMENT ON COLUMN vima_report.age_seconds IS 'Seconds from created_at to now.';

COMMENT ON COLUMN vima_report.seconds_to_complete IS 'Seconds from created_at to completed_at.';

COMMENT ON COLUMN vima_operations.operation_id IS 'Id of the operation at the collector.';

COMMENT ON COLUMN vima_operations.operation_update_id IS 'Cursor of changes: grows with each version of the operation.';

COMMENT ON COLUMN vima_operations.operation_create_id IS 'Cursor of new operations.';

COMMENT ON COLUMN vima_operations.client_operation_id IS 'Id that the merchant has given; not unique.';

COMMENT ON COLUMN vima_operations.reference_id IS 'Reference of the collector.';

COMMENT ON COLUMN vima_operations.project IS 'Project of the merchant.';

COMMENT ON COLUMN vima_operations.method IS 'payment.in or payment.out.';

COMMENT ON COLUMN vima_operations.status IS 'Status to decide by: payment_status, else current_status.';

COMMENT ON COLUMN vima_operations.current_status IS 'Status as received.';

COMMENT ON COLUMN vima_operations.payment_status IS 'Status as received; empty where the collector sends none.';

COMMENT ON COLUMN vima_operations.payment_method_code IS 'Method of payment, such as apm.';

COMMENT ON COLUMN vima_operations.amount IS 'Best known amount in major units: final, else as sent to a payment gate, else requested.';

COMMENT ON COLUMN vima_operations.currency IS 'Currency of amount.';

COMMENT ON COLUMN vima_operations.requested_minor IS 'Requested amount in minor units, as received.';

COMMENT ON COLUMN vima_operations.requested_currency IS 'Currency of requested_minor.';

COMMENT ON COLUMN vima_operations.complete_amount IS 'Final amount in major units; NULL until finished.';

COMMENT ON COLUMN vima_operations.complete_currency IS 'Currency of complete_amount.';

COMMENT ON COLUMN vima_operations.fee IS 'Fee of the payment gate in major units.';

COMMENT ON COLUMN vima_operations.fee_currency IS 'Currency of fee.';

COMMENT ON COLUMN vima_operations.operation_created_at IS 'When the operation was created.';

COMMENT ON COLUMN vima_operations.operation_modified_at IS 'When it was changed last.';

COMMENT ON COLUMN vima_operations.complete_modified_at IS 'When what belongs to its end was changed last.';

COMMENT ON COLUMN vima_operations.raw IS 'The row as received; NULL where it is not kept.';

COMMENT ON COLUMN vima_operations.complete_created_at IS 'When it was finished; NULL also in rows stored before the column was there.';

COMMENT ON COLUMN vima_operations.amount_minor IS 'amount in minor units of currency by ISO 4217; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN vima_operations.complete_amount_minor IS 'complete_amount in minor units of complete_currency by ISO 4217; NULL does not fit exactly.';

COMMENT ON COLUMN vima_operations.fee_minor IS 'fee in minor units of fee_currency by ISO 4217; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN vima_operations.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN vima_operations.stored_at IS 'When this version was stored here, by the clock of the database, before its commit. Read what has changed with an overlap.';

COMMENT ON COLUMN vima_operations.first_stored_at IS 'When the first version was stored here, by the clock of the database.';
