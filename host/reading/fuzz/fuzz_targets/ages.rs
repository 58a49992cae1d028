//! Fuzzes the reading of ages: `cargo +nightly fuzz run ages` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_ages(input));
