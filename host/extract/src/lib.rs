//! marquee-extract
