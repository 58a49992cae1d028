//! A fake internet: one server on loopback that plays many hosts, each by a script of hours ([`script`]), and writes down what it was
//! asked ([`record`]), so that rules can be checked afterwards ([`rules`]).
//!
//! Time is an argument: real, or virtual so that a week takes a minute ([`clock`]).

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use marquee_fetch::{EgressPolicy, Resolve};
use marquee_model::Clock as _;
use tokio::net::TcpListener;

pub mod clock;
pub mod house;
pub mod pages;
pub mod postgres;
pub mod record;
pub mod rules;
pub mod schedules;
pub mod script;
mod serve;
pub mod world;

pub use clock::{Time, VirtualClock};
pub use record::{Record, Visit};
pub use script::{HostScript, Robots, RobotsRules, Spell, VenueScript, Weather};
pub use serve::{Act, Request};

/// The server and its hosts.
pub struct Internet {
    /// The time that it lives in.
    pub time: Time,
    /// When it began.
    pub start: DateTime<Utc>,
    /// What it was asked.
    pub record: Record,
    hosts: Mutex<BTreeMap<String, Arc<HostScript>>>,
    port: u16,
}

impl Internet {
    /// Starts the server. Hosts whose name is an address are served at it (all of 127.0.0.0/8 is this machine), the others at
    /// 127.0.0.1, all at one port. It ends with the runtime.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn start(time: Time, hosts: Vec<HostScript>) -> io::Result<Arc<Self>> {
        let mut addresses: Vec<Ipv4Addr> =
            hosts.iter().filter_map(|host| host.name.parse().ok()).filter(Ipv4Addr::is_loopback).collect();
        if hosts.iter().any(|host| host.name.parse::<Ipv4Addr>().is_err()) {
            addresses.push(Ipv4Addr::LOCALHOST);
        }
        let listeners = bind(&addresses).await?;
        let port = listeners.first().map_or(Ok(0), |listener| listener.local_addr().map(|address| address.port()))?;
        let internet = Arc::new(Self {
            start: time.now(),
            time,
            record: Record::default(),
            hosts: Mutex::new(hosts.into_iter().map(|host| (host.name.clone(), Arc::new(host))).collect()),
            port,
        });
        for listener in listeners {
            tokio::spawn(serve::listen(listener, Arc::clone(&internet)));
        }
        Ok(internet)
    }

    /// A host's script.
    #[must_use]
    pub fn host(&self, name: &str) -> Option<Arc<HostScript>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All scripts, by their hosts' names.
    #[must_use]
    pub fn hosts(&self) -> Vec<Arc<HostScript>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Puts a host in, in the place of one of the same name.
    pub fn put(&self, host: HostScript) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), Arc::new(host));
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// The port of every host.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Egress rules that allow these hosts, and beside them what they always allow.
    ///
    /// # Errors
    /// A host's name is none.
    pub fn egress(&self) -> io::Result<EgressPolicy> {
        let allow =
            self.hosts().iter().map(|host| host.name.parse().map_err(io::Error::other)).collect::<Result<_, _>>()?;
        Ok(EgressPolicy { allow, ..EgressPolicy::default() })
    }
}

/// One listener for each address, all at the same port.
async fn bind(addresses: &[Ipv4Addr]) -> io::Result<Vec<TcpListener>> {
    /// The port that is free at one address may be taken at another.
    const TRIES: usize = 20;
    let mut last = io::Error::other("there is no host to serve");
    'tries: for _ in 0..TRIES {
        let mut listeners: Vec<TcpListener> = Vec::new();
        for address in addresses {
            let port = listeners.first().map_or(Ok(0), |first| first.local_addr().map(|address| address.port()))?;
            match TcpListener::bind((*address, port)).await {
                Ok(listener) => listeners.push(listener),
                Err(error) => {
                    last = error;
                    continue 'tries;
                }
            }
        }
        return Ok(listeners);
    }
    Err(last)
}

/// Names of the fake internet to its address, as its weather is.
pub struct Names(pub Arc<Internet>);

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let found = self.0.host(name).is_some_and(|host| host.weather_at(self.0.time.now()) != Some(Weather::Nowhere));
        Box::pin(async move {
            if found { Ok(vec![Ipv4Addr::LOCALHOST.into()]) } else { Err(io::Error::other("no such host is known")) }
        })
    }
}
