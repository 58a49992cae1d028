-- Truth over time. An event's row is what readers see; `records` is what each source says of it, one row for each source that tells of
-- it, under an id for life. Where several records are one event, one answers and the others' `merged_into` leads there: nothing is
-- mixed, so that everything can be taken apart again. `event_history` is what happened to records, `changes` what readers saw of it;
-- both are append-only, and numbered without gaps in the order of commits, under the lock of `counters`.

ALTER TABLE sources ADD COLUMN trust smallint NOT NULL DEFAULT 80 CHECK (trust BETWEEN 0 AND 100);

ALTER TABLE crawls ADD COLUMN plan jsonb;            -- what the plan came to beside the tally: held, missing, presumed, what vanished

ALTER TABLE events
    ADD COLUMN status_since    timestamptz,
    ADD COLUMN status_presumed boolean NOT NULL DEFAULT false,      -- concluded from absence; never a word of a page or a person
    ADD COLUMN status_evidence text NOT NULL DEFAULT 'the page lists it so',
    ADD COLUMN missing_since   timestamptz,
    ADD COLUMN earlier_starts  jsonb NOT NULL DEFAULT '[]',         -- [EventTime], oldest first
    ADD COLUMN corrected       text[] NOT NULL DEFAULT '{}',        -- fields whose value is a person's
    ADD COLUMN hidden          boolean NOT NULL DEFAULT false,
    ADD COLUMN merged_into     uuid REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    ADD COLUMN records         smallint NOT NULL DEFAULT 1,         -- how many records it is made of
    ADD CONSTRAINT events_not_merged_into_themselves CHECK (merged_into <> id);
UPDATE events SET status_since = updated_at;
ALTER TABLE events ALTER COLUMN status_since SET NOT NULL;
CREATE INDEX events_merged ON events (merged_into) WHERE merged_into IS NOT NULL;

-- An event as one source tells of it: `marquee_reconcile::KnownEvent`. The documents are the host's own types.
CREATE TABLE records (
    event_id       uuid PRIMARY KEY REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    source_id      uuid NOT NULL REFERENCES sources,
    place_id       uuid NOT NULL REFERENCES venues,     -- where it is, as far as venues are known: the source's venue, or the one it names
    told           jsonb NOT NULL,
    identities     text[] NOT NULL,
    keys           text[] NOT NULL,
    standing       jsonb NOT NULL,
    missing        jsonb,
    doubt          jsonb,
    first_seen     timestamptz NOT NULL,
    last_seen      timestamptz NOT NULL,                -- by the last crawl that changed the row; sightings know better
    earlier_starts jsonb NOT NULL,
    corrections    jsonb NOT NULL,
    merged         jsonb,
    merged_into    uuid REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    hidden         jsonb,
    kept_apart     uuid[] NOT NULL,
    first_day      date NOT NULL,
    last_day       date NOT NULL,
    over_after     date NOT NULL,                       -- from the day after it is history; later than last_day while it waits for a new day
    open           boolean NOT NULL,                    -- missing or in doubt, and not settled: a crawl without change must still count
    CHECK ((merged IS NULL) = (merged_into IS NULL)),
    CHECK (last_day >= first_day)
);
CREATE INDEX records_by_source ON records (source_id, over_after);
CREATE INDEX records_by_place ON records (place_id, first_day, last_day);
CREATE INDEX records_merged ON records (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX records_open ON records (source_id) WHERE open;
CREATE INDEX records_by_identity ON records USING gin (identities);

CREATE TABLE counters (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    last_change  bigint NOT NULL DEFAULT 0,
    last_history bigint NOT NULL DEFAULT 0,
    oldest_change bigint NOT NULL DEFAULT 1              -- changes before it have been removed by retention
);
INSERT INTO counters DEFAULT VALUES;

CREATE TABLE event_history (
    number            bigint PRIMARY KEY,
    event_id          uuid NOT NULL REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    kind              text NOT NULL,
    what              jsonb NOT NULL,                   -- `marquee_reconcile::What`
    observed_at       timestamptz NOT NULL,
    crawl_id          uuid REFERENCES crawls,
    plugin_version_id bigint REFERENCES plugin_versions,
    reason            text NOT NULL,
    decided_by        text                              -- a person's name, or `rule: ...`; null for a crawl
);
CREATE INDEX event_history_by_event ON event_history (event_id, number);

CREATE TABLE changes (
    number   bigint PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    kind     text NOT NULL CHECK (kind IN ('created', 'changed', 'removed', 'returned')),
    revision bigint NOT NULL,                           -- the event's, after the change
    fields   jsonb NOT NULL,                            -- {field: {"from": ..., "to": ...}} of a change
    reason   text NOT NULL,
    into_id  uuid,                                      -- the event that answers for a removed one, where one does
    at       timestamptz NOT NULL,
    crawl_id uuid,
    CHECK (into_id IS NULL OR kind = 'removed')
);
CREATE INDEX changes_by_event ON changes (event_id, number);
CREATE INDEX changes_by_time ON changes (at);

-- What a person should look at: sources that contradict each other, events that may be one, corrections under which the page moved on.
CREATE TABLE questions (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('conflict', 'duplicate', 'correction', 'ambiguous', 'only_the_key')),
    event_id    uuid NOT NULL REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    other_id    uuid REFERENCES events DEFERRABLE INITIALLY DEFERRED,
    field       text,
    detail      jsonb NOT NULL,
    asked_at    timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    answered_at timestamptz,
    answer      text
);
CREATE UNIQUE INDEX questions_once ON questions (kind, event_id, COALESCE(other_id, event_id), COALESCE(field, ''));
CREATE INDEX questions_open ON questions (asked_at, id) WHERE answered_at IS NULL;
CREATE INDEX questions_by_other ON questions (other_id) WHERE other_id IS NOT NULL;

-- Events of before become records of the source that saw them last, and their history begins with them as they are. (A crawl was the only
-- writer, and gave each source's event an id of its own.)
CREATE FUNCTION pg_temp.event_time(day date, clock time, instant timestamptz, zone text, resolution text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN day IS NOT NULL THEN jsonb_build_object(
        'date', day, 'time', clock::text, 'zone', zone, 'resolution', resolution,
        'utc', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) END
$$;

WITH seen AS (
    SELECT DISTINCT ON (g.event_id) g.*, p.plugin_id, p.version, p.digest
    FROM sightings g JOIN plugin_versions p ON p.id = g.plugin_version_id
    ORDER BY g.event_id, g.last_seen DESC, g.identity
), named AS (
    SELECT event_id, array_agg(identity ORDER BY identity) AS identities,
           COALESCE(array_agg(DISTINCT native_key) FILTER (WHERE native_key IS NOT NULL), '{}') AS keys,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM sightings GROUP BY event_id
), made AS (
    INSERT INTO records (event_id, source_id, place_id, told, identities, keys, standing, first_seen, last_seen, earlier_starts,
                         corrections, kept_apart, first_day, last_day, over_after, open)
    SELECT e.id, g.source_id, e.venue_id,
        jsonb_build_object(
            'identity', g.identity, 'key', g.native_key, 'venue', 'ven_' || replace(e.venue_id::text, '-', ''), 'title', e.title,
            'performers', e.bill,
            'start', pg_temp.event_time(e.start_date, e.start_time, e.start_utc, e.zone, e.start_resolution),
            'doors', pg_temp.event_time(e.doors_date, e.doors_time, e.doors_utc, e.zone, e.doors_resolution),
            'end', pg_temp.event_time(e.end_date, e.end_time, e.end_utc, e.zone, e.end_resolution),
            'status', e.status,
            'price', CASE WHEN e.price_kind IS NOT NULL THEN jsonb_build_object('kind', e.price_kind, 'min', trim_scale(e.price_min)::text,
                'max', trim_scale(e.price_max)::text, 'currency', e.price_currency) END,
            'ticket_url', e.ticket_url, 'event_url', e.event_url, 'image_url', e.image_url,
            'age', CASE WHEN e.minimum_age = 0 THEN '"all_ages"'::jsonb
                        WHEN e.minimum_age IS NOT NULL THEN jsonb_build_object('minimum', e.minimum_age) END,
            'description', e.description, 'genres', to_jsonb(e.genres), 'room', e.room, 'venue_name', e.venue_name,
            'attribution', jsonb_build_object(
                'source', 'src_' || replace(g.source_id::text, '-', ''), 'crawl', 'crawl_' || replace(g.last_crawl_id::text, '-', ''),
                'page', encode(g.page_digest, 'hex'), 'page_url', g.page_url, 'fetched_at', g.fetched_at,
                'plugin', jsonb_build_object('id', g.plugin_id, 'version', g.version, 'digest', encode(g.digest, 'hex')))),
        n.identities, n.keys,
        jsonb_build_object('status', e.status, 'presumed', false, 'since', e.status_since, 'evidence', e.status_evidence),
        n.first_seen, n.last_seen, '[]', '{}', '{}', e.start_date, GREATEST(e.start_date, e.end_date), GREATEST(e.start_date, e.end_date)
            + CASE WHEN e.status = 'postponed' THEN 540 ELSE 0 END, false
    FROM events e JOIN seen g ON g.event_id = e.id JOIN named n ON n.event_id = e.id
    RETURNING event_id, told, standing, first_seen
), numbered AS (
    SELECT m.*, row_number() OVER (ORDER BY first_seen, event_id) AS number FROM made m
), written AS (
    INSERT INTO event_history (number, event_id, kind, what, observed_at, reason)
    SELECT number, event_id, 'created', jsonb_build_object('what', 'created', 'event', told, 'standing', standing), first_seen,
           'known before histories were kept'
    FROM numbered RETURNING number
)
UPDATE counters SET last_history = COALESCE((SELECT max(number) FROM written), 0);

DROP FUNCTION pg_temp.event_time;
