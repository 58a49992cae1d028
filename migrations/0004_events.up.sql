-- Events, who plays, and which source told of them. Instants stand three ways: local date and time, zone, UTC; nothing in
-- the database computes one from the other, because the server's zone data may be stale.

CREATE TABLE events (
    id               uuid PRIMARY KEY,
    legacy_id        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    site_id          uuid NOT NULL REFERENCES sites,
    venue_id         uuid NOT NULL,
    title            text NOT NULL CHECK (title <> ''),
    bill             jsonb NOT NULL,     -- [{name, role, billing}] in billing order: what is compared and read; see performers
    zone             text NOT NULL,
    start_date       date NOT NULL,
    start_time       time,               -- null: to be announced
    start_utc        timestamptz,
    start_resolution text NOT NULL CHECK (start_resolution IN ('unique', 'gap', 'fold')),
    start_local      timestamp NOT NULL GENERATED ALWAYS AS (start_date + COALESCE(start_time, time '00:00')) STORED,
    doors_date       date,
    doors_time       time,
    doors_utc        timestamptz,
    doors_resolution text CHECK (doors_resolution IN ('unique', 'gap', 'fold')),
    end_date         date,
    end_time         time,
    end_utc          timestamptz,
    end_resolution   text CHECK (end_resolution IN ('unique', 'gap', 'fold')),
    status           text NOT NULL
        CHECK (status IN ('scheduled', 'cancelled', 'postponed', 'rescheduled', 'moved', 'sold_out')),
    price_kind       text
        CHECK (price_kind IN ('fixed', 'range', 'from', 'free', 'donation', 'pay_what_you_can', 'unknown')),
    price_min        numeric(10, 4) CHECK (price_min >= 0),
    price_max        numeric(10, 4) CHECK (price_max >= 0),
    price_currency   text CHECK (price_currency ~ '^[A-Z]{3}$'),
    ticket_url       text,
    event_url        text,
    image_url        text,
    minimum_age      smallint CHECK (minimum_age BETWEEN 0 AND 99),    -- 0 is "all ages", null "not said"
    description      text,
    genres           text[] NOT NULL,
    room             text,
    venue_name       text,
    search_text      text COLLATE "C" NOT NULL,    -- title, performers, room, other venue; folded by the host
    tzdb_version     text NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    revision         bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),    -- counts changes; history and ETags stand on it
    FOREIGN KEY (site_id, venue_id) REFERENCES venues (site_id, id),
    CHECK ((start_time IS NULL) = (start_utc IS NULL)),
    CHECK ((doors_date IS NULL) = (doors_resolution IS NULL)),
    CHECK ((doors_time IS NULL) = (doors_utc IS NULL) AND (doors_time IS NULL OR doors_date IS NOT NULL)),
    CHECK ((end_date IS NULL) = (end_resolution IS NULL)),
    CHECK ((end_time IS NULL) = (end_utc IS NULL) AND (end_time IS NULL OR end_date IS NOT NULL)),
    CHECK (price_kind IS NOT NULL OR (price_min IS NULL AND price_max IS NULL AND price_currency IS NULL)),
    CHECK (price_min <= price_max)
);
CREATE INDEX events_by_start ON events (start_local, id);
CREATE INDEX events_by_site ON events (site_id, start_local, id);
CREATE INDEX events_by_venue ON events (venue_id, start_local, id);
CREATE INDEX events_by_instant ON events (start_utc) WHERE start_utc IS NOT NULL;
CREATE INDEX events_by_update ON events (updated_at, id);
CREATE INDEX events_search ON events USING gin (search_text gin_trgm_ops);

-- The bill again, one row an act, for searching by name and for artists to come. Written from events.bill in the same
-- transaction, never by itself.
CREATE TABLE performers (
    event_id    uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    position    bigint NOT NULL CHECK (position >= 1),
    billing     integer NOT NULL,
    name        text NOT NULL,
    role        text NOT NULL CHECK (role IN ('headliner', 'support', 'dj', 'host', 'performer')),
    search_text text COLLATE "C" NOT NULL,
    PRIMARY KEY (event_id, position)
);
CREATE INDEX performers_search ON performers USING gin (search_text gin_trgm_ops);

-- Which source calls which event by which identity, and where it was seen last. Several sources may come to name one event.
CREATE TABLE sightings (
    source_id         uuid NOT NULL REFERENCES sources,
    identity          text COLLATE "C" NOT NULL CHECK (octet_length(identity) BETWEEN 1 AND 600),
    event_id          uuid NOT NULL REFERENCES events,
    native_key        text,
    first_seen        timestamptz NOT NULL,
    last_seen         timestamptz NOT NULL,
    first_crawl_id    uuid NOT NULL REFERENCES crawls,
    last_crawl_id     uuid NOT NULL REFERENCES crawls,
    page_digest       bytea NOT NULL CHECK (octet_length(page_digest) = 32),
    page_url          text NOT NULL,
    fetched_at        timestamptz NOT NULL,
    plugin_version_id bigint NOT NULL REFERENCES plugin_versions,
    PRIMARY KEY (source_id, identity)
);
CREATE INDEX sightings_by_event ON sightings (event_id);
