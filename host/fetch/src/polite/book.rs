//! Whose turn it is at which host.
//!
//! A book gives out turns so that no host is asked more often than its state allows, by whichever process. [`MemoryBook`] serves one
//! process; `marquee-crawl` joins the trait to a table of the database, which serves all that share it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::{HostState, PolitenessSettings, settings::span};

/// An answer to the wish for a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// It is the asker's, until it is given back or its lease ends.
    Granted(HostState),
    /// Nobody may ask before this.
    Wait {
        /// This.
        until: DateTime<Utc>,
        /// What is known of the host, which tells why.
        state: HostState,
    },
    /// Others are asking. Ask again after a little while, or when [`HostBook::changed`] says so.
    Busy,
}

/// The book cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct BookError {
    /// Why not.
    pub reason: String,
}

/// Gives out turns at hosts. A holder is one request, by a name that no other request has.
pub trait HostBook: Send + Sync + 'static {
    /// Asks for a turn at a host: a lower-case name or an address, with its port where that is not the scheme's own.
    fn turn<'a>(&'a self, host: &'a str, holder: &'a str, now: DateTime<Utc>)
    -> BoxFuture<'a, Result<Turn, BookError>>;

    /// Gives a turn back, with what is now known of the host. Does nothing where the lease had ended and another has the turn.
    fn done<'a>(&'a self, host: &'a str, holder: &'a str, state: &'a HostState)
    -> BoxFuture<'a, Result<(), BookError>>;

    /// How often a turn that is held must be renewed, so that it does not end by itself. `None`: never.
    fn renew_every(&self) -> Option<Duration> {
        None
    }

    /// Says that the holder is still there.
    fn renew<'a>(&'a self, _host: &'a str, _holder: &'a str) -> BoxFuture<'a, Result<(), BookError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Returns once some turn is given back after this call. A book that cannot tell never returns: its callers ask again by
    /// themselves.
    fn changed(&self) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// A book in this process's memory. Its turns do not end by themselves: what holds one gives it back when it is dropped, and a process
/// that is killed takes the book along.
#[derive(Debug)]
pub struct MemoryBook {
    settings: PolitenessSettings,
    hosts: Mutex<BTreeMap<String, Entry>>,
    given_back: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Entry {
    state: HostState,
    /// Nothing starts before this, since something else has just started.
    not_before: Option<DateTime<Utc>>,
    /// Who asks.
    holders: BTreeSet<String>,
}

impl MemoryBook {
    /// Hosts that are remembered: beyond them, those are forgotten of which nothing is known that still matters.
    const HOSTS: usize = 10_000;

    /// An empty book.
    #[must_use]
    pub fn new(settings: PolitenessSettings) -> Self {
        Self { settings, hosts: Mutex::default(), given_back: watch::Sender::new(0) }
    }

    /// What is known of every host.
    #[must_use]
    pub fn hosts(&self) -> Vec<(String, HostState)> {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.iter().map(|(host, entry)| (host.clone(), entry.state.clone())).collect()
    }
}

impl HostBook for MemoryBook {
    fn turn<'a>(
        &'a self,
        host: &'a str,
        holder: &'a str,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Turn, BookError>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= Self::HOSTS {
            hosts.retain(|_, entry| !entry.holders.is_empty() || entry.not_before.is_some_and(|until| until > now));
        }
        let entry = hosts.entry(host.to_owned()).or_default();
        let until = entry.not_before.filter(|until| *until > now);
        let turn = if let Some(until) = until {
            Turn::Wait { until, state: entry.state.clone() }
        } else if entry.holders.len() >= usize::try_from(self.settings.per_host).unwrap_or(usize::MAX) {
            Turn::Busy
        } else {
            entry.holders.insert(holder.to_owned());
            if self.settings.per_host > 1 {
                entry.not_before = Some(now + span(entry.state.gap_ms(&self.settings)));
            }
            Turn::Granted(entry.state.clone())
        };
        Box::pin(std::future::ready(Ok(turn)))
    }

    fn done<'a>(
        &'a self,
        host: &'a str,
        holder: &'a str,
        state: &'a HostState,
    ) -> BoxFuture<'a, Result<(), BookError>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = hosts.get_mut(host)
            && entry.holders.remove(holder)
        {
            entry.state = state.clone();
            entry.not_before = entry.not_before.max(state.next_at);
            self.given_back.send_modify(|count| *count = count.wrapping_add(1));
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn changed(&self) -> BoxFuture<'static, ()> {
        let mut given_back = self.given_back.subscribe();
        Box::pin(async move {
            if given_back.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
