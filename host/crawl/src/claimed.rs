//! A crawl under a claim: signs of life are given while it runs, and a crawl that loses its claim ends.
//!
//! Stands between whoever wants a crawl (the worker, `marquee crawl`) and the pipeline. The signs are given by a task of their own: a
//! crawl that is busy reading must not look dead.

use std::time::Duration;

use marquee_model::Source;
use marquee_store::{Claim, Store, StoreError};
use tokio::{sync::oneshot, time::Instant};

use crate::{Crawled, Pipeline, Progress};

/// How a crawl under a claim ended.
#[derive(Debug)]
pub enum Claimed {
    /// It was recorded.
    Crawled(Box<Crawled>),
    /// It lost its claim: nothing was recorded. Somebody else crawls the source, or will.
    Lost,
    /// It was given up because `give_up` said so: nothing was recorded.
    GivenUp,
}

/// Crawls a source under a claim, until `give_up` resolves at the latest, and releases the claim however it ended.
pub async fn crawl_claimed(
    pipeline: &Pipeline,
    store: &Store,
    claim: Claim,
    source: &Source,
    progress: impl Fn(Progress) + Send + Sync,
    give_up: impl Future<Output = ()>,
) -> Result<Claimed, StoreError> {
    let (lose, lost) = oneshot::channel();
    let beating = tokio::spawn(beat(store.clone(), claim.clone(), lose));
    let ended = tokio::select! {
        crawled = pipeline.crawl_under(Some(&claim), source, progress) => match crawled {
            Ok(crawled) => Ok(Claimed::Crawled(Box::new(crawled))),
            Err(StoreError::Fenced { .. }) => Ok(Claimed::Lost),
            Err(error) => Err(error),
        },
        _ = lost => Ok(Claimed::Lost),
        () = give_up => Ok(Claimed::GivenUp),
    };
    beating.abort();
    if let Err(error) = store.release(&claim).await {
        tracing::warn!(source = %source.slug, %error, "a claim could not be released; it ends by itself within its lease");
    }
    Ok(match ended? {
        Claimed::Lost => {
            tracing::warn!(source = %source.slug, token = claim.token, "a crawl lost its claim and was dropped");
            Claimed::Lost
        }
        other => other,
    })
}

/// Gives signs of life until the claim is lost: another has it, or the database has not answered for as long as the lease.
async fn beat(store: Store, claim: Claim, lose: oneshot::Sender<()>) {
    let every = (claim.lease / 3).max(Duration::from_millis(20));
    let mut tick = tokio::time::interval_at(Instant::now() + every, every);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut alive_at = Instant::now();
    loop {
        tick.tick().await;
        let asked_at = Instant::now();
        let left = claim.lease.saturating_sub(asked_at - alive_at);
        match tokio::time::timeout(left.max(every), store.renew(&claim)).await {
            Ok(Ok(true)) => alive_at = asked_at,
            Ok(Ok(false)) => break,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a claim could not be renewed; trying again");
            }
            Err(_) => {}
        }
        if alive_at.elapsed() >= claim.lease {
            break;
        }
    }
    let _nobody_waits = lose.send(());
}
