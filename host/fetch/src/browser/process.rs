//! The browser's process: started with nothing of the host's, watched, and ended with all that it started.
//!
//! Its environment is empty but for what it needs, so that no secret of the host's is in it. It has no network: names lead
//! nowhere, and every connection (to loopback, too) goes by a proxy that does not exist.

use std::{
    collections::VecDeque,
    env,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chromiumoxide::cdp::browser_protocol::browser::GetVersionParams;
use rustix::process::Pid;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use super::{
    BrowserError, BrowserSettings,
    account::Account,
    profile::Profile,
    tree,
    wire::{CallError, Event, Wire},
};

/// The shell gives the browser its two pipes as descriptors 3 and 4, forbids core dumps (they would hold the page), and offers the
/// browser to the kernel as the first to go where memory runs out.
const START: &str = "ulimit -c 0; { echo 500 > /proc/self/oom_score_adj; } 2>/dev/null; \
                     exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >&2";

/// Names that are looked for where no program is set.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The headless mode that is asked for exists since 112 and is the only one since 132.
const LEAST_VERSION: u32 = 112;

/// Of the browser's last words.
const WORDS: usize = 4096;

const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-startup-window",
    // No network of its own, twice: no name resolves, and everything goes by a proxy whose name does not resolve.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    // Nothing of its own accord.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-pings",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,\
     SpareRendererForSitePerProcess,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,DialMediaRouteProvider",
    // No crash reports. Their helper starts all the same, in a group of its own: `tree` finds it by its folder. (The switch that keeps
    // it away, for Chromium's own tests, makes the network service of 156 crash at every start.)
    "--disable-breakpad",
    "--disable-crash-reporter",
    // Nothing to see or hear.
    "--disable-gpu",
    "--mute-audio",
    "--window-size=1280,2000",
    "--password-store=basic",
    "--use-mock-keychain",
    // A page in a window that nobody looks at runs at full speed.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
];

/// The program that is used, by the settings.
pub(super) fn executable(settings: &BrowserSettings) -> Result<PathBuf, BrowserError> {
    if let Some(set) = &settings.executable {
        let missing = || BrowserError::Missing { looked_for: format!("`{}` is not there", set.display()) };
        return if set.is_file() { Ok(set.clone()) } else { Err(missing()) };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let candidates = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates
        .into_iter()
        .find(|program| program.is_file())
        .ok_or_else(|| BrowserError::Missing { looked_for: format!("none of {} is on the PATH", NAMES.join(", ")) })
}

/// The last words of a process.
type Words = Arc<Mutex<VecDeque<u8>>>;

/// A running browser.
pub(super) struct Process {
    child: Child,
    group: Option<Pid>,
    words: Words,
    executable: PathBuf,
    profile: PathBuf,
    /// `Chrome/156.0.8078.108`
    pub(super) version: String,
    /// As its scripts would name it.
    pub(super) user_agent: String,
}

impl Process {
    /// Starts it, and waits until it answers.
    pub(super) async fn start(
        settings: &BrowserSettings,
        program: &Path,
        profile: &Profile,
        account: Option<Account>,
    ) -> Result<(Self, Wire, mpsc::Receiver<Event>), BrowserError> {
        let failed = |reason: String| BrowserError::Launch { executable: program.to_owned(), reason };
        let mut child = command(settings, program, profile.path(), account)
            .spawn()
            .map_err(|e| failed(format!("the shell `/bin/sh`: {e}")))?;
        let words = Words::default();
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(listen(stderr, Arc::clone(&words)));
        }
        let pipes = child.stdin.take().zip(child.stdout.take());
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let (version, user_agent) = (String::new(), String::new());
        let (executable, profile) = (program.to_owned(), profile.path().to_owned());
        let mut process = Self { child, group, words, executable: executable.clone(), profile, version, user_agent };
        let Some((to, from)) = pipes else { return Err(failed("it has no pipes".to_owned())) };
        let (wire, events) = Wire::new(to, from);
        let outcome = match timeout(settings.launch(), wire.call(None, GetVersionParams::default())).await {
            Ok(Ok(answer)) => {
                (process.version, process.user_agent) = (answer.product, answer.user_agent);
                check_version(&process.version)
            }
            Ok(Err(CallError::Gone)) => {
                let ended = timeout(Duration::from_secs(1), process.child.wait()).await;
                let status = ended.ok().and_then(Result::ok).map(|status| status.to_string()).unwrap_or_default();
                Err(failed(format!("{status}: {}", process.last_words())))
            }
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(BrowserError::NoAnswer { executable: executable.clone(), limit: settings.launch() }),
        };
        match outcome {
            Ok(()) => Ok((process, wire, events)),
            Err(error) => {
                process.end().await;
                Err(error)
            }
        }
    }

    /// What it said last, on one line.
    pub(super) fn last_words(&self) -> String {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(words.make_contiguous()).into_owned();
        // The session bus of a desktop is never there, and never why.
        let telling = text.lines().filter(|line| !line.contains("dbus") && !line.trim().is_empty());
        let last: Vec<&str> = telling.collect::<Vec<_>>().into_iter().rev().take(3).rev().collect();
        if last.is_empty() { "it said nothing".to_owned() } else { last.join(" / ") }
    }

    /// Memory of the whole tree in MiB. Read on a thread of its own: the kernel may let a reader of a busy machine's `/proc` wait.
    pub(super) async fn memory_mib(&self) -> u64 {
        let Some(group) = self.group else { return 0 };
        tokio::task::spawn_blocking(move || tree::memory_mib(group)).await.unwrap_or_default()
    }

    /// Ends it and all that it started, and waits until they are gone.
    pub(super) async fn end(mut self) {
        let Some(group) = self.group.take() else { return };
        tree::kill(group, &self.profile);
        let reaped = timeout(Duration::from_secs(5), self.child.wait()).await.is_ok();
        if !tree::gone(group, &self.profile).await || !reaped {
            tracing::error!(executable = %self.executable.display(), group = group.as_raw_nonzero().get(), "a browser could not be ended");
        }
    }
}

impl Drop for Process {
    /// Where a render is given up in the middle.
    fn drop(&mut self) {
        if let Some(group) = self.group.take() {
            tree::kill(group, &self.profile);
        }
    }
}

fn command(settings: &BrowserSettings, executable: &Path, profile: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(START).arg(executable).args(ARGUMENTS);
    command.arg(format!("--user-data-dir={}", profile.display()));
    if !settings.sandbox {
        command.arg("--no-sandbox");
    }
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()))
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env("HOME", profile)
        .env("TMPDIR", profile)
        .env("XDG_RUNTIME_DIR", profile)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn check_version(version: &str) -> Result<(), BrowserError> {
    let major = version.split_once('/').and_then(|(_, number)| number.split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= LEAST_VERSION => Ok(()),
        _ => Err(BrowserError::TooOld { version: version.to_owned(), least: LEAST_VERSION }),
    }
}

async fn listen(mut from: impl AsyncRead + Unpin, words: Words) {
    let mut piece = [0_u8; 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(piece.iter().take(length));
        let over = words.len().saturating_sub(WORDS);
        words.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_cannot_do_it_are_told() {
        assert!(check_version("Chrome/156.0.8078.108").is_ok());
        assert!(check_version("HeadlessChrome/112.0.1.2").is_ok());
        for old in ["Chrome/111.0.1.2", "Firefox", ""] {
            assert_eq!(check_version(old).unwrap_err().code(), "browser_too_old");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_its_setting() {
        let settings = BrowserSettings { executable: Some("/nowhere/chromium".into()), ..BrowserSettings::default() };
        let error = executable(&settings).unwrap_err();
        assert_eq!(error.code(), "browser_missing");
        assert!(error.to_string().contains("/nowhere/chromium"), "{error}");
        assert!(error.to_string().contains("fetch.browser.executable") && error.to_string().contains("`chromium`"));
    }
}
