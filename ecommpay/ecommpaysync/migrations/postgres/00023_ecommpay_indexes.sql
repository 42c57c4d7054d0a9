-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS ecommpay_operations_created_at ON ecommpay_operations (operation_created_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS ecommpay_operations_payment_id_hash ON ecommpay_operations USING hash (payment_id) WHERE payment_id <> '';

CREATE INDEX CONCURRENTLY IF NOT EXISTS ecommpay_operations_class ON ecommpay_operations (class, operation_created_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS ecommpay_operations_stored_at ON ecommpay_operations (stored_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS ecommpay_operations_completed_at ON ecommpay_operations ((coalesce(operation_completed_at, provider_date))) WHERE coalesce(operation_completed_at, provider_date) IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS ecommpay_operations_payment_id;
