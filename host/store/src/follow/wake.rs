//! Word that there is something new: the number of the newest change, kept up to date by the database's own notifications.

use std::time::Duration;

use futures::StreamExt as _;
use sqlx::postgres::PgListener;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use crate::{Result, Store};

/// What publishing notifies.
const CHANNEL: &str = "marquee_changes";

/// How long to wait before listening again after the connection could not be had.
const AGAIN: Duration = Duration::from_secs(1);

/// The number of the newest change, as it grows. Ends its listening with itself.
#[derive(Debug)]
pub struct Wake {
    latest: watch::Receiver<i64>,
    task: JoinHandle<()>,
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Wake {
    /// The newest number that is known here; the database may be ahead by a moment, never behind.
    #[must_use]
    pub fn latest(&self) -> i64 {
        *self.latest.borrow()
    }

    /// A receiver that is woken when the number grows.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.latest.clone()
    }
}

impl Store {
    /// Begins to listen, on a connection of its own. `poll`: how often the number is read besides, for notifications that a broken
    /// connection lost.
    ///
    /// It is listening when this returns, so that nothing is connected behind the back of who asked, and nothing is missed after.
    pub async fn wake(&self, poll: Duration) -> Result<Wake> {
        let beside = self.beside(1);
        let listener = beside.bounded("listening for changes", async { Ok(listening(&beside).await?) }).await?;
        let (tell, latest) = watch::channel(self.last_change().await?);
        let store = self.clone();
        let task = tokio::spawn(async move {
            let mut listener = Some(listener);
            loop {
                match listener.take() {
                    Some(listener) => hear(&store, listener, &tell, poll).await,
                    None => tokio::time::sleep(AGAIN).await,
                }
                listener = listening(&beside).await.ok();
                look(&store, &tell).await;
            }
        });
        Ok(Wake { latest, task })
    }
}

async fn listening(store: &Store) -> std::result::Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(&store.pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Hears until the connection cannot be had any more.
async fn hear(store: &Store, listener: PgListener, tell: &watch::Sender<i64>, poll: Duration) {
    let mut news = listener.into_stream();
    let mut polls = tokio::time::interval(poll.max(Duration::from_millis(10)));
    polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once; the number was read a moment ago.
    polls.reset();
    loop {
        tokio::select! {
            notification = news.next() => match notification {
                Some(Ok(notification)) => match notification.payload().parse() {
                    Ok(number) => grow(tell, number),
                    Err(_) => look(store, tell).await,
                },
                Some(Err(error)) => {
                    tracing::warn!(%error, "news of changes cannot be listened for; trying again");
                    return;
                }
                None => return,
            },
            _ = polls.tick() => look(store, tell).await,
        }
    }
}

/// Reads the number. Where the database does not answer, the next notification or poll brings it.
async fn look(store: &Store, tell: &watch::Sender<i64>) {
    match store.last_change().await {
        Ok(number) => grow(tell, number),
        Err(error) => tracing::debug!(%error, "the number of the newest change could not be read"),
    }
}

fn grow(tell: &watch::Sender<i64>, number: i64) {
    tell.send_if_modified(|latest| {
        let grows = number > *latest;
        if grows {
            *latest = number;
        }
        grows
    });
}
