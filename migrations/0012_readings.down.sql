DROP TABLE read_pages;
DROP TABLE readings;
