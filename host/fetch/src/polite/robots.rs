//! Asking for robots.txt before a page is asked for.

use chrono::{DateTime, Utc};
use marquee_model::{PageRequest, Toll, WebUrl};

use super::{
    Answer, HostTurn,
    session::Session,
    visitor::{NoTurn, name_of},
};
use crate::{
    FetchError, FetchLimits, FollowScope,
    body::Meter,
    exchange::{Exchange, RobotsAnswer},
    hop::Hop,
    robots::{self, RobotsCopy, Verdict},
    secrets::Veil,
};

/// Redirects of a robots.txt that are followed (RFC 9309 section 2.3.1.2 asks for five).
const REDIRECTS: u8 = 5;

impl Session {
    /// A turn at a URL's host, if its robots.txt allows the URL. The file is asked for where no good copy is known, with a turn of
    /// its own for each request.
    pub(super) async fn allowed_turn(&self, url: &WebUrl, toll: &mut Toll) -> Result<HostTurn, NoTurn> {
        let parts = self.parts();
        let delay = self.delay_ms();
        if parts.settings.ignores_robots_of(&name_of(url)) {
            return parts.turn(url, delay, toll).await;
        }
        let (authority, agent) = (robots::authority(url), parts.fetcher.agent().name());
        let mut learnt: Option<RobotsCopy> = None;
        loop {
            let mut turn = parts.turn(url, delay, toll).await?;
            let now = parts.pace.now();
            let Some(state) = turn.state_mut() else { continue };
            let just_read = learnt.is_some();
            if let Some(copy) = learnt.take() {
                state.robots.insert(authority.clone(), copy);
                // It may ask for a longer delay than the one that was waited.
                if state.earliest(&parts.settings, delay).is_some_and(|earliest| earliest > now) {
                    turn.unused().await;
                    continue;
                }
            }
            let Some(state) = turn.state_mut() else { continue };
            let known = state.robots.get(&authority).cloned().unwrap_or_default();
            if !just_read && !known.is_fresh(agent, now, &parts.settings) {
                learnt = self.read_robots(url, turn, known, toll).await?;
                continue;
            }
            let path = robots::path(url);
            let named = || robots::address(url).map_or_else(|| authority.clone(), |address| address.to_string());
            let refusal = match known.judge(path, now, &parts.settings) {
                Verdict::Allowed => return Ok(turn),
                Verdict::Disallowed { rule } => {
                    (FetchError::Robots { url: url.to_string(), robots: named(), rule }, None)
                }
                Verdict::Unreachable { reason, until } => {
                    (FetchError::RobotsUnreachable { url: url.to_string(), robots: named(), reason }, Some(until))
                }
            };
            turn.unused().await;
            return Err(refusal);
        }
    }

    /// Asks for a robots.txt, redirect by redirect, beginning with a turn that is held. `None`: the copy is in the host's state already.
    ///
    /// Fails only where the page itself could not be had either: no connection, or an address that may not be asked.
    async fn read_robots(
        &self,
        url: &WebUrl,
        turn: HostTurn,
        known: RobotsCopy,
        toll: &mut Toll,
    ) -> Result<Option<RobotsCopy>, NoTurn> {
        let parts = self.parts();
        let agent = parts.fetcher.agent().name();
        let Some(address) = robots::address(url) else { return Ok(Some(absent(agent, parts.pace.now()))) };
        let request = PageRequest::listing(address);
        let limits = FetchLimits { redirects: REDIRECTS, ..parts.fetcher.limits().clone() };
        let scope = FollowScope::any();
        let mut left = parts.total();
        let mut turn = Some(turn);
        let mut hop = match Hop::first(&request, &scope, &limits) {
            Ok(hop) => hop,
            Err(error) => {
                give_up(turn).await;
                return Err((error, None));
            }
        };
        loop {
            let client = match parts.fetcher.admit(&hop.url, &request, &scope) {
                Ok(client) => client,
                Err(error) => {
                    give_up(turn).await;
                    return Ok(Some(known.failed(agent, error.to_string(), parts.pace.now())));
                }
            };
            let own = turn.is_some();
            let mut held = match turn.take() {
                Some(held) => held,
                None => match parts.turn(&hop.url, None, toll).await {
                    Ok(held) => held,
                    Err((error, _)) => return Ok(Some(known.failed(agent, error.to_string(), parts.pace.now()))),
                },
            };
            toll.requests = toll.requests.saturating_add(1);
            let (started, meter) = (parts.pace.now(), Meter::default());
            let (fetcher, veil) = (&*parts.fetcher, &Veil::none());
            let exchange = Exchange { fetcher, client, hop: &hop, request: &request, veil, meter: &meter };
            let outcome = exchange.send_for_robots(parts.settings.robots_bytes, &mut left).await;
            toll.received_bytes = toll.received_bytes.saturating_add(meter.bytes());
            let (now, took) = (parts.pace.now(), parts.since(started));
            let good = Answer::Status { status: 200, retry_after: None, took };
            let (answer, copy) = match outcome {
                Ok(RobotsAnswer::Elsewhere { status, location }) => {
                    held.finish(&Answer::Status { status, retry_after: None, took }).await;
                    match hop.follow(status, &location, &limits) {
                        Ok(next) => hop = next,
                        // Too many, or to where nobody may be sent: as if there were none (RFC 9309 section 2.3.1.2).
                        Err(_) => return Ok(Some(absent(agent, now))),
                    }
                    continue;
                }
                Ok(RobotsAnswer::File { status, body }) => {
                    let answer = if status < 300 { good } else { Answer::Status { status, retry_after: None, took } };
                    (answer, RobotsCopy::of(agent, status, &body, now))
                }
                Err(error) => {
                    let answer = Answer::of(&error, took);
                    if own && is_of_the_host(&error) && known.read.is_none() {
                        let next = held.finish(&answer).await;
                        return Err((error.clone(), next.filter(|_| error.may_heal())));
                    }
                    (answer, known.failed(agent, error.to_string(), now))
                }
            };
            if !own {
                held.finish(&answer).await;
                return Ok(Some(copy));
            }
            // With the copy in place first, so that its delay already holds after this request.
            if let Some(state) = held.state_mut() {
                state.robots.insert(robots::authority(url), copy);
            }
            held.finish(&answer).await;
            return Ok(None);
        }
    }
}

async fn give_up(turn: Option<HostTurn>) {
    if let Some(turn) = turn {
        turn.unused().await;
    }
}

/// The copy of a file that is not there.
fn absent(agent: &str, now: DateTime<Utc>) -> RobotsCopy {
    RobotsCopy::of(agent, 404, b"", now)
}

/// Whether an error says that the host cannot be asked for anything at all.
const fn is_of_the_host(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Denied { .. }
            | FetchError::Dns { .. }
            | FetchError::Connect { .. }
            | FetchError::Tls { .. }
            | FetchError::NoCertificates { .. }
            | FetchError::Timeout { stage: crate::Stage::Connect, .. }
    )
}
