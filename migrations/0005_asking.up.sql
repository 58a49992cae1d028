-- How plugins may ask: who makes the first request of a crawl (the host by GET, or the plugin: APIs that are asked by POST, addresses
-- with a date), and which headers follow requests may carry beside the harmless ones (keys of interfaces).
ALTER TABLE sources
    ADD COLUMN first_request text NOT NULL DEFAULT 'get' CHECK (first_request IN ('get', 'plugin')),
    ADD COLUMN follow_headers text[] NOT NULL DEFAULT '{}';
