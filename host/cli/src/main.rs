//! `marquee`
fn main() {}
