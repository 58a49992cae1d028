-- An artist's events are counted without those that readers are not shown. Those are few: to leave them out by an index of their own reads some
-- pages, to look every event up reads one of each.
CREATE INDEX events_unshown ON events (id) WHERE merged_into IS NOT NULL OR hidden;
