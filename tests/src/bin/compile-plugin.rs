//! The compiling process of the tests: what `marquee compile-plugin` is for the real host.

use std::process::ExitCode;

fn main() -> ExitCode {
    marquee_extract::compile_child::main()
}
