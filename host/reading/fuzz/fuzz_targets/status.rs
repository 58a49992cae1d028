//! Fuzzes the reading of status: `cargo +nightly fuzz run status` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_status(input));
