ALTER TABLE crawls DROP COLUMN effort;
ALTER TABLE sources ADD COLUMN every_minutes bigint NOT NULL DEFAULT 360 CHECK (every_minutes >= 1);
UPDATE sources SET every_minutes = COALESCE((schedule ->> 'every_minutes')::bigint, 360);
ALTER TABLE sources DROP COLUMN fetching, DROP COLUMN schedule;
