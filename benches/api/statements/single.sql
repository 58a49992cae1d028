\set n random(1, 1000000)
SELECT e.id, e.title, e.bill, e.start_local, e.start_utc, e.zone, e.status, e.price_min, e.price_max, e.price_currency, e.ticket_url, e.minimum_age,
    v.name AS venue_name
FROM events e JOIN venues v ON v.id = e.venue_id WHERE e.legacy_id = :n;
