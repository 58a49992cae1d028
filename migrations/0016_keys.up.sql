-- Who may write, who wrote what, and which requests were answered already.

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (name <> ''),
    secret_hash  bytea NOT NULL CHECK (octet_length(secret_hash) = 32),     -- the secret itself is kept nowhere
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,                       -- to the minute
    revoked_at   timestamptz,
    revoked_by   text,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);

-- Every write by a person or program, in its own transaction where the write has one. Rows are never changed and never removed.
CREATE TABLE audit (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text NOT NULL CHECK (actor IN ('key', 'admin_token', 'command_line')),
    name       text NOT NULL,                       -- the key's name, the user's on the command line
    key_id     uuid REFERENCES api_keys,
    action     text NOT NULL,
    object     text NOT NULL,
    reason     text,
    remote     text,                                -- the client's address
    request_id text,
    before     jsonb,
    after      jsonb,
    CHECK ((key_id IS NOT NULL) = (actor = 'key'))
);
CREATE INDEX audit_by_object ON audit (object, number);
CREATE INDEX audit_by_key ON audit (key_id, number) WHERE key_id IS NOT NULL;

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Answers to requests with an `Idempotency-Key`, kept so that the same request is not carried out twice.
CREATE TABLE idempotency (
    actor       text NOT NULL,                      -- a key's id, or `admin_token`: keys do not see each other's answers
    key         text NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    begun_at    timestamptz NOT NULL,
    status      smallint,                           -- null until it is answered
    location    text,
    body        text,
    PRIMARY KEY (actor, key),
    CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_by_age ON idempotency (begun_at);

-- Who declared a source: files and the API leave each other's sources alone.
ALTER TABLE sources ADD COLUMN origin text NOT NULL DEFAULT 'file' CHECK (origin IN ('file', 'api'));
