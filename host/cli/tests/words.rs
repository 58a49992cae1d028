//! What `marquee` says before anything runs: help, settings, and mistakes in them.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

use std::process::{Command, Output};

fn marquee(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_marquee"));
    command.args(arguments).current_dir(folder.path()).env_remove("DATABASE_URL").env("COLUMNS", "120");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_front_door_names_every_command_with_examples() {
    insta::assert_snapshot!(text(&marquee(&["--help"]).stdout));
}

#[test]
fn every_command_explains_itself() {
    for command in [
        "serve",
        "worker",
        "crawl",
        "sources",
        "score",
        "explain",
        "plugin",
        "migrate",
        "config",
        "trace",
        "plan",
        "keys",
        "correct",
        "withdraw",
        "hide",
        "show",
        "merge",
        "split",
        "questions",
    ] {
        let output = marquee(&[command, "--help"]);
        assert!(output.status.success() && output.stdout.len() > 100, "{command}");
    }
}

#[test]
fn a_setting_that_does_not_exist_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("marquee.toml");
    std::fs::write(&file, "[worker]\nparalel = 3\n").unwrap();
    let output = marquee(&["--config", file.to_str().unwrap(), "config", "check"]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("paralel") && said.contains("marquee.toml"), "{said}");
}

#[test]
fn a_settings_file_that_is_named_must_be_there() {
    let output = marquee(&["--config", "absent.toml", "config", "check"]);
    assert!(!output.status.success() && text(&output.stderr).contains("absent.toml"));
}

#[test]
fn the_default_settings_are_a_good_file_and_hold_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("marquee.toml");
    let default = marquee(&["config", "default"]);
    std::fs::write(&file, &default.stdout).unwrap();
    let checked = marquee(&["--config", file.to_str().unwrap(), "config", "check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert!(!text(&default.stdout).contains("token"));
}
