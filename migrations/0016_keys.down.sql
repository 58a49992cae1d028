ALTER TABLE sources DROP COLUMN origin;
DROP TABLE idempotency;
DROP TABLE audit;
DROP FUNCTION audit_is_append_only();
DROP TABLE api_keys;
