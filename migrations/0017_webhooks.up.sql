-- Following: who is told of changes over HTTP, and what became of each delivery; and the key that seals cursors of the feed.
--
-- A subscription is served by one process at a time, under a claim that grows (`claim_token`), so that its deliveries keep their order.
-- A delivery is written down before it is sent: whoever takes over from a process that died sends the same one again.

-- Cursors of the feed outlive processes and hold in all of them, so their key stands here. 244 random bits.
CREATE TABLE feed_keys (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    key bytea NOT NULL CHECK (octet_length(key) = 32)
);
INSERT INTO feed_keys (key) VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

CREATE TABLE webhooks (
    id               uuid PRIMARY KEY,
    owner            text NOT NULL,                 -- who made it; sees and changes it
    url              text NOT NULL,
    description      text NOT NULL,
    filter           jsonb NOT NULL,                -- `FeedFilter`
    state            text NOT NULL CHECK (state IN ('active', 'paused', 'ended', 'disabled')),
    state_since      timestamptz NOT NULL,
    state_reason     text,
    secret           bytea NOT NULL CHECK (octet_length(secret) BETWEEN 24 AND 64),
    old_secret       bytea,                         -- signs as well until `old_secret_until`
    old_secret_until timestamptz,
    created_at       timestamptz NOT NULL,
    position         bigint NOT NULL,               -- number of the last change that stands in a delivery, or that it does not want
    failing_since    timestamptz,
    failures         integer NOT NULL DEFAULT 0,    -- attempts that failed in a row
    next_at          timestamptz NOT NULL,          -- nothing is sent in order before
    claim_token      bigint NOT NULL DEFAULT 0,
    claimed_by       text,
    claimed_until    timestamptz,
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);
CREATE INDEX webhooks_by_owner ON webhooks (owner, id);
CREATE INDEX webhooks_due ON webhooks (next_at) WHERE state = 'active';

CREATE TABLE webhook_deliveries (
    id           uuid PRIMARY KEY,                  -- the header `webhook-id`
    webhook_id   uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('changes', 'start_over', 'test')),
    state        text NOT NULL CHECK (state IN ('asked', 'waiting', 'delivered', 'failed')),
    first_change bigint,
    last_change  bigint,
    changes      integer NOT NULL,
    body         text NOT NULL,                     -- as sent: every attempt sends the same bytes
    attempts     integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    wanted_at    timestamptz,                       -- somebody asked for one more attempt out of the order
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
);
-- One at a time is under way, which is what keeps the order.
CREATE UNIQUE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_wanted ON webhook_deliveries (webhook_id, wanted_at) WHERE wanted_at IS NOT NULL;
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
    delivery_id uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number >= 1),
    started_at  timestamptz NOT NULL,
    took_ms     bigint,                             -- null: it was not seen to end
    status      smallint,
    error       text,
    excerpt     text,                               -- the beginning of the answer's body
    PRIMARY KEY (delivery_id, number)
);
