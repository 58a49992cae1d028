DROP INDEX events_unshown;
