-- +goose Up
CREATE INDEX IF NOT EXISTS ecommpay_operations_created_at ON ecommpay_operations (operation_created_at);

CREATE INDEX IF NOT EXISTS ecommpay_operations_payment_id ON ecommpay_operations (payment_id);

CREATE INDEX IF NOT EXISTS ecommpay_operations_class ON ecommpay_operations (class, operation_created_at);

CREATE INDEX IF NOT EXISTS ecommpay_operations_stored_at ON ecommpay_operations (stored_at);

CREATE INDEX IF NOT EXISTS ecommpay_operations_completed_at ON ecommpay_operations ((coalesce(operation_completed_at, provider_date)));
