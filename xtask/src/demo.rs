//! `cargo xtask demo`: a whole Marquee in one terminal.
//!
//! Three programs run: the demo's venue sites, `marquee serve` on a kept private Postgres, and `marquee crawl` twice with the
//! sites changing in between. All of them stop with this one.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    generated, plugins,
    run::{self, cargo, root, step, target_dir},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Read the saved pages of real venues below $MARQUEE_SHARED (default ../shared) instead of the invented ones.
    #[arg(long)]
    real: bool,
    /// Stop after the crawls instead of serving on.
    #[arg(long)]
    once: bool,
    /// Where the API and the web page listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where the demo keeps its database, plugins and sources; by default `.marquee/demo` in the workspace.
    #[arg(long)]
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let start = Instant::now();
    let name = if arguments.real { "demo-real" } else { "demo" };
    let folder = arguments.folder.clone().unwrap_or_else(|| root().join(".marquee").join(name));
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let returning = folder.join("postgres").exists();

    step("build marquee and the demo's venue sites (minutes the first time)", || {
        // All programs of the workspace, since a choice of them resolves other features and would build wasmtime again.
        run::run(cargo().args(["build", "--workspace", "--bins"]))
    })?;
    step("build the plugins", || plugins::build(folder.join("plugins")).map(drop))?;

    let sources = folder.join("sources");
    let mut sites = if arguments.real {
        mirror(&root().join("examples/sources"), &sources)?;
        None
    } else {
        Some(Sites::start(&sources)?)
    };
    let config = write_config(&folder, &sources, &arguments.listen)?;
    let mut host = Host::start(&config)?;
    if returning {
        println!("   The database of the last demo is used again: what it knew is shown as unchanged.");
    }

    match &mut sites {
        Some(sites) => {
            step("first crawl", || crawl(&config, None))?;
            sites.advance()?;
            step("second crawl, after one of the venues changed its page", || crawl(&config, None))?;
        }
        None => {
            let shared = std::env::var_os("MARQUEE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
            let pages = shared.join("pages");
            if !pages.is_dir() {
                bail!(
                    "{} is absent; set MARQUEE_SHARED to the folder that holds `pages`, or run without --real",
                    pages.display()
                );
            }
            step("crawl of the saved pages", || crawl(&config, Some(&pages)))?;
        }
    }

    println!("\nReady after {:.0} s. Open:", start.elapsed().as_secs_f32());
    println!("  coming events   {}/", host.url);
    println!("  API             {}/api/v1/events", host.url);
    println!("  API document    {}/docs", host.url);
    println!(
        "  plugins         {}/api/v1/plugins   (drop a .wasm into {})",
        host.url,
        folder.join("plugins").display()
    );
    println!("  what went wrong {}/api/v1/crawls", host.url);
    println!("  command line    {} --config {} --help", generated::marquee().display(), config.display());
    if arguments.once {
        return host.stop();
    }
    println!("\nCtrl-C stops everything; the data stays in {}.", folder.display());
    // Ctrl-C reaches every program of this terminal. This one waits until the others have ended.
    let _kept = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false)));
    host.wait()
}

/// Copies the source files of one folder into another.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn write_config(folder: &Path, sources: &Path, listen: &str) -> Result<PathBuf> {
    let path = folder.join("marquee.toml");
    let quoted = |path: &Path| format!("{:?}", path.display().to_string());
    let text = format!(
        "# Written by `cargo xtask demo`.\n\
         [database.server]\nfolder = {}\n\n[plugins]\nfolder = {}\ncache = {}\n\n[sources]\nfolder = {}\n\n\
         [serve]\nlisten = {listen:?}\n\n[worker]\nenabled = false\n\n\
         # The demo's venue sites listen on this machine, which the egress rules refuse unless the operator allows it by name.\n\
         [egress]\nallow = [\"127.0.0.1\"]\n\n[fetch.user_agent]\ncontact = \"nobody@localhost\"\n\n\
         # One server stands for all venues: without this they would wait for each other, and those that fail would be everybody's trouble.\n\
         [fetch.politeness]\ndelay_ms = 0\nlearnt_cap_ms = 0\nbackoff_ms = 0\nbreaker_failures = 1000\n",
        quoted(&folder.join("postgres")),
        quoted(&folder.join("plugins")),
        quoted(&folder.join("compiled")),
        quoted(sources),
    );
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// `marquee crawl --all`, whose progress and table go to this terminal.
fn crawl(config: &Path, saved: Option<&Path>) -> Result<()> {
    let mut command = Command::new(generated::marquee());
    command.arg("--config").arg(config).args(["crawl", "--all"]);
    // The egress rules warn of the loopback address that the demo allows; here that is meant.
    command.env("RUST_LOG", "error");
    if let Some(saved) = saved {
        command.arg("--saved").arg(saved);
    }
    let status = command.status().context("`marquee crawl` could not be started")?;
    // Some of the demo's venues are out of order on purpose; `crawl` says so by its exit status.
    const NOTHING_USABLE: i32 = 3;
    if status.success() || status.code() == Some(NOTHING_USABLE) {
        Ok(())
    } else {
        bail!("`marquee crawl` ended with {status}")
    }
}

/// The program that serves the demo's venue sites.
struct Sites {
    child: Child,
    input: ChildStdin,
}

impl Sites {
    fn start(sources: &Path) -> Result<Self> {
        let program = target_dir().join("debug").join(format!("marquee-demo{}", std::env::consts::EXE_SUFFIX));
        let mut child = Command::new(program)
            .arg("--write-sources")
            .arg(sources)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the demo's venue sites could not be started")?;
        let input = child.stdin.take().context("the demo's venue sites have no input")?;
        first_line(&mut child, "the demo's venue sites")?;
        Ok(Self { child, input })
    }

    /// Lets the changing venue change.
    fn advance(&mut self) -> Result<()> {
        writeln!(self.input, "advance").context("the demo's venue sites have ended")
    }
}

impl Drop for Sites {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// `marquee serve`.
struct Host {
    child: Child,
    url: String,
}

impl Host {
    fn start(config: &Path) -> Result<Self> {
        let mut child = Command::new(generated::marquee())
            .arg("--config")
            .arg(config)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()
            .context("`marquee serve` could not be started")?;
        let line = first_line(&mut child, "`marquee serve`")?;
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        println!("   {line}");
        Ok(Self { child, url })
    }

    /// Waits until it ends, as it does by Ctrl-C, which reaches every program of this terminal.
    fn wait(&mut self) -> Result<()> {
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("`marquee serve` ended with {status}") }
    }

    /// Asks it to end, and waits for that.
    fn stop(&mut self) -> Result<()> {
        run::run(Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]))?;
        self.wait()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ended = self.stop();
        }
    }
}

/// The first line that a program prints once it is ready. What it prints later is passed on by a thread of its own.
fn first_line(child: &mut Child, name: &str) -> Result<String> {
    let output = child.stdout.take().with_context(|| format!("{name} has no output"))?;
    let mut lines = BufReader::new(output).lines();
    match lines.next() {
        Some(line) => {
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| println!("{line}")));
            Ok(line?)
        }
        None => bail!("{name} ended before it was ready ({}); its messages stand above", child.wait()?),
    }
}
