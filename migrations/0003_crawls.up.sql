-- Plugin versions, crawls, and what belongs to a crawl: pages and rejections. Append-only.

CREATE TABLE plugin_versions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plugin_id     text NOT NULL CHECK (plugin_id ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    version       text NOT NULL,
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
    first_seen    timestamptz NOT NULL,
    last_error    text,
    last_error_at timestamptz,
    UNIQUE (plugin_id, version, digest),
    CHECK ((last_error IS NULL) = (last_error_at IS NULL))
);

CREATE TABLE crawls (
    id                uuid PRIMARY KEY,
    source_id         uuid NOT NULL REFERENCES sources,
    started_at        timestamptz NOT NULL,
    finished_at       timestamptz NOT NULL,
    outcome           text NOT NULL
        CHECK (outcome IN ('complete', 'partial', 'empty', 'not_a_listing', 'not_recognized', 'failed')),
    reason            text,
    failed_stage      text,
    plugin_version_id bigint REFERENCES plugin_versions,
    found             bigint NOT NULL CHECK (found >= 0),
    new               bigint NOT NULL CHECK (new >= 0),
    changed           bigint NOT NULL CHECK (changed >= 0),
    unchanged         bigint NOT NULL CHECK (unchanged >= 0),
    rejected          bigint NOT NULL CHECK (rejected >= 0),
    pages             bigint NOT NULL CHECK (pages >= 0),
    bytes             bigint NOT NULL CHECK (bytes >= 0),
    fetch_ms          bigint NOT NULL CHECK (fetch_ms >= 0),
    extract_ms        bigint NOT NULL CHECK (extract_ms >= 0),
    normalize_ms      bigint NOT NULL CHECK (normalize_ms >= 0),
    store_ms          bigint NOT NULL CHECK (store_ms >= 0),
    window_from       date,
    window_to         date,
    diagnostics       jsonb NOT NULL,
    CHECK ((outcome = 'complete') = (reason IS NULL)),
    CHECK ((outcome = 'failed') = (failed_stage IS NOT NULL)),
    CHECK (window_to IS NULL OR window_from IS NOT NULL)
);
CREATE INDEX crawls_by_time ON crawls (started_at DESC, id DESC);
CREATE INDEX crawls_by_source ON crawls (source_id, started_at DESC, id DESC);
CREATE INDEX crawls_good ON crawls (source_id, started_at DESC) WHERE outcome IN ('complete', 'empty');
CREATE INDEX crawls_by_plugin ON crawls (plugin_version_id);

CREATE TABLE pages (
    id            uuid PRIMARY KEY,
    crawl_id      uuid NOT NULL REFERENCES crawls,
    ordinal       bigint NOT NULL,
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
    requested_url text NOT NULL,
    url           text NOT NULL,
    method        text NOT NULL CHECK (method IN ('GET', 'POST')),
    kind          text NOT NULL,
    depth         smallint NOT NULL CHECK (depth BETWEEN 0 AND 255),
    status        integer NOT NULL CHECK (status BETWEEN 0 AND 65535),
    headers       jsonb NOT NULL,
    bytes         bigint NOT NULL CHECK (bytes >= 0),
    charset       text NOT NULL,
    fetched_at    timestamptz NOT NULL,
    UNIQUE (crawl_id, ordinal)
);
CREATE INDEX pages_by_digest ON pages (digest);

CREATE TABLE rejections (
    crawl_id uuid NOT NULL REFERENCES crawls,
    ordinal  bigint NOT NULL,
    event    text NOT NULL,
    field    text NOT NULL,
    reason   text NOT NULL,
    raw      text,
    fatal    boolean NOT NULL,
    page     bytea NOT NULL CHECK (octet_length(page) = 32),
    PRIMARY KEY (crawl_id, ordinal)
);
