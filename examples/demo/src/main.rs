//! Serves the demo's venue sites, for `cargo xtask demo` and for looking at them in a browser.
//!
//! One line on standard output says where, once they answer. A line `advance` on standard input lets the changing venue change;
//! the end of the input ends the program.

use std::{
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Parser;
use marquee_demo::DemoSites;
use tokio::{net::TcpListener, sync::oneshot};

/// Serves a dozen invented venue sites on this machine.
#[derive(Parser)]
struct Arguments {
    /// Where to listen. If the port is taken, any free one.
    #[arg(long, default_value = "127.0.0.1:8099")]
    listen: SocketAddr,
    /// Write the venues' source files into this folder.
    #[arg(long)]
    write_sources: Option<PathBuf>,
    /// The day that the pages take for today (YYYY-MM-DD). Default: today in UTC.
    #[arg(long)]
    today: Option<NaiveDate>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let sites = DemoSites::new(arguments.today.unwrap_or_else(today));
    let listener = match TcpListener::bind(arguments.listen).await {
        Err(taken) if taken.kind() == io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(arguments.listen.ip(), 0)).await
        }
        bound => bound,
    }
    .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let origin = format!("http://{}", listener.local_addr()?);
    if let Some(folder) = &arguments.write_sources {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (name, text) in sites.sources(&origin) {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    writeln!(io::stdout(), "the demo's venue sites answer at {origin}")?;
    tokio::select! {
        served = sites.clone().serve(listener) => served.context("the demo's venue sites cannot go on"),
        _ended = listen_to_input(sites) => Ok(()),
    }
}

/// Does what standard input says, on a thread of its own; the answer comes when the input ends.
fn listen_to_input(sites: DemoSites) -> oneshot::Receiver<()> {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        io::stdin().lines().map_while(Result::ok).filter(|line| line.trim() == "advance").for_each(|_| sites.advance());
        ended.send(())
    });
    end
}

#[expect(clippy::disallowed_methods, reason = "this program stands for the world outside, which has a clock")]
fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}
