//! `marquee keys`: who may speak to the API, and what they may do.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use marquee_model::{KeyId, Scope, Scopes};
use marquee_store::{KeyState, MAX_LIMIT, NewKey, StoredKey};
use serde_json::{Value, json};

use super::author::author;
use crate::{
    house::{self, Database},
    settings::Settings,
    terminal::{or_dash, table},
};

/// What is to be done with keys.
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Makes a key and shows it, once.
    Create(Create),
    /// Shows the keys, the newest first.
    List {
        /// Print JSON, one key a line.
        #[arg(long)]
        json: bool,
    },
    /// Revokes a key, for good.
    Revoke(Revoke),
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee keys create newsletter --scope read --scope webhooks\n  \
    marquee keys create deploy --scope crawl --scope sources --expires 90d\n  \
    marquee keys create me --scope admin --json | jq -r .token\n\n\
    Scopes: read (where `serve.reading = \"keys\"`), crawl, sources, corrections, webhooks, keys, audit, and admin, which is all of them. \
    The key is sent as `Authorization: Bearer mq_...`. It is kept nowhere: whoever loses it makes a new one.")]
pub(crate) struct Create {
    /// What it is for, in a few words.
    name: String,
    /// What it may do; may be given several times.
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<Scope>,
    /// From when on it is no longer good: after so long, as `12h` or `90d`, or from a day on. By default it is good until it is revoked.
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee keys revoke key_0198c0de... --reason \"the newsletter ended\"")]
pub(crate) struct Revoke {
    /// The key's id, as `marquee keys list` shows it.
    key: String,
    /// Why: kept in the audit log.
    #[arg(long)]
    reason: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, command: Keys) -> Result<ExitCode> {
    match command {
        Keys::Create(options) => create(settings, options).await,
        Keys::List { json } => list(settings, json).await,
        Keys::Revoke(options) => revoke(settings, &options).await,
    }
}

async fn create(settings: &Settings, options: Create) -> Result<ExitCode> {
    let now = house::clock().now();
    let name = options.name.trim().to_owned();
    if name.is_empty() || name.chars().any(char::is_control) || name.chars().count() > 80 {
        bail!("give the key a name of 1 to 80 letters that says what it is for");
    }
    let expires_at = options.expires.as_deref().map(|when| until(when, now)).transpose()?;
    let scopes: Scopes = options.scopes.into_iter().collect();
    let token = marquee_serve::fresh_key(now).context("the system gave no randomness for a key; try again")?;
    let database = Database::open(settings).await?;
    let made = database.store.create_key(&NewKey { token: token.clone(), name, scopes, expires_at }, &author()).await;
    database.close().await?;
    let key = made?;
    if options.json {
        println!("{}", json!({ "token": token.expose(), "key": shown(&key, now) }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", token.expose());
    let end = key.expires_at.map_or_else(
        || "It is good until `marquee keys revoke` ends that.".to_owned(),
        |end| format!("It is good until {}.", end.format("%Y-%m-%d %H:%MZ")),
    );
    eprintln!("\nThis is the key `{}` ({}), with the scopes: {}. {end}", key.name, key.id, key.scopes);
    eprintln!("Keep it: it is shown once. Send it as `Authorization: Bearer ...`.");
    Ok(ExitCode::SUCCESS)
}

async fn list(settings: &Settings, json: bool) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let mut keys: Vec<StoredKey> = Vec::new();
    let mut after = None;
    loop {
        let batch = database.store.keys(after, MAX_LIMIT).await?;
        keys.extend(batch.items);
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    database.close().await?;
    let now = house::clock().now();
    if json {
        keys.iter().for_each(|key| println!("{}", shown(key, now)));
        return Ok(ExitCode::SUCCESS);
    }
    if keys.is_empty() {
        println!("There are no keys. `marquee keys create NAME --scope SCOPE` makes one.");
        return Ok(ExitCode::SUCCESS);
    }
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%MZ").to_string();
    let mut rows = table(["Key", "Name", "Scopes", "State", "Made", "By", "Last use", "Expires"]);
    for key in &keys {
        rows.add_row([
            key.id.to_string(),
            key.name.clone(),
            key.scopes.to_string(),
            word(key.state(now)).to_owned(),
            day(key.created_at),
            key.created_by.clone(),
            or_dash(key.last_used_at.map(day)),
            or_dash(key.expires_at.map(day)),
        ]);
    }
    println!("{rows}");
    Ok(ExitCode::SUCCESS)
}

async fn revoke(settings: &Settings, options: &Revoke) -> Result<ExitCode> {
    let id: KeyId = options.key.parse().context("give a key's id, as `marquee keys list` shows it")?;
    let database = Database::open(settings).await?;
    let revoked = database.store.revoke_key(id, options.reason.as_deref(), &author()).await;
    database.close().await?;
    let Some(key) = revoked? else { bail!("there is no key {id}; `marquee keys list` shows those that there are") };
    if options.json {
        println!("{}", shown(&key, house::clock().now()));
    } else {
        println!("{} ({}) is revoked: whoever sends it is refused from now on.", key.name, key.id);
    }
    Ok(ExitCode::SUCCESS)
}

const fn word(state: KeyState) -> &'static str {
    match state {
        KeyState::Good => "good",
        KeyState::Expired => "expired",
        KeyState::Revoked => "revoked",
    }
}

fn shown(key: &StoredKey, now: DateTime<Utc>) -> Value {
    json!({
        "id": key.id, "name": key.name, "scopes": key.scopes, "state": word(key.state(now)), "created_at": key.created_at,
        "created_by": key.created_by, "expires_at": key.expires_at, "last_used_at": key.last_used_at,
        "revoked_at": key.revoked.as_ref().map(|(at, _)| at), "revoked_by": key.revoked.as_ref().map(|(_, by)| by),
    })
}

/// The end that is meant: so long from now, or the beginning of a day in UTC.
fn until(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let text = text.trim();
    let number = |suffix| text.strip_suffix(suffix).and_then(|number| number.parse::<u32>().ok());
    let end = if let Ok(day) = text.parse::<NaiveDate>() {
        Some(day.and_time(NaiveTime::MIN).and_utc())
    } else if let Some(days) = number('d') {
        now.checked_add_days(Days::new(days.into()))
    } else {
        number('h').and_then(|hours| now.checked_add_signed(TimeDelta::hours(hours.into())))
    };
    match end {
        Some(end) if end > now => Ok(end),
        Some(_) => bail!("`{text}` is over already; a key expires in time to come"),
        None => bail!("`{text}` is no end: write so long as `12h` or `90d`, or a day as 2026-12-31"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_so_long_from_now_or_a_day_to_come() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(until("12h", now).unwrap() - now, TimeDelta::hours(12));
        assert_eq!(until("90d", now).unwrap() - now, TimeDelta::days(90));
        assert_eq!(until("2030-01-01", now).unwrap().to_rfc3339(), "2030-01-01T00:00:00+00:00");
        for bad in ["", "0d", "-1d", "90", "2020-01-01", "tomorrow", "99999999999d"] {
            assert!(until(bad, now).is_err(), "{bad}");
        }
    }
}
