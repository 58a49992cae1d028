//! The host's readings as values of `marquee:extractor@0.1`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use marquee_model::{AgeRestriction, Moment, PerformerClaim, PriceClaim, PriceKind, Role, Status};
use marquee_reading::dates;

use super::wit;
use crate::bindings::marquee::extractor::reading;

pub(crate) fn date_to_wit(date: NaiveDate) -> wit::Date {
    wit::Date { year: date.year(), month: byte(date.month()), day: byte(date.day()) }
}

/// Months, days, hours, minutes and seconds all fit.
fn byte(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn local_to_wit(local: NaiveDateTime) -> wit::DateTime {
    wit::DateTime {
        date: date_to_wit(local.date()),
        time: wit::Time { hour: byte(local.hour()), minute: byte(local.minute()), second: byte(local.second()) },
    }
}

fn moment_to_wit(moment: Moment) -> wit::Moment {
    match moment {
        Moment::Date(date) => wit::Moment::Date(date_to_wit(date)),
        Moment::Local(local) => wit::Moment::Local(local_to_wit(local)),
        Moment::Instant(instant) => wit::Moment::Instant(instant.timestamp_millis()),
        Moment::Text(text) => wit::Moment::Text(text),
    }
}

pub(crate) fn when_to_wit(when: dates::When) -> reading::When {
    let mut inferred = reading::Inferred::empty();
    for (is, flag) in [
        (when.inferred.year, reading::Inferred::YEAR),
        (when.inferred.month, reading::Inferred::MONTH),
        (when.inferred.day, reading::Inferred::DAY),
        (when.inferred.meridiem, reading::Inferred::MERIDIEM),
        (when.inferred.night, reading::Inferred::NIGHT),
    ] {
        if is {
            inferred |= flag;
        }
    }
    reading::When {
        start: moment_to_wit(when.start),
        doors: when.doors.map(moment_to_wit),
        end: when.end.map(moment_to_wit),
        more: when.more.into_iter().map(moment_to_wit).collect(),
        weekday: when.weekday,
        inferred,
    }
}

pub(crate) fn price_to_wit(price: PriceClaim) -> wit::Price {
    wit::Price {
        kind: match price.kind {
            PriceKind::Fixed => wit::PriceKind::Fixed,
            PriceKind::Range => wit::PriceKind::Range,
            PriceKind::From => wit::PriceKind::From,
            PriceKind::Free => wit::PriceKind::Free,
            PriceKind::Donation => wit::PriceKind::Donation,
            PriceKind::PayWhatYouCan => wit::PriceKind::PayWhatYouCan,
            PriceKind::Unknown => wit::PriceKind::Unknown,
        },
        min: price.min,
        max: price.max,
        currency: price.currency,
        text: price.text,
    }
}

pub(crate) const fn age_to_wit(age: AgeRestriction) -> wit::AgeRestriction {
    match age {
        AgeRestriction::AllAges => wit::AgeRestriction::AllAges,
        AgeRestriction::Minimum(years) => wit::AgeRestriction::Minimum(years),
    }
}

pub(crate) const fn status_to_wit(status: Status) -> wit::Status {
    match status {
        Status::Scheduled => wit::Status::Scheduled,
        Status::Cancelled => wit::Status::Cancelled,
        Status::Postponed => wit::Status::Postponed,
        Status::Rescheduled => wit::Status::Rescheduled,
        Status::Moved => wit::Status::Moved,
        Status::SoldOut => wit::Status::SoldOut,
    }
}

pub(crate) fn performer_to_wit(performer: PerformerClaim) -> wit::Performer {
    wit::Performer {
        name: performer.name,
        role: match performer.role {
            Role::Headliner => wit::Role::Headliner,
            Role::Support => wit::Role::Support,
            Role::Dj => wit::Role::Dj,
            Role::Host => wit::Role::Host,
            Role::Performer => wit::Role::Performer,
        },
    }
}
