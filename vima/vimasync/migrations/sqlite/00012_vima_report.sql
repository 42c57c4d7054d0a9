-- +goose Up
ALTER TABLE vima_operations RENAME COLUMN amount TO amount_text;

ALTER TABLE vima_operations RENAME COLUMN complete_amount TO complete_amount_text;

ALTER TABLE vima_operations RENAME COLUMN fee TO fee_text;

ALTER TABLE vima_operations ADD COLUMN complete_created_at TEXT;

ALTER TABLE vima_operations ADD COLUMN amount_minor INTEGER;

ALTER TABLE vima_operations ADD COLUMN complete_amount_minor INTEGER;

ALTER TABLE vima_operations ADD COLUMN fee_minor INTEGER;

ALTER TABLE vima_operations ADD COLUMN class TEXT;

ALTER TABLE vima_operations ADD COLUMN stored_at TEXT;

ALTER TABLE vima_operations ADD COLUMN first_stored_at TEXT;

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS vima_upgraded_insert BEFORE INSERT ON sync_state
WHEN NEW.source = 'vima' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of vima were upgraded by 00012_vima_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER IF NOT EXISTS vima_upgraded_update BEFORE UPDATE ON sync_state
WHEN NEW.source = 'vima' AND NEW.writer IS NOT '2/' || NEW.version
BEGIN
	SELECT RAISE(ABORT, 'the tables of vima were upgraded by 00012_vima_report.sql, and this process is of an older version: it has stored nothing, update it');
END;
-- +goose StatementEnd

CREATE VIEW IF NOT EXISTS vima_report AS SELECT
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
	substr(operation_created_at, 1, 10) AS created_day,
	substr(operation_created_at, 1, 13) AS created_hour,
	CAST(round((julianday('now') - julianday(operation_created_at)) * 86400) AS INTEGER) AS age_seconds,
	CAST(round((julianday(coalesce(complete_created_at, complete_modified_at)) - julianday(operation_created_at)) * 86400) AS INTEGER) AS seconds_to_complete
FROM vima_operations;
