//! The id of a request, by which it is found in the log; and its place in a trace that began elsewhere.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName};
use marquee_model::Clock;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The longest request id taken over from a client or proxy, in bytes: twice a UUID.
const MAX_REQUEST_ID: usize = 72;

/// Makes ids that sort by time, so that a log can be searched by them.
#[derive(Debug)]
pub(super) struct Ids {
    /// Random, so that no other process makes the same ones.
    process: u64,
    count: AtomicU64,
}

impl Ids {
    pub(super) fn new() -> Self {
        Self { process: rand::random(), count: AtomicU64::new(rand::random()) }
    }

    /// The client's id where it is harmless, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap, clock: &dyn Clock) -> String {
        let harmless = |id: &&str| {
            !id.is_empty()
                && id.len() <= MAX_REQUEST_ID
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
        given.map_or_else(|| self.new_id(clock), str::to_owned)
    }

    /// A UUID of version 7 (RFC 9562 section 5.7). The count stands in for randomness, which costs a call of the system each time.
    fn new_id(&self, clock: &dyn Clock) -> String {
        let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
        // The odd factor spreads the count over all bits and maps no two counts to one.
        let count = self.count.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let random = (u128::from(self.process ^ count.rotate_left(32)) << 64) | u128::from(count);
        let bytes = random.to_be_bytes();
        let mut ten = [0; 10];
        for (to, from) in ten.iter_mut().zip(bytes.iter().skip(6)) {
            *to = *from;
        }
        uuid::Builder::from_unix_timestamp_millis(millis, &ten).into_uuid().to_string()
    }
}

/// A place in a trace, as `traceparent` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceParent {
    pub(super) trace: u128,
    span: u64,
    flags: u8,
}

impl TraceParent {
    /// Reads the header (W3C Trace Context, section 3.2). A value that is not valid is as good as none, and so are two.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let text = values.next()?.to_str().ok().filter(|_| values.next().is_none())?;
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        // Later versions may add parts; this one has four. `ff` is no version.
        let is_version = version.len() == 2 && is_hex(version) && version != "ff";
        let has_end = version != "00" || parts.next().is_none();
        let is_shaped = trace.len() == 32 && span.len() == 16 && flags.len() == 2;
        if !(is_version && has_end && is_shaped && is_hex(trace) && is_hex(span) && is_hex(flags)) {
            return None;
        }
        let parent = Self {
            trace: u128::from_str_radix(trace, 16).ok()?,
            span: u64::from_str_radix(span, 16).ok()?,
            flags: u8::from_str_radix(flags, 16).ok()?,
        };
        (parent.trace != 0 && parent.span != 0).then_some(parent)
    }

    /// The same for the collector's spans.
    pub(super) fn context(self) -> Context {
        let (trace, span) = (TraceId::from(self.trace), SpanId::from(self.span));
        let parent = SpanContext::new(trace, span, TraceFlags::new(self.flags), true, TraceState::NONE);
        Context::new().with_remote_span_context(parent)
    }

    /// The trace's id as it is written.
    pub(super) fn trace_id(self) -> String {
        format!("{:032x}", self.trace)
    }
}

/// Lower-case only: the standard forbids others.
fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::HeaderValue;
    use chrono::DateTime;
    use marquee_model::FixedClock;

    use uuid::Uuid;

    use super::*;

    fn clock() -> FixedClock {
        FixedClock(DateTime::from_timestamp(1_700_000_000, 0).unwrap())
    }

    #[test]
    fn a_request_id_that_could_forge_a_log_line_is_replaced() {
        let ids = Ids::new();
        let with = |value: &'static str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(value))]);
        assert_eq!(ids.of(&with("abc-1"), &clock()), "abc-1");
        assert_eq!(ids.of(&with("a\" level=error"), &clock()).len(), 36);
        assert_eq!(ids.of(&HeaderMap::new(), &clock()).len(), 36);
    }

    #[test]
    fn ids_differ_and_are_uuids_of_version_7() {
        let (ids, others) = (Ids::new(), Ids::new());
        let mut seen = BTreeSet::new();
        for _ in 0..10_000 {
            for ids in [&ids, &others] {
                let id = ids.of(&HeaderMap::new(), &clock());
                assert_eq!(id.parse::<Uuid>().unwrap().get_version_num(), 7);
                assert!(seen.insert(id));
            }
        }
    }

    #[test]
    fn a_place_in_a_trace_is_read_or_ignored() {
        let read = |value: &'static str| {
            TraceParent::of(&HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_static(value))]))
        };
        let good = read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(good.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!((good.span, good.flags), (0xb7ad_6b71_6920_3331, 1));
        assert!(read("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later").is_some());
        for bad in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-+1",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
