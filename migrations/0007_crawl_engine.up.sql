-- How a source is scheduled and asked for, and what a crawl took beside time. Documents of the host's own types: the database never
-- looks into them, and a key that a later version adds has its default.
ALTER TABLE sources
    ADD COLUMN schedule jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN fetching jsonb NOT NULL DEFAULT '{}';
UPDATE sources SET schedule = jsonb_build_object('every_minutes', every_minutes);
ALTER TABLE sources DROP COLUMN every_minutes;

ALTER TABLE crawls ADD COLUMN effort jsonb NOT NULL DEFAULT '{}';
