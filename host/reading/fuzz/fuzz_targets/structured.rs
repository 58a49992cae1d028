//! Fuzzes the reading of structured: `cargo +nightly fuzz run structured` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_structured(input));
