DROP TABLE sources;
DROP TABLE venues;
DROP TABLE sites;
