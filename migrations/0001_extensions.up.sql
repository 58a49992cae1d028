-- Trigram indexes make "part of a title" fast. pg_trgm is a trusted extension: the database's owner may create it.
-- Accents and case are folded by the host before text arrives here, so that the result does not depend on the server's
-- locale; unaccent is therefore not needed.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
