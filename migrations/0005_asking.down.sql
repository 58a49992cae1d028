ALTER TABLE sources DROP COLUMN first_request, DROP COLUMN follow_headers;
