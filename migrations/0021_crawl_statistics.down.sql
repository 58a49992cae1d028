DROP INDEX crawls_with_statistics;
