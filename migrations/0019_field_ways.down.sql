-- Entries of the host stay: the log takes no change, and only new rows are checked.
ALTER TABLE audit DROP CONSTRAINT audit_actor_check;
ALTER TABLE audit ADD CONSTRAINT audit_actor_check CHECK (actor IN ('key', 'admin_token', 'command_line')) NOT VALID;

DROP TABLE field_ways;
