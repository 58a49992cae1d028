//! marquee-reading
