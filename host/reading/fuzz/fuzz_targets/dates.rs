//! Fuzzes the reading of dates: `cargo +nightly fuzz run dates` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_dates(input));
