//! marquee-normalize
