-- What readers ask for: lists leave out merged and hidden events, so their indexes do as well; two instants say from when and until
-- when an event may be on; genres and words are folded for comparing.

-- In the order of the list, over what a list can show.
DROP INDEX events_by_start, events_by_site, events_by_venue, events_by_update;
CREATE INDEX events_by_start ON events (start_local, id) WHERE merged_into IS NULL AND NOT hidden;
CREATE INDEX events_by_site ON events (site_id, start_local, id) WHERE merged_into IS NULL AND NOT hidden;
CREATE INDEX events_by_venue ON events (venue_id, start_local, id) WHERE merged_into IS NULL AND NOT hidden;
CREATE INDEX events_by_update ON events (updated_at, id) WHERE merged_into IS NULL AND NOT hidden;
CREATE INDEX events_by_announcement ON events (created_at, id) WHERE merged_into IS NULL AND NOT hidden;

-- Genres as they are compared: without case (of ASCII) and accents. `normalize` needs a database in UTF-8.
CREATE FUNCTION genre_keys(genres text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT COALESCE(array_agg(lower(regexp_replace(normalize(btrim(g), NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "C") ORDER BY n), '{}')
       FROM unnest(genres) WITH ORDINALITY AS one (g, n) $$;

-- The words of four letters and more of a folded text, each once. What is shorter is looked for by trigrams.
CREATE FUNCTION words_of(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT COALESCE(array_agg(DISTINCT w COLLATE "C"), '{}') FROM regexp_split_to_table(folded, '[^a-z0-9]+') AS one (w)
       WHERE length(w) BETWEEN 4 AND 200 $$;

-- begins_utc: the earliest instant at which it may begin; where the time is not known, the day's begin at UTC+14.
-- over_utc: the latest instant until which it may go on: its end; where only a day is known, that day's end at UTC-12; where no end is
-- known, six hours after the start. Without a zone, since an expression over timestamptz and intervals is not immutable.
ALTER TABLE events
    ADD COLUMN begins_utc timestamp NOT NULL GENERATED ALWAYS AS (
        COALESCE(start_utc AT TIME ZONE 'UTC', start_date::timestamp - interval '14 hours')) STORED,
    ADD COLUMN over_utc timestamp NOT NULL GENERATED ALWAYS AS (
        GREATEST(
            CASE WHEN end_utc IS NOT NULL THEN end_utc AT TIME ZONE 'UTC'
                 WHEN end_date IS NOT NULL THEN end_date::timestamp + interval '36 hours'
                 WHEN start_utc IS NOT NULL THEN (start_utc AT TIME ZONE 'UTC') + interval '6 hours'
                 ELSE start_date::timestamp + interval '36 hours' END,
            start_utc AT TIME ZONE 'UTC')) STORED,
    ADD COLUMN genre_keys text[] NOT NULL GENERATED ALWAYS AS (genre_keys(genres)) STORED,
    ADD COLUMN words text[] NOT NULL GENERATED ALWAYS AS (words_of(search_text)) STORED;
CREATE INDEX events_by_word ON events USING gin (words);
CREATE INDEX events_by_genre ON events USING gin (genre_keys);
-- The few that go on for days: with them the place in the list by start before which everything is over can be found (see `search::narrow`).
CREATE INDEX events_long ON events (over_utc) WHERE over_utc > begins_utc + interval '3 days';

CREATE INDEX performers_by_name ON performers (search_text, event_id);
CREATE INDEX venues_by_place ON venues (latitude, longitude) WHERE latitude IS NOT NULL;

-- Every word that `words_of` finds: what a part of a word stands for, and what a mistyped one may have meant. Filled by triggers, so that no writer
-- can forget it. Not unique: a unique index would make writers wait for each other, and two crawls could wait crosswise; a word
-- that two of them bring at once stands there twice, which does no harm. Words are not taken out again.
CREATE TABLE search_words (word text COLLATE "C" NOT NULL);
CREATE INDEX search_words_by_word ON search_words (word);
CREATE INDEX search_words_near ON search_words USING gin (word gin_trgm_ops);

CREATE FUNCTION learn_words(texts text[]) RETURNS void LANGUAGE sql AS
    $$ INSERT INTO search_words
       SELECT DISTINCT w.word FROM unnest(texts) AS t (line), unnest(words_of(t.line)) AS w (word)
       WHERE NOT EXISTS (SELECT FROM search_words s WHERE s.word = w.word) $$;

CREATE FUNCTION learn_new_words() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM learn_words(ARRAY(SELECT DISTINCT n.search_text FROM new_rows n)); RETURN NULL; END $$;
CREATE FUNCTION learn_changed_words() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM learn_words(ARRAY(SELECT DISTINCT n.search_text FROM new_rows n JOIN old_rows o ON o.id = n.id
                                       WHERE n.search_text <> o.search_text)); RETURN NULL; END $$;

CREATE TRIGGER events_new_words AFTER INSERT ON events
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_new_words();
CREATE TRIGGER events_changed_words AFTER UPDATE ON events
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_changed_words();
CREATE TRIGGER venues_new_words AFTER INSERT ON venues
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_new_words();
CREATE TRIGGER venues_changed_words AFTER UPDATE ON venues
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_changed_words();
SELECT learn_words(ARRAY(SELECT DISTINCT search_text FROM events UNION SELECT search_text FROM venues));

-- Known words that look like this one, the likest first. 0.2: two letters swapped in a word of five leave a fifth of its trigrams.
CREATE FUNCTION similar_words(given text) RETURNS SETOF text LANGUAGE sql STABLE SET pg_trgm.similarity_threshold = 0.2 AS
    $$ SELECT s.word FROM search_words s WHERE s.word % given
       GROUP BY s.word ORDER BY similarity(s.word, given) DESC, s.word LIMIT 40 $$;
