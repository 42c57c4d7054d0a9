-- +goose Up
ALTER TABLE transactions_transactions ADD COLUMN IF NOT EXISTS class text;

ALTER TABLE transactions_transactions ADD COLUMN IF NOT EXISTS stored_at timestamptz;

ALTER TABLE transactions_transactions ADD COLUMN IF NOT EXISTS first_stored_at timestamptz;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION transactions_upgraded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the tables of transactions were upgraded by 00032_transactions_report.sql, and this process is of an older version: it has stored nothing, update it';
END
$$;
-- +goose StatementEnd

DROP TRIGGER IF EXISTS transactions_upgraded ON sync_state;

CREATE TRIGGER transactions_upgraded BEFORE INSERT OR UPDATE ON sync_state FOR EACH ROW
	WHEN (NEW.source = 'transactions' AND NEW.writer IS DISTINCT FROM '2/' || NEW.version)
	EXECUTE FUNCTION transactions_upgraded();

CREATE OR REPLACE VIEW transactions_report AS SELECT
	id,
	version,
	request_tr_id AS client_id,
	CAST('' AS text) AS project,
	pay_type AS operation_type,
	recipient_gateway AS payment_method,
	status,
	class,
	request_amount AS amount_minor,
	coalesce(repeat('0', 3 - length(CAST(request_ccy AS text))) || request_ccy, '') AS currency,
	system_fee_amount AS fee_minor,
	coalesce(repeat('0', 3 - length(CAST(system_currency AS text))) || system_currency, '') AS fee_currency,
	date AS created_at,
	recipient_date AS completed_at,
	stored_at,
	first_stored_at,
	to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS created_day,
	to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS created_hour,
	CAST(round(extract(epoch FROM now() - date)) AS bigint) AS age_seconds,
	CAST(round(extract(epoch FROM recipient_date - date)) AS bigint) AS seconds_to_complete
FROM transactions_transactions;

COMMENT ON VIEW transactions_report IS 'Rows of transactions_transactions by the names that all reports share.';

COMMENT ON COLUMN transactions_report.id IS 'Number of the row at the provider.';

COMMENT ON COLUMN transactions_report.version IS 'Grows with each version of the row that is stored; (id, version) names one.';

COMMENT ON COLUMN transactions_report.client_id IS 'Id that the merchant has given; not unique.';

COMMENT ON COLUMN transactions_report.project IS 'Project or shop of the merchant; empty where the provider has none.';

COMMENT ON COLUMN transactions_report.operation_type IS 'What is done: the providers word, such as payment.in, sale or PAYMENT.';

COMMENT ON COLUMN transactions_report.payment_method IS 'By what it is paid: the provider''s word.';

COMMENT ON COLUMN transactions_report.status IS 'Status to decide by, in the provider''s spelling.';

COMMENT ON COLUMN transactions_report.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN transactions_report.amount_minor IS 'Amount in minor units of currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN transactions_report.currency IS 'Currency of amount_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN transactions_report.fee_minor IS 'Fee in minor units of fee_currency; NULL is unknown, or does not fit exactly.';

COMMENT ON COLUMN transactions_report.fee_currency IS 'Currency of fee_minor: an ISO 4217 code, or empty.';

COMMENT ON COLUMN transactions_report.created_at IS 'When the provider has created it.';

COMMENT ON COLUMN transactions_report.completed_at IS 'When it has come to its end at the provider; NULL is not yet, or unknown.';

COMMENT ON COLUMN transactions_report.stored_at IS 'When this version was stored here, by the clock of the database, before its commit.';

COMMENT ON COLUMN transactions_report.first_stored_at IS 'When the first version was stored here, by the clock of the database.';

COMMENT ON COLUMN transactions_report.created_day IS 'UTC day of created_at, YYYY-MM-DD.';

COMMENT ON COLUMN transactions_report.created_hour IS 'UTC hour of created_at, YYYY-MM-DDTHH.';

COMMENT ON COLUMN transactions_report.age_seconds IS 'Seconds from created_at to now.';

COMMENT ON COLUMN transactions_report.seconds_to_complete IS 'Seconds from created_at to completed_at.';

COMMENT ON COLUMN transactions_transactions.id IS 'Id of the transaction at the service.';

COMMENT ON COLUMN transactions_transactions.version IS 'Microseconds since 1970 of the last modification, or of the time up to which everything was read.';

COMMENT ON COLUMN transactions_transactions.digest IS 'SHA-256 of the transaction as received, which tells versions apart.';

COMMENT ON COLUMN transactions_transactions.status IS 'Status as received.';

COMMENT ON COLUMN transactions_transactions.pay_type IS 'Kind of the transaction.';

COMMENT ON COLUMN transactions_transactions.date IS 'When the transaction was made.';

COMMENT ON COLUMN transactions_transactions.request_tr_id IS 'Id that the requesting side has given; not unique.';

COMMENT ON COLUMN transactions_transactions.request_amount IS 'Requested amount in minor units of request_ccy.';

COMMENT ON COLUMN transactions_transactions.request_ccy IS 'Numeric ISO 4217 code.';

COMMENT ON COLUMN transactions_transactions.sender_account IS 'Account of the paying side, masked by default.';

COMMENT ON COLUMN transactions_transactions.sender_service_id IS 'Service of the paying side.';

COMMENT ON COLUMN transactions_transactions.sender_bill_id IS 'Bill of the paying side.';

COMMENT ON COLUMN transactions_transactions.sender_amount IS 'Amount of the paying side in minor units of sender_ccy.';

COMMENT ON COLUMN transactions_transactions.sender_ccy IS 'Numeric ISO 4217 code.';

COMMENT ON COLUMN transactions_transactions.sender_tr_id IS 'Id of the transaction at the paying side.';

COMMENT ON COLUMN transactions_transactions.sender_success IS 'Whether the paying side has succeeded.';

COMMENT ON COLUMN transactions_transactions.sender_date IS 'When the paying side was done.';

COMMENT ON COLUMN transactions_transactions.sender_status IS 'Status of the paying side, as received.';

COMMENT ON COLUMN transactions_transactions.sender_gateway IS 'Gateway of the paying side.';

COMMENT ON COLUMN transactions_transactions.recipient_account IS 'Account of the receiving side, masked by default.';

COMMENT ON COLUMN transactions_transactions.recipient_service_id IS 'Service of the receiving side.';

COMMENT ON COLUMN transactions_transactions.recipient_bill_id IS 'Bill of the receiving side.';

COMMENT ON COLUMN transactions_transactions.recipient_amount IS 'Amount of the receiving side in minor units of recipient_ccy.';

COMMENT ON COLUMN transactions_transactions.recipient_ccy IS 'Numeric ISO 4217 code.';

COMMENT ON COLUMN transactions_transactions.recipient_tr_id IS 'Id of the transaction at the receiving side.';

COMMENT ON COLUMN transactions_transactions.recipient_success IS 'Whether the receiving side has succeeded.';

COMMENT ON COLUMN transactions_transactions.recipient_date IS 'When the receiving side was done.';

COMMENT ON COLUMN transactions_transactions.recipient_status IS 'Status of the receiving side, as received.';

COMMENT ON COLUMN transactions_transactions.recipient_gateway IS 'Gateway of the receiving side.';

COMMENT ON COLUMN transactions_transactions.gateway_amount IS 'Amount at the gateway; its unit is Unverified.';

COMMENT ON COLUMN transactions_transactions.agent_fee_amount IS 'Fee of the agent in minor units.';

COMMENT ON COLUMN transactions_transactions.system_fee_amount IS 'Fee of the system in minor units of system_currency.';

COMMENT ON COLUMN transactions_transactions.system_commission_up_amount IS 'Commission on top, in minor units.';

COMMENT ON COLUMN transactions_transactions.system_commission_down_amount IS 'Commission out of the amount, in minor units.';

COMMENT ON COLUMN transactions_transactions.system_currency IS 'Numeric ISO 4217 code.';

COMMENT ON COLUMN transactions_transactions.epos_merchant IS 'Merchant of the terminal; - is none.';

COMMENT ON COLUMN transactions_transactions.epos_terminal IS 'Terminal; - is none.';

COMMENT ON COLUMN transactions_transactions.created_date IS 'When the record was created.';

COMMENT ON COLUMN transactions_transactions.last_modified_date IS 'When the record was changed last.';

COMMENT ON COLUMN transactions_transactions.raw IS 'The row as received; NULL where it is not kept.';

COMMENT ON COLUMN transactions_transactions.class IS 'What the status means: succeeded, failed, pending or unknown.';

COMMENT ON COLUMN transactions_transactions.stored_at IS 'When this version was stored here, by the clock of the database, before its commit. Read what has changed with an overlap.';

COMMENT ON COLUMN transactions_transactions.first_stored_at IS 'When the first version was stored here, by the clock of the database.';
