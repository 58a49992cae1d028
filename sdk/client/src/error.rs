//! What can go wrong, by what the caller does next.

use serde::Deserialize;

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused, or could not; its reason is inside. Where it asked to try again later, that was done before.
    #[error("{} answers {}: {}", .0.instance.as_deref().unwrap_or("the server"), .0.status, .0.detail)]
    Problem(Box<Problem>),
    /// The server was not reached, or the connection broke off.
    #[error("the server could not be reached; check its address and the network")]
    Unreachable(#[source] reqwest::Error),
    /// What came is no answer of Marquee's: another program may stand at the address, or a newer version.
    #[error(
        "`{address}` answered {status} with what this client cannot read ({reason}); check the address and the versions"
    )]
    Unreadable {
        /// The address that was asked.
        address: String,
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
    /// The server's address is none.
    #[error("`{address}` is not the address of a server; write it as https://events.example")]
    Address {
        /// What was given.
        address: String,
    },
    /// A key holds what no header may.
    #[error("the key holds a character that no header may; copy it again")]
    Key,
}

impl Error {
    /// The problem that the server told, where it told one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Problem(problem) = self { Some(problem) } else { None }
    }

    /// Whether there is no such thing (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 404)
    }

    /// Whether the feed does not reach back to the cursor any more: read what you follow anew.
    #[must_use]
    pub fn is_start_over(&self) -> bool {
        self.problem().is_some_and(|problem| problem.kind == "urn:marquee:problem:start-over")
    }
}

/// A problem as the server tells it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// What kind of problem it is, such as `urn:marquee:problem:invalid-parameter`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
    /// The path that was asked.
    pub instance: Option<String>,
    /// Leads to the request in the server's log.
    pub trace_id: Option<String>,
    /// Each parameter that is wrong.
    #[serde(default)]
    pub errors: Vec<ParameterError>,
    /// Seconds after which to try again, where the server said so.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

/// What is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ParameterError {
    /// The parameter, as it was given.
    pub parameter: String,
    /// What is wrong with it.
    pub reason: String,
    /// The nearest valid name or value, where one is near.
    pub nearest: Option<String>,
}
