-- Who crawls a source right now, and when each source is due. All times are the database's own, so that processes on machines with
-- different clocks agree.

-- One row a source, made by its first crawl and kept: the token only grows, so that a crawl under an old one is told from the one in
-- force and cannot be recorded.
CREATE TABLE crawl_claims (
    source_id     uuid PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
    -- Whom the crawl asks: two crawls never ask one host at a time.
    host          text NOT NULL,
    token         bigint NOT NULL CHECK (token >= 1),
    worker        text NOT NULL,
    claimed_at    timestamptz NOT NULL,
    -- The last sign of life; a claim that gives none for its lease may be taken over.
    beat_at       timestamptz NOT NULL,
    lease_ms      bigint NOT NULL CHECK (lease_ms >= 1),
    released_at   timestamptz,
    -- The last crawl that was recorded under a claim.
    last_token    bigint,
    last_begun_at timestamptz,
    last_crawl_id uuid
);
CREATE INDEX crawl_claims_by_host ON crawl_claims (host) WHERE released_at IS NULL;

CREATE TABLE schedules (
    source_id     uuid PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
    due_at        timestamptz NOT NULL,
    -- What `due_at` was reckoned from; where the source says something else, it is reckoned anew.
    terms         jsonb NOT NULL,
    last_asked_at timestamptz,
    -- The operator's pause. Source files do not touch it.
    paused_at     timestamptz
);
CREATE INDEX schedules_by_due ON schedules (due_at) WHERE paused_at IS NULL;
