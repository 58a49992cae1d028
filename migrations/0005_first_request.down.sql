ALTER TABLE sources DROP COLUMN first_request;
