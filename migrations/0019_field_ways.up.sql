-- By which ways a source's plugin finds each field: the selectors and pointers, and what is done with what stands there. One row for each
-- version of a plugin that read the source, so that what an older version told keeps its own. Written when a crawl that read pages anew
-- followed them, which is once a day at most; a crawl that finds every page as it was writes nothing here.

CREATE TABLE field_ways (
    source_id         uuid NOT NULL REFERENCES sources,
    plugin_version_id bigint NOT NULL REFERENCES plugin_versions,
    facts             bytea NOT NULL CHECK (octet_length(facts) = 32),      -- as in `readings`: with other facts nothing is kept of the ways before
    followed_at       timestamptz NOT NULL,
    crawl_id          uuid NOT NULL REFERENCES crawls,                      -- the crawl that followed them last
    ways              jsonb NOT NULL,                                       -- `marquee_model::FieldWays`
    PRIMARY KEY (source_id, plugin_version_id)
);

-- What the host writes by itself, such as the coordinates that a geocoding service found, stands in the log as well.
ALTER TABLE audit DROP CONSTRAINT audit_actor_check;
ALTER TABLE audit ADD CONSTRAINT audit_actor_check CHECK (actor IN ('key', 'admin_token', 'command_line', 'host'));
