//! What is posted: an envelope after the Standard Webhooks specification (`type`, `timestamp`, `data`) around entries of the feed.

use chrono::{DateTime, SecondsFormat, Utc};
use marquee_model::{DeliveryId, WebhookId};
use marquee_store::{DeliveryKind, NewDelivery, StoredChange};
use serde_json::{Value, json};

/// Bytes of an entry beside its own: the comma.
const COMMA: usize = 1;

fn envelope(kind: &str, at: DateTime<Utc>, data: &Value) -> String {
    json!({ "type": kind, "timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true), "data": data }).to_string()
}

/// A delivery of as many of these changes as fit. `read_to`: up to where the feed was read for them.
pub(crate) fn changes(
    webhook: WebhookId,
    changes: &[StoredChange],
    mut entries: Vec<Value>,
    read_to: i64,
    most_bytes: usize,
    at: DateTime<Utc>,
) -> NewDelivery {
    let mut bytes = 0;
    let mut fit = 0;
    for entry in &mut entries {
        let mut size = entry.to_string().len() + COMMA;
        if fit == 0 && size > most_bytes {
            // Alone it must go; its event can be asked for.
            if let Some(event) = entry.get_mut("event") {
                *event = Value::Null;
            }
            size = entry.to_string().len() + COMMA;
        } else if bytes + size > most_bytes {
            break;
        }
        bytes += size;
        fit += 1;
    }
    entries.truncate(fit);
    let sent = changes.get(..fit).unwrap_or_default();
    let span = sent.first().zip(sent.last()).map(|(first, last)| (first.number, last.number));
    let position = span.filter(|_| fit < changes.len()).map_or(read_to, |(_, last)| last);
    let data = json!({ "webhook": webhook, "changes": entries });
    NewDelivery {
        id: DeliveryId::new(at),
        kind: DeliveryKind::Changes,
        span,
        changes: u32::try_from(fit).unwrap_or(u32::MAX),
        body: envelope("changes.batch", at, &data),
        position,
    }
}

/// Word that changes are gone which were not delivered.
pub(crate) fn start_over(webhook: WebhookId, oldest: i64, at: DateTime<Utc>) -> NewDelivery {
    let words = "Changes were let go of before they could be delivered. Read all events that you follow anew from /api/v1/events; \
                 the deliveries after this one go on from here.";
    NewDelivery {
        id: DeliveryId::new(at),
        kind: DeliveryKind::StartOver,
        span: None,
        changes: 0,
        body: envelope("changes.start_over", at, &json!({ "webhook": webhook, "message": words })),
        position: oldest.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use marquee_model::EventId;
    use marquee_store::ChangeKind;

    use super::*;

    fn change(number: i64) -> StoredChange {
        StoredChange {
            number,
            event: EventId::new(DateTime::UNIX_EPOCH),
            kind: ChangeKind::Created,
            revision: 1,
            fields: BTreeMap::new(),
            reason: "new".to_owned(),
            into: None,
            at: DateTime::UNIX_EPOCH,
            crawl: None,
        }
    }

    fn made(sizes: &[usize], most: usize) -> (u32, i64, Value) {
        let all: Vec<_> = (7..).take(sizes.len()).map(change).collect();
        let entries = sizes.iter().map(|size| json!({ "event": "x".repeat(*size) })).collect();
        let new = changes(WebhookId::new(DateTime::UNIX_EPOCH), &all, entries, 20, most, DateTime::UNIX_EPOCH);
        (new.changes, new.position, serde_json::from_str(&new.body).unwrap())
    }

    #[test]
    fn what_does_not_fit_waits_for_the_next_delivery() {
        let (sent, position, _) = made(&[100, 100, 100], 250);
        assert_eq!((sent, position), (2, 8));
    }

    #[test]
    fn where_all_fit_the_feed_is_read_as_far_as_it_was_looked_at() {
        let (sent, position, _) = made(&[100, 100], 1000);
        assert_eq!((sent, position), (2, 20));
    }

    #[test]
    fn a_change_that_is_too_large_alone_goes_without_its_event() {
        let (sent, position, body) = made(&[1000, 10], 250);
        assert_eq!((sent, position), (2, 20));
        assert_eq!(body["data"]["changes"][0]["event"], Value::Null);
        assert_eq!(body["data"]["changes"][1]["event"], "xxxxxxxxxx");
    }
}
