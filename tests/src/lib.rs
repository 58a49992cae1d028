//! marquee-tests
