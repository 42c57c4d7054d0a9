-- +goose Up
ALTER TABLE transactions_transactions RENAME COLUMN gateway_amount TO gateway_amount_text;

ALTER TABLE transactions_transactions ADD COLUMN class TEXT;

ALTER TABLE transactions_transactions ADD COLUMN stored_at TEXT;

ALTER TABLE transactions_transactions ADD COLUMN first_stored_at TEXT;

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS transactions_upgraded_insert BEFORE INSERT ON sync_state
WHEN NEW.source = 'transactions' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of transactions were upgraded by 00032_transactions_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS transactions_upgraded_update BEFORE UPDATE ON sync_state
WHEN NEW.source = 'transactions' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of transactions were upgraded by 00032_transactions_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

CREATE VIEW IF NOT EXISTS transactions_report AS SELECT
	id,
	version,
	request_tr_id AS client_id,
	'' AS project,
	pay_type AS operation_type,
	recipient_gateway AS payment_method,
	status,
	class,
	request_amount AS amount_minor,
	CASE WHEN request_ccy IS NULL THEN '' ELSE printf('%03d', request_ccy) END AS currency,
	system_fee_amount AS fee_minor,
	CASE WHEN system_currency IS NULL THEN '' ELSE printf('%03d', system_currency) END AS fee_currency,
	date AS created_at,
	recipient_date AS completed_at,
	stored_at,
	first_stored_at,
	substr(date, 1, 10) AS created_day,
	substr(date, 1, 13) AS created_hour,
	CAST(round((julianday('now') - julianday(date)) * 86400) AS INTEGER) AS age_seconds,
	CAST(round((julianday(recipient_date) - julianday(date)) * 86400) AS INTEGER) AS seconds_to_complete
FROM transactions_transactions;
