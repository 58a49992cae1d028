//! The plugin folder: what counts as a plugin, which version is used, and what each bad file is told. The last good version always
//! goes on.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail, and tell, as tests do")]

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::Arc,
    time::Duration,
};

use marquee_extract::{Registry, RegistryChange, RegistrySettings, Sandbox, SandboxLimits};
use marquee_model::{FileStanding, PluginFile, PluginState, Plugins};
use marquee_tests::guests;
use tokio::sync::broadcast::Receiver;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// Longest wait for something that must happen; none of these tests takes as long.
const AT_MOST: Duration = Duration::from_secs(30);

struct Folder {
    _cache: tempfile::TempDir,
    folder: tempfile::TempDir,
    registry: Arc<Registry>,
}

fn settings() -> RegistrySettings {
    RegistrySettings { settle_ms: 20, ..RegistrySettings::default() }
}

impl Folder {
    /// A registry of a folder with these files.
    async fn with(files: &[(&str, &[u8])]) -> Self {
        Self::with_settings(files, settings()).await
    }

    async fn with_settings(files: &[(&str, &[u8])], settings: RegistrySettings) -> Self {
        let (cache, sandbox): (_, Arc<Sandbox>) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let path = folder.path().to_owned();
        let registry = Registry::open(path, sandbox, Arc::new(guests::clock()), settings).await.unwrap();
        Self { _cache: cache, folder, registry }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file there by renaming, as a careful operator does.
    async fn put(&self, name: &str, bytes: &[u8]) {
        let half = self.path().join(format!("{name}.part"));
        fs::write(&half, bytes).unwrap();
        fs::rename(half, self.path().join(name)).unwrap();
        self.registry.rescan().await;
    }

    /// The version in use, and the file that it came from.
    fn in_use(&self) -> (String, String) {
        let state = self.state();
        (state.active.version.to_string(), state.file)
    }

    fn state(&self) -> PluginState {
        self.registry.active().into_iter().next().unwrap()
    }

    fn file(&self, name: &str) -> PluginFile {
        self.registry.files().into_iter().find(|file| file.file == name).unwrap()
    }

    /// That this file is refused for this reason, and that version 1.0.0 goes on.
    fn assert_refused(&self, name: &str, words: &[&str]) {
        let file = self.file(name);
        let reason = file.reason.unwrap_or_default();
        println!("{name}: {reason}");
        assert_eq!(file.standing, FileStanding::Refused, "{name}: {reason}");
        for word in words {
            assert!(reason.contains(word), "`{word}` is not in: {reason}");
        }
        assert_eq!(self.in_use().0, "1.0.0");
        assert!(self.registry.get(&"actor".parse().unwrap()).is_some());
    }
}

async fn swapped(changes: &mut Receiver<RegistryChange>) -> String {
    loop {
        match tokio::time::timeout(AT_MOST, changes.recv()).await.unwrap().unwrap() {
            RegistryChange::Swapped { to, .. } => return to.version.to_string(),
            RegistryChange::Refused { .. } => {}
        }
    }
}

fn actor(version: &str) -> Vec<u8> {
    guests::actor("actor", version).unwrap()
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error_that_says_what_to_do() {
    let (_cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
    let opened = Registry::open("/nowhere/plugins".into(), sandbox, Arc::new(guests::clock()), settings()).await;
    let error = opened.err().unwrap().to_string();
    assert!(error.contains("/nowhere/plugins") && error.contains("Create it"), "{error}");
}

#[tokio::test]
async fn what_lies_there_at_the_start_is_loaded_before_open_returns() {
    let other = guests::actor("other", "2.0.0").unwrap();
    let folder = Folder::with(&[("a.wasm", &actor("1.0.0")), ("b.wasm", &other), ("readme.md", b"x")]).await;
    let ids: Vec<String> = folder.registry.active().iter().map(|state| state.active.id.to_string()).collect();
    assert_eq!(ids, ["actor", "other"]);
    assert_eq!(folder.registry.files().len(), 2);
    assert_eq!(folder.file("a.wasm").standing, FileStanding::Active);
    assert_eq!(folder.file("a.wasm").reason, None);
    assert_eq!(folder.state().generation, 0);
}

#[tokio::test]
async fn bad_files_are_refused_and_the_last_good_version_goes_on() {
    let good = actor("1.0.0");
    let folder = Folder::with(&[("actor.wasm", &good)]).await;
    let cut = &good[..good.len() / 2];
    for (bytes, words) in [
        (cut, &["ends too early", "Copy it again"][..]),
        (&b""[..], &["ends too early"]),
        (b"<html>not found</html>", &["not WebAssembly", "HTML"]),
        (b"\0asm\x01\0\0\0", &["core module", "marquee plugin build"]),
        (b"\0asm\x0d\0\x01\0", &["world", "describe"]),
    ] {
        folder.put("actor.wasm", bytes).await;
        folder.assert_refused("actor.wasm", words);
        folder.assert_refused("actor.wasm", &["1.0.0", "stays in use"]);
        assert!(folder.state().last_error.unwrap().1.contains("actor.wasm"));
    }
    folder.put("actor.wasm", &actor("1.1.0")).await;
    assert_eq!(folder.in_use().0, "1.1.0");
    assert_eq!(folder.state().generation, 1, "refused files count for nothing");
}

#[tokio::test]
async fn of_two_files_with_one_id_the_higher_version_is_used() {
    let folder = Folder::with(&[("a.wasm", &actor("1.0.0")), ("b.wasm", &actor("1.10.0"))]).await;
    assert_eq!(folder.in_use(), ("1.10.0".to_owned(), "b.wasm".to_owned()));
    let shadowed = folder.file("a.wasm");
    assert_eq!(shadowed.standing, FileStanding::Shadowed);
    let reason = shadowed.reason.unwrap();
    assert!(reason.contains("b.wasm") && reason.contains("delete"), "{reason}");
    folder.put("c.wasm", &actor("1.9.0")).await;
    assert_eq!(folder.in_use().0, "1.10.0", "an older version in another file is not taken");
    assert_eq!(folder.file("c.wasm").standing, FileStanding::Shadowed);
}

#[tokio::test]
async fn an_older_version_is_taken_where_it_replaces_or_outlives_the_newer() {
    let folder = Folder::with(&[("a.wasm", &actor("2.0.0"))]).await;
    folder.put("a.wasm", &actor("1.0.0")).await;
    assert_eq!(folder.in_use().0, "1.0.0", "under the same name it is a step back on purpose");
    folder.put("b.wasm", &actor("3.0.0")).await;
    assert_eq!(folder.in_use().0, "3.0.0");
    fs::remove_file(folder.path().join("b.wasm")).unwrap();
    folder.registry.rescan().await;
    assert_eq!(folder.in_use(), ("1.0.0".to_owned(), "a.wasm".to_owned()));
}

#[tokio::test]
async fn of_two_builds_of_one_version_the_one_written_last_is_used() {
    let first = actor("1.0.0");
    let mut second = first.clone();
    // A custom section named `x`: other bytes, same plugin.
    second.extend_from_slice(&[0, 2, 1, b'x']);
    let folder = Folder::with(&[("b.wasm", &first)]).await;
    folder.put("a.wasm", &second).await;
    assert_eq!(folder.in_use().1, "a.wasm");
    assert!(folder.file("b.wasm").reason.unwrap().contains("another build"));
}

#[tokio::test]
async fn a_deleted_file_leaves_its_plugin_in_use_and_says_so() {
    let folder = Folder::with(&[("actor.wasm", &actor("1.0.0"))]).await;
    fs::remove_file(folder.path().join("actor.wasm")).unwrap();
    folder.registry.rescan().await;
    folder.assert_refused("actor.wasm", &["deleted", "put", "back"]);
    assert!(folder.state().last_error.unwrap().1.contains("deleted"));
    folder.put("actor.wasm", &actor("1.0.0")).await;
    assert_eq!(folder.file("actor.wasm").standing, FileStanding::Active);
    assert_eq!(folder.state().generation, 0, "the same plugin is no swap");
}

#[tokio::test]
async fn a_renamed_file_is_the_same_plugin() {
    let folder = Folder::with(&[("a.wasm", &actor("1.0.0"))]).await;
    fs::rename(folder.path().join("a.wasm"), folder.path().join("b.wasm")).unwrap();
    folder.registry.rescan().await;
    assert_eq!(folder.in_use(), ("1.0.0".to_owned(), "b.wasm".to_owned()));
    assert_eq!(folder.state().generation, 0);
}

#[tokio::test]
async fn links_directories_and_unreadable_files_are_refused() {
    let folder = Folder::with(&[("actor.wasm", &actor("1.0.0"))]).await;
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("actor.wasm"), actor("9.0.0")).unwrap();
    symlink(elsewhere.path().join("actor.wasm"), folder.path().join("link.wasm")).unwrap();
    symlink("/nowhere", folder.path().join("broken.wasm")).unwrap();
    fs::create_dir(folder.path().join("folder.wasm")).unwrap();
    let closed = folder.path().join("closed.wasm");
    fs::write(&closed, actor("8.0.0")).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let anyone_may_read = fs::read(&closed).is_ok();
    if anyone_may_read {
        println!("this user (root) may read everything: the case of a missing right is left to the unit test");
        fs::remove_file(&closed).unwrap();
    }
    folder.registry.rescan().await;
    folder.assert_refused("link.wasm", &["symbolic link", "copy"]);
    folder.assert_refused("broken.wasm", &["symbolic link"]);
    folder.assert_refused("folder.wasm", &["not a regular file"]);
    if !anyone_may_read {
        folder.assert_refused("closed.wasm", &["permission denied", "chmod"]);
    }
}

#[tokio::test]
async fn a_file_written_in_place_is_taken_when_it_is_complete() {
    let folder = Folder::with(&[("actor.wasm", &actor("1.0.0"))]).await;
    let next = actor("1.1.0");
    let path = folder.path().join("actor.wasm");
    let mut file = fs::File::create(&path).unwrap();
    for piece in next.chunks(next.len() / 3) {
        use std::io::Write;
        file.write_all(piece).unwrap();
        folder.registry.rescan().await;
    }
    drop(file);
    folder.registry.rescan().await;
    assert_eq!(folder.in_use().0, "1.1.0");
    assert_eq!(folder.state().generation, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_noticed_by_notification() {
    // Polling once an hour: what is noticed is noticed by notification.
    let settings = RegistrySettings { poll_ms: 3_600_000, ..settings() };
    let folder = Folder::with_settings(&[("actor.wasm", &actor("1.0.0"))], settings).await;
    let mut changes = folder.registry.subscribe();
    let _watching = folder.registry.watch();
    let half = folder.path().join("half");
    fs::write(&half, actor("1.1.0")).unwrap();
    fs::rename(&half, folder.path().join("actor.wasm")).unwrap();
    assert_eq!(swapped(&mut changes).await, "1.1.0");
    fs::write(folder.path().join("actor.wasm"), actor("1.2.0")).unwrap();
    assert_eq!(swapped(&mut changes).await, "1.2.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_noticed_without_notifications() {
    let settings = RegistrySettings { notifications: false, poll_ms: 20, ..settings() };
    let folder = Folder::with_settings(&[("actor.wasm", &actor("1.0.0"))], settings).await;
    let mut changes = folder.registry.subscribe();
    let _watching = folder.registry.watch();
    fs::write(folder.path().join("actor.wasm"), actor("1.1.0")).unwrap();
    assert_eq!(swapped(&mut changes).await, "1.1.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_made_anew_is_still_watched() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("plugins");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("actor.wasm"), actor("1.0.0")).unwrap();
    let (_cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
    let settings = RegistrySettings { poll_ms: 20, ..settings() };
    let registry = Registry::open(path.clone(), sandbox, Arc::new(guests::clock()), settings).await.unwrap();
    let mut changes = registry.subscribe();
    let _watching = registry.watch();
    fs::remove_dir_all(&path).unwrap();
    registry.rescan().await;
    assert!(registry.get(&"actor".parse().unwrap()).is_some());
    fs::create_dir(&path).unwrap();
    fs::write(path.join("actor.wasm"), actor("1.1.0")).unwrap();
    assert_eq!(swapped(&mut changes).await, "1.1.0");
}

#[tokio::test]
async fn a_failed_call_is_kept_as_the_plugins_last_error() {
    let folder = Folder::with(&[("actor.wasm", &actor("1.0.0"))]).await;
    folder.registry.note_failure(&"actor".parse().unwrap(), "stopped");
    assert_eq!(folder.state().last_error.unwrap().1, "stopped");
}

#[tokio::test]
async fn a_configuration_is_checked_against_the_plugins_schema() {
    let folder = Folder::with(&[("actor.wasm", &actor("1.0.0"))]).await;
    let plugin = folder.registry.get(&"actor".parse().unwrap()).unwrap();
    assert!(plugin.check_configuration(&serde_json::json!({ "part": "honest" })).is_ok());
    let problems = plugin.check_configuration(&serde_json::json!({ "part": 7, "colour": "red" })).unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().any(|problem| problem.pointer == "/part"), "{problems:?}");
}
