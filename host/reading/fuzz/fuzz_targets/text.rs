//! Fuzzes the reading of text: `cargo +nightly fuzz run text` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_text(input));
