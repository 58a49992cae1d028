-- Hosts that pages are asked from: whose turn it is, over all processes on this database, and what their answers have taught. One row a
-- host. `state` is a document of the host's own type, which the database never looks into; `turns` holds who asks now and until when
-- that is believed, in seconds since 1970 by this server's clock, so that a process that was killed frees the host.
CREATE TABLE hosts (
    host       text PRIMARY KEY CHECK (length(host) BETWEEN 1 AND 300),
    state      jsonb NOT NULL DEFAULT '{}',
    not_before timestamptz,
    gap_ms     bigint NOT NULL DEFAULT 0 CHECK (gap_ms >= 0),
    turns      jsonb NOT NULL DEFAULT '{}',
    changed_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
