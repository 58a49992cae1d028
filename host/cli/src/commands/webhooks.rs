//! `marquee webhooks`: subscriptions to changes, and the log of their deliveries.

use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use marquee_model::{DeliveryId, WebUrl, WebhookId};
use marquee_store::{
    AskedAgain, DEFAULT_LIMIT, FEED_FIELDS, FeedFilter, FollowedVenue, MAX_LIMIT, NewWebhook, Store, Webhook,
    WebhookChange,
};

use super::author::author;
use crate::{
    house::Database,
    settings::Settings,
    terminal::{or_dash, table},
};

/// Whose subscriptions those of the command line are.
const OWNER: &str = "command_line";

/// Subscriptions that the operator may have; see `serve`'s limit of the same kind.
const MOST: u32 = 1000;

/// For so many hours a secret that was replaced signs as well.
const BOTH_HOURS: i64 = 24;

#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    marquee webhooks create https://calendar.example/hooks --site toronto --kind removed,changed\n  \
    marquee webhooks list\n  \
    marquee webhooks test whk_0198c0de...          send a signed test, then look at the log\n  \
    marquee webhooks log whk_0198c0de...           what was sent, what was answered\n  \
    marquee webhooks resume whk_0198c0de...        after the receiver was mended\n\n\
    Deliveries are made by `marquee serve` and `marquee worker`; these commands only write down what is wanted.")]
pub(crate) enum Webhooks {
    /// Shows every subscription: state, how far behind, failures.
    List {
        /// Print JSON, one subscription a line.
        #[arg(long)]
        json: bool,
    },
    /// Subscribes an address to changes from now on, and shows the secret, once.
    Create(Create),
    /// Delivers nothing to it until it is resumed; changes wait for as long as the feed keeps them.
    Pause {
        /// The subscription's id.
        id: WebhookId,
    },
    /// Goes on where it was; what waits is tried at once.
    Resume {
        /// The subscription's id.
        id: WebhookId,
    },
    /// Sends a delivery without changes, tried once.
    Test {
        /// The subscription's id.
        id: WebhookId,
    },
    /// Shows the last deliveries.
    Log {
        /// The subscription's id.
        id: WebhookId,
        /// Print JSON, one delivery a line.
        #[arg(long)]
        json: bool,
    },
    /// Sends a settled delivery once more, with the same id and body.
    Redeliver {
        /// The subscription's id.
        id: WebhookId,
        /// The delivery's id.
        delivery: DeliveryId,
    },
    /// Gives it a new secret and shows it, once; for a day the old one signs as well.
    Rotate {
        /// The subscription's id.
        id: WebhookId,
    },
    /// Deletes it with its log.
    Delete {
        /// The subscription's id.
        id: WebhookId,
    },
}

#[derive(Args)]
pub(crate) struct Create {
    /// Where deliveries go.
    url: WebUrl,
    /// Words for people.
    #[arg(long, default_value = "")]
    description: String,
    /// Only changes of events of this site, by short name; may be given more than once.
    #[arg(long)]
    site: Vec<marquee_model::Slug>,
    /// Only changes of events at this venue, by id or short name; may be given more than once.
    #[arg(long)]
    venue: Vec<FollowedVenue>,
    /// Only changes of these kinds: created, changed, removed, returned.
    #[arg(long, value_delimiter = ',')]
    kind: Vec<String>,
    /// Of changed events only those in which one of these fields differs, such as `start` or `status`.
    #[arg(long, value_delimiter = ',')]
    field: Vec<String>,
}

pub(crate) async fn run(settings: &Settings, command: Webhooks) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    // On the heap: the statements of all commands together are large.
    let done = Box::pin(carry_out(&database.store, command)).await;
    database.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn carry_out(store: &Store, command: Webhooks) -> Result<()> {
    let author = author();
    match command {
        Webhooks::List { json } => list(store, json).await,
        Webhooks::Create(wanted) => create(store, wanted).await,
        Webhooks::Pause { id } => activate(store, id, false).await,
        Webhooks::Resume { id } => activate(store, id, true).await,
        Webhooks::Test { id } => {
            let delivery = store.ask_test(id, &author).await?.ok_or_else(|| unknown(id))?;
            println!("Asked for: {delivery}. `marquee webhooks log {id}` shows what became of it.");
            Ok(())
        }
        Webhooks::Log { id, json } => log(store, id, json).await,
        Webhooks::Redeliver { id, delivery } => match store.ask_again(id, delivery, &author).await? {
            AskedAgain::Asked => {
                println!("Asked for. `marquee webhooks log {id}` shows what became of it.");
                Ok(())
            }
            AskedAgain::Waiting => bail!(
                "{delivery} is being tried until it is taken; `marquee webhooks resume {id}` has it tried at once"
            ),
            AskedAgain::Ended => bail!("{id} has ended: its receiver answered 410"),
            AskedAgain::NotFound => bail!("{id} has no delivery {delivery}; `marquee webhooks log {id}` lists them"),
        },
        Webhooks::Rotate { id } => {
            let until = author.at + TimeDelta::hours(BOTH_HOURS);
            let secret = store.rotate_webhook_secret(id, None, until, &author).await?.ok_or_else(|| unknown(id))?;
            println!(
                "{}\nPut it in place by {}: until then the old one signs as well.",
                secret.text(),
                until.format("%Y-%m-%d %H:%MZ")
            );
            Ok(())
        }
        Webhooks::Delete { id } => {
            if !store.delete_webhook(id, None, &author).await? {
                return Err(unknown(id));
            }
            println!("Deleted.");
            Ok(())
        }
    }
}

fn unknown(id: WebhookId) -> anyhow::Error {
    anyhow!("no subscription {id} is active, paused or disabled; `marquee webhooks list` shows all")
}

async fn create(store: &Store, wanted: Create) -> Result<()> {
    if let Some(field) = wanted.field.iter().find(|field| !FEED_FIELDS.contains(&field.as_str())) {
        bail!("there is no field `{field}`; there are {}", FEED_FIELDS.join(", "));
    }
    let kinds: Result<Vec<_>> = wanted
        .kind
        .iter()
        .map(|kind| {
            serde_json::from_value(kind.as_str().into()).with_context(|| {
                format!("`{kind}` is no kind of change; there are created, changed, removed, returned")
            })
        })
        .collect();
    let filter = FeedFilter {
        sites: wanted.site.into_iter().collect(),
        venues: wanted.venue.into_iter().collect(),
        kinds: kinds?,
        fields: wanted.field.into_iter().collect(),
    };
    let position = store.last_change().await?;
    let new =
        NewWebhook { owner: OWNER.to_owned(), url: wanted.url, description: wanted.description, filter, position };
    let made = store.create_webhook(&new, MOST, &author()).await?;
    let (webhook, secret) =
        made.with_context(|| format!("there are {MOST} subscriptions already; delete one first"))?;
    println!("{}\n{}\nThe secret is shown this once; deliveries are signed with it.", webhook.id, secret.text());
    Ok(())
}

async fn activate(store: &Store, id: WebhookId, active: bool) -> Result<()> {
    let change = WebhookChange { active: Some(active), ..WebhookChange::default() };
    let changed = store.change_webhook(id, None, &change, &author()).await?;
    let webhook = changed.ok_or_else(|| unknown(id))?;
    println!("{id} is {}.", word(&webhook));
    Ok(())
}

fn word(webhook: &Webhook) -> String {
    let word = serde_json::to_value(webhook.state).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

async fn list(store: &Store, json: bool) -> Result<()> {
    let mut shown = table(["Id", "Address", "State", "Behind", "Failures", "Why"]);
    let (mut after, mut count) = (None, 0);
    loop {
        let batch = store.webhooks(None, after, MAX_LIMIT).await?;
        for webhook in batch.items {
            count += 1;
            if json {
                let line = serde_json::json!({
                    "id": webhook.id, "url": webhook.url, "description": webhook.description, "filter": webhook.filter,
                    "state": webhook.state, "state_since": webhook.state_since, "state_reason": webhook.state_reason,
                    "owner": webhook.owner, "behind": webhook.behind, "failures": webhook.failures,
                    "failing_since": webhook.failing_since, "created_at": webhook.created_at,
                });
                println!("{line}");
                continue;
            }
            let state = word(&webhook);
            let (behind, failures) = (webhook.behind.to_string(), webhook.failures.to_string());
            let why = or_dash(webhook.state_reason);
            shown.add_row([webhook.id.to_string(), webhook.url.to_string(), state, behind, failures, why]);
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    match (json, count) {
        (true, _) => {}
        (false, 0) => println!("Nobody has subscribed. `marquee webhooks create URL` subscribes an address."),
        (false, _) => println!("{shown}"),
    }
    Ok(())
}

async fn log(store: &Store, id: WebhookId, json: bool) -> Result<()> {
    store.webhook(id, None).await?.ok_or_else(|| unknown(id))?;
    let deliveries = store.deliveries(id, None, None, DEFAULT_LIMIT).await?.items;
    if deliveries.is_empty() && !json {
        println!("Nothing was delivered yet.");
        return Ok(());
    }
    let mut shown = table(["Delivery", "What", "State", "Attempts", "Last", "Answer"]);
    for delivery in deliveries {
        let last = delivery.last.as_ref();
        if json {
            let attempt = last.map(|last| {
                serde_json::json!({
                    "number": last.number, "started_at": last.started_at, "took_ms": last.took_ms, "status": last.status,
                    "error": last.error, "excerpt": last.excerpt,
                })
            });
            let line = serde_json::json!({
                "id": delivery.id, "kind": delivery.kind, "state": delivery.state, "changes": delivery.changes,
                "attempts": delivery.attempts, "created_at": delivery.created_at, "delivered_at": delivery.delivered_at,
                "last_attempt": attempt,
            });
            println!("{line}");
            continue;
        }
        let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let answer = last.and_then(|last| last.error.clone().or_else(|| last.status.map(|status| status.to_string())));
        shown.add_row([
            delivery.id.to_string(),
            format!("{} ({})", text(serde_json::to_value(delivery.kind)?), delivery.changes),
            text(serde_json::to_value(delivery.state)?),
            delivery.attempts.to_string(),
            or_dash(last.map(|last| last.started_at.format("%Y-%m-%d %H:%M:%SZ"))),
            or_dash(answer),
        ]);
    }
    if !json {
        println!("{shown}");
    }
    Ok(())
}
