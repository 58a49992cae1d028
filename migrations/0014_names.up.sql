-- Names: artists behind the acts of bills, further names of venues, and rooms in them. Spellings are folded by the host
-- (`marquee_identity::NameKey`), so that a name is found however it is written. Nothing is mixed: a merged artist keeps its row, its
-- names and its acts under `assigned_id`, so that every merge can be taken back.

CREATE TABLE artists (
    id             uuid PRIMARY KEY,
    name           text NOT NULL CHECK (name <> ''),
    sort_name      text COLLATE "C" NOT NULL,           -- the naming words, folded, without article
    search_text    text COLLATE "C" NOT NULL,           -- name and aliases, folded
    disambiguation text,                                -- what tells it from others of the name; a person's words
    country        text CHECK (country ~ '^[A-Z]{2}$'),
    mbid           uuid,                                -- in MusicBrainz
    merged_into    uuid REFERENCES artists,             -- as it was decided; chains are kept
    answers_id     uuid NOT NULL REFERENCES artists,    -- who answers for it: itself, or the end of that chain
    created_at     timestamptz NOT NULL,
    CHECK (merged_into <> id),
    CHECK ((merged_into IS NULL) = (answers_id = id))
);
CREATE UNIQUE INDEX artists_by_mbid ON artists (mbid) WHERE mbid IS NOT NULL AND merged_into IS NULL;
CREATE INDEX artists_by_name ON artists (sort_name, id) WHERE merged_into IS NULL;
CREATE INDEX artists_search ON artists USING gin (search_text gin_trgm_ops);
CREATE INDEX artists_merged ON artists (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX artists_answered ON artists (answers_id) WHERE merged_into IS NOT NULL;

CREATE TABLE artist_names (
    artist_id uuid NOT NULL REFERENCES artists,
    name      text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('spelling', 'alias')),      -- printed on a bill, or entered by a person
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (artist_id, name)
);

-- What names are looked up by: each spelling of each name, without blanks.
CREATE TABLE artist_keys (
    key       text COLLATE "C" NOT NULL,
    artist_id uuid NOT NULL,
    name      text NOT NULL,
    PRIMARY KEY (key, artist_id, name),
    FOREIGN KEY (artist_id, name) REFERENCES artist_names ON DELETE CASCADE
);
CREATE INDEX artist_keys_by_name ON artist_keys (artist_id, name);

-- What persons decided, in order: for people who ask why.
CREATE TABLE artist_decisions (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    artist_id  uuid NOT NULL REFERENCES artists,
    kind       text NOT NULL CHECK (kind IN ('alias', 'unalias', 'merge', 'unmerge', 'split', 'identify', 'describe')),
    detail     jsonb NOT NULL,
    decided_by text NOT NULL,
    at         timestamptz NOT NULL,
    reason     text NOT NULL
);
CREATE INDEX artist_decisions_by_artist ON artist_decisions (artist_id, number);

ALTER TABLE performers
    ADD COLUMN name_key    text COLLATE "C",            -- the plainest spelling; null where the act was not looked at yet
    ADD COLUMN assigned_id uuid REFERENCES artists,     -- whom the name means
    ADD COLUMN artist_id   uuid REFERENCES artists,     -- who answers for that artist
    ADD COLUMN artist_by   text CHECK (artist_by IN
        ('name', 'alias', 'person', 'bill', 'venue', 'site', 'genre', 'ambiguous', 'nobody')),
    ADD CONSTRAINT performers_answered CHECK ((artist_id IS NULL) = (assigned_id IS NULL));
CREATE INDEX performers_by_artist ON performers (artist_id, event_id) WHERE artist_id IS NOT NULL;
CREATE INDEX performers_by_key ON performers (name_key);
CREATE INDEX performers_unread ON performers (event_id) WHERE name_key IS NULL;

-- That an act of an event is this artist and no other of the name: a person's word.
CREATE TABLE artist_acts (
    event_id  uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    name_key  text COLLATE "C" NOT NULL,
    artist_id uuid NOT NULL REFERENCES artists,
    PRIMARY KEY (event_id, name_key)
);

CREATE TABLE venue_names (
    venue_id uuid NOT NULL REFERENCES venues,
    name     text NOT NULL CHECK (name <> ''),
    kind     text NOT NULL CHECK (kind IN ('alias', 'former')),
    origin   text NOT NULL CHECK (origin IN ('file', 'person')),
    added_by text,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (venue_id, name)
);

CREATE TABLE rooms (
    id        uuid PRIMARY KEY,
    venue_id  uuid NOT NULL REFERENCES venues,
    name      text NOT NULL CHECK (name <> ''),
    latitude  double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    origin    text NOT NULL CHECK (origin IN ('file', 'page')),
    added_at  timestamptz NOT NULL,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX rooms_by_venue ON rooms (venue_id, id);

-- Every way in which a room was written, folded; its own name among them.
CREATE TABLE room_names (
    venue_id uuid NOT NULL REFERENCES venues,
    folded   text COLLATE "C" NOT NULL,
    name     text NOT NULL,
    room_id  uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    origin   text NOT NULL CHECK (origin IN ('file', 'page')),
    PRIMARY KEY (venue_id, folded)
);
CREATE INDEX room_names_by_room ON room_names (room_id);

-- A person's word about a venue, which holds against its file until it is withdrawn.
CREATE TABLE venue_corrections (
    id           uuid PRIMARY KEY,
    venue_id     uuid NOT NULL REFERENCES venues,
    field        text NOT NULL CHECK (field IN
        ('name', 'address', 'city', 'state', 'postal_code', 'country', 'coordinates', 'zone', 'url')),
    value        jsonb NOT NULL,
    underneath   jsonb NOT NULL,                        -- what the file says
    moved_on     boolean NOT NULL DEFAULT false,        -- it says something else than when the correction was made
    decided_by   text NOT NULL,
    at           timestamptz NOT NULL,
    reason       text NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz,
    CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE UNIQUE INDEX venue_corrections_in_force ON venue_corrections (venue_id, field) WHERE withdrawn_at IS NULL;
CREATE INDEX venue_corrections_by_venue ON venue_corrections (venue_id, at);
