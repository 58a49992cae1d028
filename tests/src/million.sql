-- A country of made-up events, `{events}` of them, the same every time: see `million.rs`. Zones and coordinates are real, names are not.
SET session_replication_role = replica;     -- no triggers: the words are learnt at the end, in one go

CREATE FUNCTION pg_temp.pick(n bigint, salt int, below int) RETURNS int LANGUAGE sql IMMUTABLE AS
    $$ SELECT (abs(hashint8extended(n * 1000 + salt, 7) % below))::int $$;
CREATE FUNCTION pg_temp.id_at(at timestamptz, n bigint, salt text) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(salt || n), 1, 3) || '8' || substr(md5(salt || n), 4, 15))::uuid $$;

CREATE TEMP TABLE cities (n int, slug text, city text, state text, country text, zone text, lat float8, lon float8, currency text);
INSERT INTO cities VALUES
    (0, 'toronto', 'Toronto', 'ON', 'CA', 'America/Toronto', 43.6532, -79.3832, 'CAD'),
    (1, 'chicago', 'Chicago', 'IL', 'US', 'America/Chicago', 41.8781, -87.6298, 'USD'),
    (2, 'charleston', 'Charleston', 'SC', 'US', 'America/New_York', 32.7765, -79.9311, 'USD'),
    (3, 'berlin', 'Berlin', 'BE', 'DE', 'Europe/Berlin', 52.52, 13.405, 'EUR'),
    (4, 'london', 'London', 'England', 'GB', 'Europe/London', 51.5072, -0.1276, 'GBP'),
    (5, 'tokyo', 'Tokyo', 'Tokyo', 'JP', 'Asia/Tokyo', 35.6762, 139.6503, 'JPY'),
    (6, 'auckland', 'Auckland', 'AUK', 'NZ', 'Pacific/Auckland', -36.8509, 174.7645, 'NZD'),
    (7, 'suva', 'Suva', 'Central', 'FJ', 'Pacific/Fiji', -18.1248, 178.4501, 'FJD'),
    (8, 'montreal', E'Montr\u00e9al', 'QC', 'CA', 'America/Toronto', 45.5019, -73.5674, 'CAD'),
    (9, 'vancouver', 'Vancouver', 'BC', 'CA', 'America/Vancouver', 49.2827, -123.1207, 'CAD'),
    (10, 'sao-paulo', E'S\u00e3o Paulo', 'SP', 'BR', 'America/Sao_Paulo', -23.5558, -46.6396, 'BRL'),
    (11, 'reykjavik', E'Reykjav\u00edk', NULL, 'IS', 'Atlantic/Reykjavik', 64.1466, -21.9426, 'ISK');

INSERT INTO sites (id, slug, name) SELECT pg_temp.id_at('2024-01-01Z', n, 'site'), slug, city FROM cities ORDER BY n;

CREATE TEMP TABLE halls AS
    SELECT v AS n, c.n AS city, pg_temp.id_at('2024-01-01Z', v, 'venue') AS id, pg_temp.id_at('2024-01-01Z', c.n, 'site') AS site,
           pg_temp.id_at('2024-01-01Z', v, 'source') AS source, pg_temp.id_at('2026-11-22Z', v, 'crawl') AS crawl,
           'hall-' || v AS slug, c.zone, c.currency,
           (ARRAY['Velvet', 'Copper', 'Harbour', 'Lantern', 'Orchard', 'Granite', 'Marble', 'Willow', 'Union', 'Garden'])[1 + pg_temp.pick(v, 1, 10)] || ' ' ||
           (ARRAY['Hall', 'Room', 'Club', 'Theatre', 'Tavern', 'Ballroom', 'Warehouse', 'Cellar'])[1 + pg_temp.pick(v, 2, 8)] || ' ' || v AS name,
           c.city AS city_name, c.state, c.country, lpad(pg_temp.pick(v, 3, 100000)::text, 5, '0') AS postal_code,
           c.lat + (pg_temp.pick(v, 4, 2000) - 1000) / 8000.0 AS lat, c.lon + (pg_temp.pick(v, 5, 2000) - 1000) / 8000.0 AS lon
    FROM generate_series(0, 239) v JOIN cities c ON c.n = v % 12;
INSERT INTO venues (id, site_id, slug, name, address, city, state, postal_code, country, latitude, longitude, zone, url, sort_name, search_text)
    SELECT id, site, slug, name, n || ' Example St', city_name, state, postal_code, country, lat, lon, zone, 'https://' || slug || '.example/',
           lower(name), lower(name) || E'\n' || translate(lower(city_name), E'\u00e9\u00e3\u00ed', 'eai') FROM halls ORDER BY n;
INSERT INTO sources (id, slug, site_id, venue_id, url, plugin_id, configuration, zone, languages, currency, schedule, follow_pages,
                     follow_depth, follow_bytes, follow_hosts, enabled, first_request, follow_headers, fetching)
    SELECT source, slug, site, id, 'https://' || slug || '.example/events',
           (ARRAY['css', 'json-ld', 'squarespace', 'wordpress'])[1 + n % 4], '{}', zone, '{en}', currency, '{"every_minutes": 360}', 10, 1, 1000000, '{}', true,
           'get', '{}', '{}' FROM halls ORDER BY n;
INSERT INTO plugin_versions (plugin_id, version, digest, first_seen)
    SELECT p, '1.0.0', decode(repeat(md5(p), 2), 'hex'), '2024-01-01Z' FROM unnest(ARRAY['css', 'json-ld', 'squarespace', 'wordpress']) p;
INSERT INTO crawls (id, source_id, started_at, finished_at, outcome, plugin_version_id, found, new, changed, unchanged, rejected, pages, bytes,
                    fetch_ms, extract_ms, normalize_ms, store_ms, diagnostics)
    SELECT h.crawl, h.source, '2026-11-22T12:00Z', '2026-11-22T12:00:02Z', 'complete', p.id, 50, 0, 0, 50, 0, 1, 100000, 100, 5, 1, 10, '[]'
    FROM halls h JOIN sources s ON s.id = h.source JOIN plugin_versions p ON p.plugin_id = s.plugin_id ORDER BY h.n;

CREATE TEMP TABLE syllables AS SELECT
    string_to_array('ba,be,bo,ca,ce,co,da,de,do,fa,fe,fo,ga,ge,go,ha,he,ho,ja,je,jo,ka,ke,ko,la,le,lo,ma,me,mo,na,ne,no,pa,pe,po,ra,re,ro,sa,se,so,ta,te,to,va,ve,vo,wa,we,wo,za,ze,zo', ',') AS s,
    string_to_array('Moon,River,Electric,Silent,Golden,Paper,Northern,Crystal,Broken,Velvet,Iron,Wild,Midnight,Scarlet,Hollow,Burning,Distant,Little,Great,Blue', ',') AS a,
    string_to_array('Foxes,Quartet,Parade,Machines,Rivers,Lanterns,Wolves,Orchestra,Ghosts,Mirrors,Tides,Engines,Brothers,Sisters,Collective,Ensemble,Sirens,Travellers,Kings,Choir', ',') AS b;
-- 40,000 acts with a vocabulary of some 3,000 words; the hundredth act plays far more often than the ten-thousandth.
CREATE TEMP TABLE acts AS
    SELECT n, a[1 + pg_temp.pick(n, 1, 20)] || ' ' || initcap(s[1 + pg_temp.pick(n, 2, 54)] || s[1 + pg_temp.pick(n, 3, 54)] || CASE WHEN n % 3 = 0 THEN s[1 + pg_temp.pick(n, 4, 54)] ELSE '' END)
           || ' ' || b[1 + pg_temp.pick(n, 5, 20)] AS name
    FROM generate_series(0, 39999) n, syllables;
CREATE UNIQUE INDEX ON acts (n);

CREATE TEMP TABLE raw AS
    SELECT g.n, h.n AS hall, date '2024-11-23' + pg_temp.pick(g.n, 1, 1096) AS day,
           CASE WHEN pg_temp.pick(g.n, 2, 20) = 0 THEN NULL ELSE time '18:00' + pg_temp.pick(g.n, 3, 11) * interval '30 minutes' END AS at,
           (pg_temp.pick(g.n, 4, 200) * pg_temp.pick(g.n, 5, 200)) AS act1, (pg_temp.pick(g.n, 6, 200) * pg_temp.pick(g.n, 7, 200)) AS act2
    FROM generate_series(1, {events}) g (n) JOIN halls h ON h.n = pg_temp.pick(g.n, 8, 240);
CREATE TEMP TABLE told AS
    SELECT r.*, h.id AS venue, h.site, h.zone, h.currency, h.source, h.crawl, h.slug,
           a.name AS first_act, CASE WHEN pg_temp.pick(r.n, 9, 3) > 0 THEN b.name END AS second_act,
           (r.day + r.at) AT TIME ZONE h.zone AS utc,
           LEAST(r.day - pg_temp.pick(r.n, 10, 150) * interval '1 day' - interval '3 days', timestamp '2026-11-22 12:00') AT TIME ZONE 'UTC'
               - pg_temp.pick(r.n, 11, 86400) * interval '1 second' AS announced
    FROM raw r JOIN halls h ON h.n = r.hall JOIN acts a ON a.n = r.act1 JOIN acts b ON b.n = r.act2;

INSERT INTO events (id, site_id, venue_id, title, bill, zone, start_date, start_time, start_utc, start_resolution, doors_date, doors_time, doors_utc,
                    doors_resolution, end_date, end_resolution, status, price_kind, price_min, price_max, price_currency, ticket_url, event_url,
                    minimum_age, description, genres, room, search_text, tzdb_version, created_at, updated_at, status_since)
    SELECT pg_temp.id_at(announced, n, 'event'), site, venue,
           first_act || CASE WHEN second_act IS NULL THEN '' ELSE ' with ' || second_act END,
           CASE WHEN second_act IS NULL THEN jsonb_build_array(jsonb_build_object('name', first_act, 'role', 'headliner', 'billing', 1))
                ELSE jsonb_build_array(jsonb_build_object('name', first_act, 'role', 'headliner', 'billing', 1),
                                       jsonb_build_object('name', second_act, 'role', 'support', 'billing', 2)) END,
           zone, day, at, utc, 'unique',
           CASE WHEN at IS NOT NULL THEN day END, at - interval '1 hour', utc - interval '1 hour', CASE WHEN at IS NOT NULL THEN 'unique' END,
           CASE WHEN n % 500 = 0 THEN day + 3 WHEN n % 20011 = 0 THEN day + 30 END,
           CASE WHEN n % 500 = 0 OR n % 20011 = 0 THEN 'unique' END,
           COALESCE((ARRAY['cancelled', 'postponed', 'rescheduled', 'moved', 'sold_out', 'sold_out', 'sold_out'])[1 + pg_temp.pick(n, 20, 70)], 'scheduled'),
           kind, CASE kind WHEN 'free' THEN 0 WHEN 'unknown' THEN NULL ELSE amount END, CASE kind WHEN 'range' THEN amount + 10 END,
           CASE WHEN kind <> 'unknown' THEN currency END,
           CASE WHEN pg_temp.pick(n, 21, 4) > 0 THEN 'https://tickets.example/' || n END, 'https://' || slug || '.example/e/' || n,
           (ARRAY[0, 0, 16, 18, 19, 21])[1 + pg_temp.pick(n, 22, 8)],
           'An evening with ' || first_act || '. ' || repeat('Doors open an hour before the music; the bar takes cards. ', 1 + pg_temp.pick(n, 23, 4)),
           ARRAY[(ARRAY['Jazz', 'Rock', 'Indie Rock', 'Folk', 'Electronic', 'Hip Hop', 'Metal', 'Punk', 'Soul', 'Blues', 'Country', 'Classical',
                  'Ambient', 'House', 'Techno', 'Reggae', 'Pop', 'World', 'Experimental', 'Noise'])[1 + LEAST(pg_temp.pick(n, 24, 20), pg_temp.pick(n, 25, 20))]],
           CASE WHEN pg_temp.pick(n, 26, 5) = 0 THEN 'Back Room' END,
           lower(concat_ws(E'\n', first_act || CASE WHEN second_act IS NULL THEN '' ELSE ' with ' || second_act END, first_act, second_act,
                           CASE WHEN pg_temp.pick(n, 26, 5) = 0 THEN 'Back Room' END)),
           '2026f', announced, announced + pg_temp.pick(n, 27, 3) * interval '1 day', announced
    FROM (SELECT t.*, (ARRAY['fixed', 'range', 'from', 'free', 'unknown', 'fixed'])[1 + pg_temp.pick(n, 28, 6)] AS kind,
                 (5 + pg_temp.pick(n, 29, 75))::numeric AS amount FROM told t) t
    ORDER BY announced, n;

INSERT INTO artists (id, name, sort_name, search_text, answers_id, created_at)
    SELECT id, name, lower(name), lower(name), id, '2024-01-01Z'
    FROM (SELECT pg_temp.id_at('2024-01-01Z', min(n), 'artist') AS id, name FROM acts GROUP BY name) a;
INSERT INTO artist_names (artist_id, name, kind, added_at) SELECT id, name, 'spelling', created_at FROM artists;
INSERT INTO artist_keys (key, artist_id, name) SELECT replace(lower(name), ' ', ''), id, name FROM artists;
INSERT INTO performers (event_id, position, billing, name, role, search_text, name_key, assigned_id, artist_id, artist_by)
    SELECT b.event, b.position, b.position, b.act, CASE b.position WHEN 1 THEN 'headliner' ELSE 'support' END, lower(b.act),
           replace(lower(b.act), ' ', ''), a.id, a.id, 'name'
    FROM (SELECT pg_temp.id_at(announced, n, 'event') AS event, p.position, p.act
          FROM told, LATERAL (VALUES (1, first_act), (2, second_act)) AS p (position, act) WHERE p.act IS NOT NULL) b
    JOIN artists a ON a.name = b.act;
INSERT INTO sightings (source_id, identity, event_id, native_key, first_seen, last_seen, first_crawl_id, last_crawl_id, page_digest, page_url,
                       fetched_at, plugin_version_id)
    SELECT t.source, 'key:' || t.n, pg_temp.id_at(t.announced, t.n, 'event'), t.n::text, t.announced, '2026-11-22T12:00:02Z', t.crawl, t.crawl,
           decode(repeat('ab', 32), 'hex'), 'https://' || t.slug || '.example/events', '2026-11-22T12:00Z', c.plugin_version_id
    FROM told t JOIN crawls c ON c.id = t.crawl;

SELECT learn_words(ARRAY(SELECT lower(name) FROM acts UNION SELECT search_text FROM venues UNION SELECT 'with back room'));
SET session_replication_role = DEFAULT;
DROP TABLE told, raw, acts, syllables, halls, cities;
ANALYZE;
