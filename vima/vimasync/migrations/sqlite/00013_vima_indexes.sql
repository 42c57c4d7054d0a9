-- +goose Up
CREATE INDEX IF NOT EXISTS vima_operations_created_at ON vima_operations (operation_created_at);

CREATE INDEX IF NOT EXISTS vima_operations_client_operation_id ON vima_operations (client_operation_id);

CREATE INDEX IF NOT EXISTS vima_operations_class ON vima_operations (class, operation_created_at);

CREATE INDEX IF NOT EXISTS vima_operations_stored_at ON vima_operations (stored_at);

CREATE INDEX IF NOT EXISTS vima_operations_completed_at ON vima_operations ((coalesce(complete_created_at, complete_modified_at)));
