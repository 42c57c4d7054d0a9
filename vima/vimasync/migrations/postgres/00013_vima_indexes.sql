-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS vima_operations_created_at ON vima_operations (operation_created_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS vima_operations_client_operation_id_hash ON vima_operations USING hash (client_operation_id) WHERE client_operation_id <> '';

CREATE INDEX CONCURRENTLY IF NOT EXISTS vima_operations_class ON vima_operations (class, operation_created_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS vima_operations_stored_at ON vima_operations (stored_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS vima_operations_completed_at ON vima_operations ((coalesce(complete_created_at, complete_modified_at))) WHERE coalesce(complete_created_at, complete_modified_at) IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS vima_operations_client_operation_id;
