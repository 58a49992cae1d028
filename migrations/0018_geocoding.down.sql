DROP TABLE geocoded;
ALTER TABLE venues DROP COLUMN coordinates_from;
