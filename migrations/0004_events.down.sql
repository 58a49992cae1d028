DROP TABLE sightings;
DROP TABLE performers;
DROP TABLE events;
