-- +goose Up
ALTER TABLE ecommpay_operations ADD COLUMN class TEXT;

ALTER TABLE ecommpay_operations ADD COLUMN stored_at TEXT;

ALTER TABLE ecommpay_operations ADD COLUMN first_stored_at TEXT;

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS ecommpay_upgraded_insert BEFORE INSERT ON sync_state
WHEN NEW.source = 'ecommpay' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of ecommpay were upgraded by 00022_ecommpay_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS ecommpay_upgraded_update BEFORE UPDATE ON sync_state
WHEN NEW.source = 'ecommpay' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of ecommpay were upgraded by 00022_ecommpay_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

CREATE VIEW IF NOT EXISTS ecommpay_report AS SELECT
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
	CAST(NULL AS INTEGER) AS fee_minor,
	'' AS fee_currency,
	operation_created_at AS created_at,
	coalesce(operation_completed_at, provider_date) AS completed_at,
	stored_at,
	first_stored_at,
	substr(operation_created_at, 1, 10) AS created_day,
	substr(operation_created_at, 1, 13) AS created_hour,
	CAST(round((julianday('now') - julianday(operation_created_at)) * 86400) AS INTEGER) AS age_seconds,
	CAST(round((julianday(coalesce(operation_completed_at, provider_date)) - julianday(operation_created_at)) * 86400) AS INTEGER) AS seconds_to_complete
FROM ecommpay_operations;
