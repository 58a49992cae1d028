DROP TABLE crawl_requests;
ALTER TABLE crawls DROP COLUMN events_digest, DROP COLUMN source_version_id;
DROP TABLE source_versions;
