//! Fuzzes the reading of json: `cargo +nightly fuzz run json` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_json(input));
