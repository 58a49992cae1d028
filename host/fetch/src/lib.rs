//! marquee-fetch
