-- The queue's own schema is made by the program at its start and goes with what it refers to.
DROP SCHEMA IF EXISTS marquee_jobs CASCADE;
DROP TABLE schedules;
DROP TABLE crawl_claims;
