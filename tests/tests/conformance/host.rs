//! A host on a port of its own, with the sample city.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use marquee_serve::{FollowSettings, ServeSettings, ServerLimits, serve};
use marquee_tests::serving::{Serving, fill, settings};
use tokio::{net::TcpListener, task::JoinHandle};

/// A host on a port, until it is dropped.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    _serving: Serving,
    server: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Host {
    /// With the sample city.
    pub(crate) async fn filled(settings: ServeSettings) -> Self {
        let limits = ServerLimits::from(&settings);
        // Who waits for a change that does not come is only slow.
        let follow = FollowSettings { max_wait_seconds: 0, ..FollowSettings::default() };
        let serving = Serving::following(settings, follow).await;
        Box::pin(fill(&serving)).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, serving.router(), std::future::pending(), limits));
        Self { address, _serving: serving, server }
    }

    /// The same with the settings of tests.
    pub(crate) async fn usual() -> Self {
        Box::pin(Self::filled(settings())).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A folder below the workspace.
pub(crate) fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Where tools are installed, once a build folder.
pub(crate) fn home(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let target = program.ancestors().find(|folder| folder.join("deps").is_dir()).unwrap();
    let home = target.join("conformance").join(name);
    std::fs::create_dir_all(&home).unwrap();
    home
}

/// Runs a command to its end, whatever else the test does; whether it succeeded, and what it said.
pub(crate) async fn run(command: Command) -> (bool, String) {
    let mut command = tokio::process::Command::from(command);
    let output = command.kill_on_drop(true).output().await;
    let Ok(output) = output else { return (false, format!("{output:?}")) };
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Whether a tool could be installed. Where it must be there, the reason fails the test.
pub(crate) fn installed((succeeded, said): (bool, String), what: &str) -> bool {
    let required = std::env::var_os("CI").is_some();
    assert!(succeeded || !required, "{what} could not be installed: {said}");
    if !succeeded {
        eprintln!("SKIPPED: {what} could not be installed (with CI set this fails): {said}");
    }
    succeeded
}
