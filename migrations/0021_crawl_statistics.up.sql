-- Before a crawl is judged, the counts of its source's last good crawls are read, complete ones first. Without this index all crawls that the
-- source ever had were read and sorted for the forty that are wanted: 321 pages instead of 43 after 267 crawls, and more with each.
CREATE INDEX crawls_with_statistics ON crawls (source_id, (outcome = 'complete') DESC, started_at DESC) WHERE statistics IS NOT NULL;
