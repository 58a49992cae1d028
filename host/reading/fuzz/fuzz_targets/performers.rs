//! Fuzzes the reading of performers: `cargo +nightly fuzz run performers` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_performers(input));
