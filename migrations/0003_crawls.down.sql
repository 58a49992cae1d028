DROP TABLE rejections;
DROP TABLE pages;
DROP TABLE crawls;
DROP TABLE plugin_versions;
