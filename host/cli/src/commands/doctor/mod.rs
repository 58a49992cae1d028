//! `marquee doctor`: looks at everything that a host needs, and says how to mend what is wrong. Asks no site and changes no data; where no
//! database is named, the private server is started, and made if need be.

mod database;
mod machine;
mod reading;

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use crate::{FAILED, arguments, settings::Settings};

/// What was looked at, how it is, and what to do.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    subject: &'static str,
    state: State,
    /// What was found.
    found: String,
    /// What to do, where something is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Advice,
    /// Something will not work.
    Wrong,
}

impl Finding {
    fn good(subject: &'static str, found: impl Into<String>) -> Self {
        Self { subject, state: State::Good, found: found.into(), mend: None }
    }

    fn advice(subject: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { subject, state: State::Advice, found: found.into(), mend: Some(mend.into()) }
    }

    fn wrong(subject: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { subject, state: State::Wrong, found: found.into(), mend: Some(mend.into()) }
    }
}

pub(crate) async fn run(settings: &Settings, options: arguments::Doctor) -> Result<ExitCode> {
    let mut findings = vec![Finding::good("settings", "read; every key is known")];
    findings.push(machine::contact(settings));
    let (plugins, sources) = reading::look(settings).await;
    findings.extend(plugins);
    findings.push(machine::zones(&sources));
    findings.push(machine::chromium(settings, &sources).await);
    findings.extend(machine::parts(settings));
    findings.extend(machine::folders(settings));
    findings.extend(database::look(settings).await);

    if options.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        show(&findings);
    }
    let is_wrong = findings.iter().any(|finding| finding.state == State::Wrong);
    Ok(if is_wrong { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

fn show(findings: &[Finding]) {
    let wide = findings.iter().map(|finding| finding.subject.len()).max().unwrap_or_default();
    for finding in findings {
        let mark = match finding.state {
            State::Good => "ok",
            State::Advice => "could be better",
            State::Wrong => "WRONG",
        };
        println!("{mark:<16} {:<wide$}  {}", finding.subject, finding.found);
        if let Some(mend) = &finding.mend {
            println!("{:<16} {:<wide$}  -> {mend}", "", "");
        }
    }
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    match (count(State::Wrong), count(State::Advice)) {
        (0, 0) => println!("All is well."),
        (0, advice) => println!("Nothing is wrong; {advice} could be better."),
        (wrong, advice) => println!("{wrong} wrong, {advice} could be better."),
    }
}
