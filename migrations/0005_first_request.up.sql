-- Who makes the first request of a crawl: the host by GET, or the plugin (APIs that are asked by POST, addresses with a date).
ALTER TABLE sources ADD COLUMN first_request text NOT NULL DEFAULT 'get' CHECK (first_request IN ('get', 'plugin'));
