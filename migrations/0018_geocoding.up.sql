-- Coordinates of venues that no file gives: where they come from, and what a geocoding service answered.

ALTER TABLE venues ADD COLUMN coordinates_from text CHECK (coordinates_from IN ('file', 'page', 'person', 'geocoding'));
UPDATE venues SET coordinates_from = 'file' WHERE latitude IS NOT NULL AND longitude IS NOT NULL;

-- One row a question, as it was put to the service; an answer that finds nothing is an answer.
CREATE TABLE geocoded (
    service   text NOT NULL,                            -- the service's address
    question  text NOT NULL,
    answer    jsonb NOT NULL,                           -- `[marquee_geocode::Candidate]`, as far as they are read
    asked_at  timestamptz NOT NULL,
    PRIMARY KEY (service, question)
);
CREATE INDEX geocoded_by_age ON geocoded (asked_at);
