//! What the tests of the browser share: a venue's site made of paths, and renders that leave nothing behind.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use marquee_fetch::{
    Fetcher,
    browser::{BrowserError, BrowserSettings, Browsers, FetcherAsker, Manner, Rendered},
};
use marquee_model::{BrowserSteps, BrowserWait, PageRequest};
use tempfile::TempDir;

use crate::support::{Act, Hostile, get, send};

/// Whether Chromium is on this machine; where it is not, the test says so and passes.
pub(crate) fn is_absent() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join("chromium").is_file());
    if !found {
        println!("skipped: no `chromium` on the PATH");
    }
    !found
}

/// An answer of this type.
pub(crate) fn answer(content_type: &str, body: &str) -> Vec<Act> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    vec![send(&head), send(body)]
}

pub(crate) fn html(body: &str) -> Vec<Act> {
    answer("text/html; charset=utf-8", &format!("<!doctype html><title>The Hall</title><body>{body}</body>"))
}

pub(crate) fn missing() -> Vec<Act> {
    vec![send("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")]
}

pub(crate) fn redirect(to: &str) -> Vec<Act> {
    vec![send(&format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"))]
}

/// A site that answers by path (with query).
pub(crate) async fn site(answers: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static) -> Hostile {
    Hostile::answering(move |request| answers(path_of(request))).await
}

/// The path that a request's head asks for.
pub(crate) fn path_of(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

/// The paths that a site was asked for.
pub(crate) fn asked(site: &Hostile) -> Vec<String> {
    site.requests().iter().map(|request| path_of(request).to_owned()).collect()
}

/// Waits until nothing was asked for 300 ms.
pub(crate) fn idle() -> BrowserSteps {
    BrowserSteps { wait: BrowserWait::Idle(300), wait_ms: 60_000, steps: Vec::new() }
}

pub(crate) fn until(selector: &str) -> BrowserSteps {
    BrowserSteps { wait: BrowserWait::Selector(selector.to_owned()), ..idle() }
}

/// Limits that a machine does not break that is busy with other things.
pub(crate) fn patient() -> BrowserSettings {
    BrowserSettings {
        launch_ms: 120_000,
        render_ms: 240_000,
        wait_ms: 120_000,
        answer_ms: 120_000,
        ..BrowserSettings::default()
    }
}

/// A folder for profiles, and browsers that put them there.
pub(crate) struct Bench {
    pub(crate) browsers: Browsers,
    profiles: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(patient())
    }

    pub(crate) fn with(settings: BrowserSettings) -> Self {
        let profiles = tempfile::tempdir().unwrap();
        fs::set_permissions(profiles.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let settings = BrowserSettings { profiles: Some(profiles.path().to_owned()), ..settings };
        Self { browsers: Browsers::new(settings).unwrap(), profiles }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.profiles.path()
    }

    /// Renders, and looks whether anything was left behind.
    pub(crate) async fn render(
        &self,
        fetcher: &Fetcher,
        request: &PageRequest,
        steps: &BrowserSteps,
        manner: Manner<'_>,
    ) -> Result<Rendered, BrowserError> {
        let asker = FetcherAsker::new(fetcher, &request.url, None, &[]);
        let rendered = self.browsers.render(request, steps, &asker, manner).await;
        self.assert_nothing_is_left();
        if let Ok(rendered) = &rendered {
            println!(
                "launch {} ms, render {} ms, peak {} MiB, {} asked, {} blocked, {} bytes, {:?}",
                rendered.launch_ms,
                rendered.render_ms,
                rendered.peak_mib,
                rendered.requests,
                rendered.blocked,
                rendered.received_bytes,
                rendered.remarks
            );
        }
        rendered
    }

    /// The same for a page of a site, by a fetcher for which the tests' hosts are on this machine.
    pub(crate) async fn show(
        &self,
        site: &Hostile,
        path: &str,
        steps: &BrowserSteps,
    ) -> Result<Rendered, BrowserError> {
        let fetcher = crate::support::fetcher(crate::support::patient());
        let agent = Manner { agent: "Marquee/0.1.0", cookies: None };
        Box::pin(self.render(&fetcher, &get(&site.url(path)), steps, agent)).await
    }

    /// Neither a process that knows the profile, nor a dead child that nobody collected, nor a profile.
    pub(crate) fn assert_nothing_is_left(&self) {
        let living = processes(self.folder());
        assert!(living.is_empty(), "processes are left: {living:?}");
        let me = std::process::id().to_string();
        let stats = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        let uncollected = |stat: &String| {
            let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            fields.next() == Some("Z") && fields.next() == Some(&*me)
        };
        let dead: Vec<String> = stats.filter(uncollected).collect();
        assert!(dead.is_empty(), "dead children are left: {dead:?}");
        let profiles: Vec<_> = fs::read_dir(self.folder()).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(profiles.is_empty(), "profiles are left: {profiles:?}");
    }
}

/// The processes whose command line or environment names this folder, the browser's own first.
pub(crate) fn processes(folder: &Path) -> Vec<i32> {
    let folder = folder.to_str().unwrap();
    let mut found: Vec<i32> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| {
            let names = |file: &str| {
                let text = fs::read(entry.path().join(file)).unwrap_or_default();
                String::from_utf8_lossy(&text).contains(folder)
            };
            names("cmdline") || names("environ")
        })
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    found.sort_unstable();
    found
}

/// The text between `<li>` and `</li>`, in order, outside of scripts.
pub(crate) fn items(rendered: &Rendered) -> Vec<String> {
    let seen =
        rendered.html.split("<script").map(|piece| piece.split_once("</script>").map_or(piece, |(_, rest)| rest));
    let seen: String = seen.collect();
    let pieces = seen.split("<li>").skip(1);
    pieces.map(|piece| piece.split("</li>").next().unwrap_or_default().to_owned()).collect()
}
