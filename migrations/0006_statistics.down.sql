DROP TABLE baselines;
ALTER TABLE crawls DROP COLUMN suspect, DROP COLUMN statistics;
