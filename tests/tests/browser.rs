//! The web page in a real browser: headless Chromium, where one is installed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{path::PathBuf, process::Stdio, time::Duration};

use marquee_tests::serving::Serving;
use tokio::{net::TcpListener, process::Command};

/// The browser; without one these tests say so and pass.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found =
        std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|p| p.is_file());
    if found.is_none() {
        println!("there is no Chromium here (`apt-get install chromium`); nothing was tested");
    }
    found
}

/// The document as it stands in the browser once it has loaded.
async fn document(chromium: PathBuf, url: &str) -> String {
    // Chromium's own limit on a page that never settles, and ours on a Chromium that never ends.
    const LOADED: &str = "--virtual-time-budget=5000";
    const ENDED: Duration = Duration::from_secs(60);
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Command::new(chromium);
    browser
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", LOADED, "--dump-dom"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(ENDED, browser.output()).await.unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_browser_shows_what_is_on_and_makes_nothing_of_a_hostile_title() {
    let Some(chromium) = chromium() else { return };
    let serving = Serving::filled().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = serving.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let shown = document(chromium, &url).await;
    server.abort();

    assert!(shown.contains("Moon Quartet"), "{shown}");
    // A browser writes the text of a title with `&lt;`; an element of that name would stand there with `<`.
    assert!(shown.contains("&lt;script&gt;alert") || shown.contains("&lt;/script&gt;"), "{shown}");
    assert!(!shown.contains("<script>alert") && !shown.contains("<img"), "{shown}");
    // Its style sheet is allowed by its own policy: nothing of it was blocked.
    assert!(shown.contains("rel=\"stylesheet\""), "{shown}");
}
