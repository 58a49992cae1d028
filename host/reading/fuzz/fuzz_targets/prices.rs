//! Fuzzes the reading of prices: `cargo +nightly fuzz run prices` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_prices(input));
