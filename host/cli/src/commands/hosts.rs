//! `marquee hosts`: what is known of the hosts that are asked, and when each may be asked next.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use marquee_fetch::HostState;

use crate::{
    arguments,
    house::{self, Database},
    settings::Settings,
    terminal::{or_dash, table},
};

pub(crate) async fn run(settings: &Settings, options: arguments::Hosts) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let hosts = database.store.hosts().await;
    database.close().await?;
    let (hosts, now) = (hosts?, house::clock().now());
    if hosts.is_empty() && !options.json {
        println!("No host was asked yet. `marquee crawl --all` asks all.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut shown = table(["Host", "Next", "Between requests", "Why"]);
    for stored in &hosts {
        let state: HostState = serde_json::from_value(stored.state.clone()).with_context(|| {
            format!("what is stored of {} cannot be read; it is learnt anew at the next crawl", stored.host)
        })?;
        let gap = state.gap_ms(&settings.fetch.politeness);
        if options.json {
            let line = serde_json::json!({
                "host": stored.host, "not_before": stored.not_before, "between_requests_ms": gap, "turns": stored.turns,
                "why": state.reason(now), "state": stored.state,
            });
            println!("{line}");
            continue;
        }
        let next = stored.not_before.filter(|at| *at > now);
        shown.add_row([
            stored.host.clone(),
            or_dash(next.map(|at| at.format("%Y-%m-%d %H:%M:%SZ"))),
            format!("{:.1} s", f64::from(u32::try_from(gap).unwrap_or(u32::MAX)) / 1000.0),
            state.reason(now),
        ]);
    }
    if !options.json {
        println!("{shown}");
    }
    Ok(ExitCode::SUCCESS)
}
