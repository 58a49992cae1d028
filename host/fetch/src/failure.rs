//! Turns what reqwest reports into what the caller needs to know.
//!
//! reqwest has one error type with a chain of causes; the cause that decides (our resolver, rustls, hyper, the operating
//! system) is looked for by type, never by its text.

use std::{error::Error, io};

use crate::{FetchError, FetchLimits, Stage, resolve::LookupError};

/// The error of a request that got no answer.
pub(crate) fn of_request(url: &str, error: &reqwest::Error, limits: &FetchLimits) -> FetchError {
    let url = url.to_owned();
    if let Some(lookup) = find::<LookupError>(error) {
        return match lookup.clone() {
            LookupError::Denied(denial) => FetchError::Denied { url, denial },
            LookupError::Failed(reason) => FetchError::Dns { url, reason },
        };
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return FetchError::Tls { url, reason: tls.to_string() };
    }
    if error.is_connect() {
        if error.is_timeout() {
            return FetchError::Timeout { url, stage: Stage::Connect, limit: limits.connect() };
        }
        return FetchError::Connect { url, reason: innermost(error) };
    }
    of_transfer(&url, error, 0)
}

/// The error of an answer that ended too early, after so many bytes of its body.
pub(crate) fn of_transfer(url: &str, error: &reqwest::Error, received: u64) -> FetchError {
    let url = url.to_owned();
    let reason = innermost(error);
    match find::<hyper::Error>(error) {
        Some(hyper) if hyper.is_parse_too_large() => FetchError::HeadersTooLarge { url, reason },
        Some(hyper) if hyper.is_parse() => FetchError::Protocol { url, reason },
        // A broken chunk is reported as an `io::Error`, like a broken connection, but of another kind.
        _ if find::<io::Error>(error).is_some_and(is_malformed) => FetchError::Protocol { url, reason },
        _ => FetchError::Cut { url, received, reason },
    }
}

fn is_malformed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
}

/// The first cause of this type. An `io::Error` hides the error that it wraps from `source`, so it is opened by hand.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// The words of the last cause, which says most.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    loop {
        last = match (last.downcast_ref::<io::Error>().and_then(io::Error::get_ref), last.source()) {
            (Some(inner), _) => inner,
            (None, Some(source)) => source,
            (None, None) => return last.to_string(),
        };
    }
}
