-- +goose Up
CREATE INDEX IF NOT EXISTS transactions_transactions_date ON transactions_transactions (date);

CREATE INDEX IF NOT EXISTS transactions_transactions_request_tr_id ON transactions_transactions (request_tr_id);

CREATE INDEX IF NOT EXISTS transactions_transactions_class ON transactions_transactions (class, date);

CREATE INDEX IF NOT EXISTS transactions_transactions_stored_at ON transactions_transactions (stored_at);

CREATE INDEX IF NOT EXISTS transactions_transactions_completed_at ON transactions_transactions (recipient_date);
