//! marquee-sdk
