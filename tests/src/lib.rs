//! What tests of the whole host share: databases of their own, samples, and a fake internet.

pub mod database;
pub mod declared;
pub mod guests;
pub mod internet;
pub mod live;
pub mod million;
pub mod mutations;
pub mod sample;
pub mod serving;
pub mod showcase;
pub mod site;
pub mod venues;
pub mod wire;

/// The program `marquee` of this build, which lies beside the tests.
///
/// # Panics
/// It is not there: the tests were built without the rest of the workspace.
#[must_use]
pub fn program() -> std::path::PathBuf {
    let own = std::env::current_exe().ok();
    let program = own.as_deref().and_then(|own| own.parent()?.parent()).map(|folder| folder.join("marquee"));
    let program = program.unwrap_or_default();
    assert!(
        program.is_file(),
        "{} is not there; build it with the tests: `cargo build --workspace`",
        program.display()
    );
    program
}
