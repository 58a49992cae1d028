//! The web page in a real browser: headless Chromium, where one is installed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use marquee_tests::{
    serving::{Serving, settings},
    showcase::{self, Showcase},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, process::Command, task::JoinHandle};

const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/web");
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/screenshots");
/// All pictures together weigh less: who clones the repository gets every version of them.
const MOST_PICTURE_BYTES: u64 = 400_000;

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

/// The scripts with what they need from npm, put together once a build folder; `None` where that cannot be had and is not required.
async fn tools() -> Option<PathBuf> {
    let program = std::env::current_exe().unwrap();
    let home = program.ancestors().find(|folder| folder.join("deps").is_dir()).unwrap().join("web-tools");
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    for entry in fs::read_dir(TOOLS).unwrap() {
        let file = entry.unwrap();
        fs::copy(file.path(), home.join(file.file_name())).unwrap();
    }
    let wanted = fs::read_to_string(home.join("package-lock.json")).unwrap();
    let stamp = home.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(home);
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&home);
    let installed = npm.output().await;
    if installed.as_ref().is_ok_and(|output| output.status.success()) {
        fs::write(&stamp, wanted).unwrap();
        return Some(home);
    }
    println!("SKIPPED: `npm ci` failed ({installed:?}), so that nobody looked at the pages with axe");
    None
}

/// Tools and browser; where they are required, their absence fails the test.
async fn equipped() -> Option<(PathBuf, PathBuf)> {
    let found = chromium().zip(tools().await);
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "Chromium, Node, npm and its registry are needed");
    found
}

/// Runs a script on its job; what it prints.
async fn run((chromium, tools): (PathBuf, PathBuf), script: &str, job: &Value) -> String {
    // Some hundred looks at pages, each well under a second; on a busy machine each takes many times as long.
    const ENDED: Duration = Duration::from_secs(600);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.json");
    fs::write(&file, job.to_string()).unwrap();
    let mut node = Command::new("node");
    node.arg(tools.join(script)).arg(chromium).arg(file).kill_on_drop(true);
    let output = tokio::time::timeout(ENDED, node.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A served week on loopback.
async fn served() -> (Serving, Showcase, String, JoinHandle<()>) {
    let serving = Serving::empty(settings()).await;
    let shown = Box::pin(showcase::fill(serving.database.store())).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = serving.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (serving, shown, base, server)
}

/// The address of an artist's page, as an event's page gives it.
async fn artist(serving: &Serving, event: &str) -> String {
    let page = serving.ask(axum::http::Method::GET, event, &[("accept", "text/html")]).await.body;
    let address = page.split_once("href=\"/artists/").unwrap().1.split_once('"').unwrap().0.to_owned();
    format!("/artists/{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_use_every_page() {
    let Some(tools) = equipped().await else { return };
    let (serving, shown, base, server) = served().await;
    let tonight = format!("/events/{}", shown.tonight);
    let pages = json!({
        "home": "/",
        "filtered": "/?site=toronto&text=moon&genre=jazz&from=2026-11-20&status=scheduled,postponed,rescheduled,moved,sold_out",
        "not understood": "/?from=soon&weekday=never&until=2026-11-30",
        "empty": "/?text=zzzzzz",
        "event": tonight,
        "cancelled": format!("/events/{}", shown.cancelled),
        "presumed": format!("/events/{}", shown.presumed),
        "rescheduled": format!("/events/{}", shown.rescheduled),
        "venue": format!("/venues/{}", shown.venue),
        "artist": artist(&serving, &tonight).await,
        "hidden": format!("/events/{}", shown.hidden),
        "nowhere": "/nowhere",
    });
    let said = run(tools, "axe.mjs", &json!({ "base": base, "pages": pages })).await;
    server.abort();
    let found: Value = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(found["faults"], json!([]), "{found:#}");
    // Each page in two colours on two screens, on a narrow one, by keyboard, and without script.
    assert_eq!(found["looks"], pages.as_object().unwrap().len() * 7, "{found:#}");
    println!("{} looks, no fault", found["looks"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes the pictures of the documentation anew"]
async fn the_pictures_of_the_documentation_are_small() {
    let tools = equipped().await.unwrap();
    let (_serving, shown, base, server) = served().await;
    fs::create_dir_all(PICTURES).unwrap();
    let pictures = json!([
        { "file": "home.png", "path": "/" },
        { "file": "home-mobile-dark.png", "path": "/", "dark": true, "mobile": true },
        { "file": "event.png", "path": format!("/events/{}", shown.tonight) },
        { "file": "presumed.png", "path": format!("/events/{}", shown.presumed) },
        { "file": "venue.png", "path": format!("/venues/{}", shown.venue) },
    ]);
    println!(
        "{}",
        run(tools, "screenshots.mjs", &json!({ "base": base, "into": PICTURES, "pictures": pictures })).await
    );
    server.abort();
    let bytes: u64 =
        fs::read_dir(Path::new(PICTURES)).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes < MOST_PICTURE_BYTES, "{bytes} bytes");
}
