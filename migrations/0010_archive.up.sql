-- What a crawl asked for and got, and what it read with: with the blobs of the archive, all that is needed to run it again. The rows of
-- `crawl_requests` go when the source's time in the archive is over; crawls and pages stay.

-- A source as far as it decides what is read of a page; one row for each form that it had.
CREATE TABLE source_versions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id  uuid NOT NULL REFERENCES sources,
    digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
    source     jsonb NOT NULL,
    first_seen timestamptz NOT NULL,
    UNIQUE (source_id, digest)
);

ALTER TABLE crawls
    ADD COLUMN source_version_id bigint REFERENCES source_versions,
    ADD COLUMN events_digest     bytea CHECK (octet_length(events_digest) = 32);    -- the blob of what the crawl gave
CREATE INDEX crawls_by_events ON crawls (events_digest) WHERE events_digest IS NOT NULL;

CREATE TABLE crawl_requests (
    crawl_id     uuid NOT NULL REFERENCES crawls,
    ordinal      bigint NOT NULL,
    request      jsonb NOT NULL,
    page_ordinal bigint,            -- the page that answered
    archived     boolean NOT NULL,  -- whether that page's bytes were put into the archive
    begun_at     timestamptz,       -- of a start without a request: the plugin's "now"
    reason       text,              -- why there is no page
    PRIMARY KEY (crawl_id, ordinal),
    FOREIGN KEY (crawl_id, page_ordinal) REFERENCES pages (crawl_id, ordinal),
    CHECK (num_nonnulls(page_ordinal, begun_at, reason) = 1),
    CHECK (page_ordinal IS NOT NULL OR NOT archived)
);
