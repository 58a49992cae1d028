-- What a source's last reading gave, so that pages which did not change need not be read again, and a crawl without change writes a few
-- rows and not one for each event. A crawl that finds every page as it was *confirms* the reading: the sightings that the reading
-- wrote then count as seen at `confirmed_at`.

CREATE TABLE readings (
    source_id          uuid PRIMARY KEY REFERENCES sources,
    crawl_id           uuid NOT NULL REFERENCES crawls,
    facts              bytea NOT NULL CHECK (octet_length(facts) = 32),     -- of everything beside pages that a reading depends on
    day                date NOT NULL,                                       -- the source's local day on which it was read
    confirmed_crawl_id uuid REFERENCES crawls,
    confirmed_at       timestamptz,
    CHECK ((confirmed_crawl_id IS NULL) = (confirmed_at IS NULL))
);

-- The pages of that reading. `extraction` is read only where some page changed and others did not.
CREATE TABLE read_pages (
    source_id     uuid NOT NULL REFERENCES sources,
    request       bytea NOT NULL CHECK (octet_length(request) = 32),    -- digest of the request
    ordinal       bigint NOT NULL,
    etag          text,
    last_modified text,
    page          jsonb NOT NULL,
    reads         bytea,                                                -- what the plugin read of it
    follow        jsonb NOT NULL,
    extraction    jsonb NOT NULL,
    PRIMARY KEY (source_id, request)
);
