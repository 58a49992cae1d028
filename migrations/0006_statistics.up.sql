-- How many events of a crawl have which field, whether the crawl departs from the ones before, and the last good crawl's events as
-- fingerprints. Crawls from before this migration have no statistics: the next one starts the source's history.

ALTER TABLE crawls
    ADD COLUMN statistics jsonb,
    ADD COLUMN suspect    boolean NOT NULL DEFAULT false;

CREATE TABLE baselines (
    source_id uuid PRIMARY KEY REFERENCES sources,
    crawl_id  uuid NOT NULL REFERENCES crawls,
    taken_at  timestamptz NOT NULL,
    events    jsonb NOT NULL
);
