//! Names to addresses, with every address checked before a connection is made.
//!
//! reqwest asks `Guard` and connects to what it answers, and to nothing else: there is no second lookup between check
//! and connection that a rebinding name server could answer differently.

use std::{io, net::IpAddr, net::SocketAddr, sync::Arc};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolving};

use crate::{Denial, EgressPolicy};

/// Looks names up. Tests answer what they like; the host uses [`SystemResolver`].
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of a name.
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver (`getaddrinfo`).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Addresses of one name that are tried; a name server may send thousands.
const ADDRESSES: usize = 16;

/// What became of a lookup, as it travels through reqwest's error chain.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum LookupError {
    /// Every address is forbidden; the first of them.
    #[error("{0}")]
    Denied(Denial),
    /// No address, in the resolver's words.
    #[error("{0}")]
    Failed(String),
}

/// The resolver that reqwest is given.
pub(crate) struct Guard {
    resolver: Arc<dyn Resolve>,
    policy: Arc<EgressPolicy>,
    /// Whether the operator named this host, so that private addresses are meant.
    named: bool,
}

impl Guard {
    pub(crate) const fn new(resolver: Arc<dyn Resolve>, policy: Arc<EgressPolicy>, named: bool) -> Self {
        Self { resolver, policy, named }
    }
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, policy, named) = (Arc::clone(&self.resolver), Arc::clone(&self.policy), self.named);
        Box::pin(async move {
            let found = resolver.resolve(name.as_str()).await.map_err(|e| LookupError::Failed(e.to_string()))?;
            let mut denial = None;
            let mut good = Vec::new();
            for address in found {
                match policy.check_address(address, named) {
                    // Port 0: reqwest puts in the URL's own.
                    Ok(()) if good.len() < ADDRESSES => good.push(SocketAddr::new(address, 0)),
                    Ok(()) => break,
                    Err(why) => denial = denial.or(Some(why)),
                }
            }
            match (good.is_empty(), denial) {
                (true, Some(denial)) => Err(LookupError::Denied(denial).into()),
                (true, None) => Err(LookupError::Failed("the name has no address".to_owned()).into()),
                (false, _) => Ok(Box::new(good.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::dns::Resolve as _;

    struct Fixed(Vec<IpAddr>);

    impl Resolve for Fixed {
        fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            Box::pin(async { Ok(self.0.clone()) })
        }
    }

    async fn given_out(addresses: &[&str], named: bool) -> Result<Vec<String>, String> {
        let fixed = Fixed(addresses.iter().map(|address| address.parse().unwrap()).collect());
        let guard = Guard::new(Arc::new(fixed), Arc::new(EgressPolicy::default()), named);
        let found = guard.resolve("venue.example".parse().unwrap()).await;
        found.map(|found| found.map(|address| address.to_string()).collect()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn of_good_and_bad_addresses_only_the_good_are_given_out() {
        let mixed = ["127.0.0.1", "8.8.8.8", "169.254.169.254", "2606:4700::1111", "::ffff:10.0.0.1"];
        assert_eq!(given_out(&mixed, false).await.unwrap(), ["8.8.8.8:0", "[2606:4700::1111]:0"]);
        assert_eq!(given_out(&["10.0.0.1", "::1"], false).await.unwrap_err(), "10.0.0.1 is a private address");
        assert_eq!(given_out(&[], false).await.unwrap_err(), "the name has no address");
    }

    #[tokio::test]
    async fn a_named_host_may_be_private_but_never_the_metadata_service() {
        assert_eq!(given_out(&["127.0.0.1", "169.254.169.254"], true).await.unwrap(), ["127.0.0.1:0"]);
    }

    #[tokio::test]
    async fn a_thousand_addresses_are_not_all_tried() {
        assert_eq!(given_out(&["8.8.8.8"; 1000], false).await.unwrap().len(), ADDRESSES);
    }
}
