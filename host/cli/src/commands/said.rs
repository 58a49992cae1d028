//! Who decides something at the command line, and why: kept with the decision.

use anyhow::{Result, bail};
use clap::Args;
use marquee_reconcile::{Decider, Decision};

use crate::house;

/// Who, and why.
#[derive(Args)]
pub(crate) struct Said {
    /// Why: kept with the decision, for whoever asks later.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides; by default the user's name on this machine.
    #[arg(long, env = "MARQUEE_PERSON", value_name = "NAME")]
    by: Option<String>,
}

impl Said {
    /// The decision, now.
    pub(crate) fn decision(&self) -> Result<Decision> {
        let user = || std::env::var_os("USER").and_then(|name| name.into_string().ok());
        let Some(by) = self.by.clone().or_else(user).filter(|name| !name.trim().is_empty()) else {
            bail!("say with --by who decides: decisions are kept with a name");
        };
        Ok(Decision { by: Decider::Person(by), at: house::clock().now(), reason: self.reason.clone() })
    }
}
