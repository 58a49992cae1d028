//! Fuzzes the reading of document: `cargo +nightly fuzz run document` (README.md).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| marquee_reading_fuzz::check_document(input));
