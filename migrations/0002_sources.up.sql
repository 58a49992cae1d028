-- Sites, venues and sources: what is crawled. `legacy_id` is the integer id of MusicLive's routes and of nothing else.
-- `search_text` and `sort_name` are folded (ASCII, lower case) by the host.

CREATE TABLE sites (
    id        uuid PRIMARY KEY,
    legacy_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    slug      text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    name      text NOT NULL
);

CREATE TABLE venues (
    id          uuid PRIMARY KEY,
    legacy_id   bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    site_id     uuid NOT NULL REFERENCES sites,
    slug        text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    name        text NOT NULL,
    address     text,
    city        text,
    state       text,
    postal_code text,
    country     text,
    latitude    double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude   double precision CHECK (longitude BETWEEN -180 AND 180),
    zone        text NOT NULL,
    url         text,
    sort_name   text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    UNIQUE (site_id, slug),
    UNIQUE (site_id, id)        -- lets sources and events prove that their venue is of their site
);
CREATE INDEX venues_by_name ON venues (sort_name, id);
CREATE INDEX venues_search ON venues USING gin (search_text gin_trgm_ops);

CREATE TABLE sources (
    id            uuid PRIMARY KEY,
    legacy_id     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    slug          text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    site_id       uuid NOT NULL REFERENCES sites,
    venue_id      uuid NOT NULL,
    url           text NOT NULL,
    plugin_id     text NOT NULL CHECK (plugin_id ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    configuration jsonb NOT NULL,
    zone          text NOT NULL,
    languages     text[] NOT NULL,
    currency      text CHECK (currency ~ '^[A-Z]{3}$'),
    default_age   smallint CHECK (default_age BETWEEN 0 AND 99),    -- 0 is "all ages"
    every_minutes bigint NOT NULL CHECK (every_minutes >= 1),
    follow_pages  bigint NOT NULL CHECK (follow_pages >= 0),
    follow_depth  smallint NOT NULL CHECK (follow_depth BETWEEN 0 AND 255),
    follow_bytes  bigint NOT NULL CHECK (follow_bytes >= 0),
    follow_hosts  text[] NOT NULL,
    enabled       boolean NOT NULL,
    FOREIGN KEY (site_id, venue_id) REFERENCES venues (site_id, id)
);
CREATE INDEX sources_by_venue ON sources (venue_id);
