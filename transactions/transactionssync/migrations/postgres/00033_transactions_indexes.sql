-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_transactions_date ON transactions_transactions (date);

CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_transactions_request_tr_id_hash ON transactions_transactions USING hash (request_tr_id) WHERE request_tr_id <> '';

CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_transactions_class ON transactions_transactions (class, date);

CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_transactions_stored_at ON transactions_transactions (stored_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_transactions_completed_at ON transactions_transactions (recipient_date) WHERE recipient_date IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS transactions_transactions_request_tr_id;
