//! marquee-crawl
