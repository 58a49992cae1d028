//! `GET /api/v1/sites/{site_slug}/events`: the events of a site.

use axum::{Json, http::Uri, response::Response};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};
use marquee_model::{AgeRestriction, Slug};
use marquee_store::LegacyEventQuery;
use rust_decimal::Decimal;

use super::{
    LegacyEvent, deprecated,
    errors::{LegacyError, limit_and_offset, read},
};
use crate::{
    App,
    params::{FaultKind, Parameters, Reader},
    problem::shorten,
};

/// Rows where the request does not say.
const DEFAULT_LIMIT: u32 = 50;

/// MusicLive's filters.
#[derive(Debug)]
struct Filter {
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    venue_id: Option<i64>,
    artist_search: Option<String>,
    title_search: Option<String>,
    price_min: Option<Decimal>,
    price_max: Option<Decimal>,
    age: Option<AgeRestriction>,
    limit: u32,
    offset: u32,
}

impl Parameters for Filter {
    fn read(reader: &mut Reader) -> Self {
        let (limit, offset) = limit_and_offset(reader, DEFAULT_LIMIT);
        Self {
            start_date: day(reader, "start_date").map(|(day, _)| day),
            // "Before" half past nine in the evening still holds what begins that day.
            end_date: day(reader, "end_date")
                .and_then(|(day, whole)| if whole { Some(day) } else { day.checked_add_days(Days::new(1)) }),
            venue_id: reader.whole("venue_id", i64::MIN, i64::MAX),
            artist_search: reader.text("artist_search"),
            title_search: reader.text("title_search"),
            price_min: amount(reader, "price_min"),
            price_max: amount(reader, "price_max"),
            age: age(reader),
            limit,
            offset,
        }
    }
}

/// A day, or the day of a date with a time; and whether it is a whole day (no time, or midnight).
fn day(reader: &mut Reader, name: &'static str) -> Option<(NaiveDate, bool)> {
    let text = reader.text(name)?;
    let local = |at: NaiveDateTime| (at.date(), at.time() == NaiveTime::MIN);
    let read = text
        .parse::<NaiveDate>()
        .map(|day| (day, true))
        .or_else(|_| text.parse::<NaiveDateTime>().map(local))
        // A `+` that was not encoded arrives as a blank.
        .or_else(|_| DateTime::parse_from_rfc3339(&text.replace(' ', "+")).map(|at| local(at.naive_local())));
    // Four-digit years only: others cannot be meant, and databases differ in what they take.
    let read = read.ok().filter(|_| text.as_bytes().get(4) == Some(&b'-'));
    if read.is_none() {
        let msg = format!("Input should be a valid date or datetime, such as 2026-12-31, not `{}`", shorten(&text));
        reader.note(FaultKind::Unreadable("date_from_datetime_parsing"), name, &msg, None);
    }
    read
}

/// An amount of money, 0 or more.
fn amount(reader: &mut Reader, name: &'static str) -> Option<Decimal> {
    let text = reader.text(name)?;
    let number = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok();
    let (kind, msg) = match number {
        Some(amount) if amount >= Decimal::ZERO => return Some(amount),
        Some(_) => ("greater_than_equal", "Input should be greater than or equal to 0"),
        None => ("float_parsing", "Input should be a valid number, unable to parse string as a number"),
    };
    reader.note(FaultKind::Unreadable(kind), name, msg, None);
    None
}

/// `All Ages`, or a least age such as `21+` or `21`.
fn age(reader: &mut Reader) -> Option<AgeRestriction> {
    let text = reader.text("age_restriction")?;
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    // A `+` that was not encoded arrives as a blank, which is trimmed: `21` is `21+`.
    let years = text.trim_end_matches('+').parse::<u8>().ok().filter(|years| (1..=99).contains(years));
    let read = if letters == "allages" { Some(AgeRestriction::AllAges) } else { years.map(AgeRestriction::Minimum) };
    if read.is_none() {
        let msg = "Input should be `All Ages` or a least age such as `21+`";
        reader.note(FaultKind::Unreadable("value_error"), "age_restriction", msg, None);
    }
    read
}

/// Answers for `api::list_site_events`, whose path this is as well.
pub(crate) async fn list_events(app: &App, slug: &str, uri: &Uri) -> Response {
    deprecated(answer(app, slug, uri).await.map(Json), &format!("/api/v1/events?site={}", successor(slug)))
}

/// The slug for the link; of what is no slug, nothing may get into a header.
fn successor(slug: &str) -> &str {
    if slug.parse::<Slug>().is_ok() { slug } else { "" }
}

async fn answer(app: &App, slug: &str, uri: &Uri) -> Result<Vec<LegacyEvent>, LegacyError> {
    let site = known_site(app, slug).await?;
    let filter = read::<Filter>(uri, app)?;
    let query = LegacyEventQuery {
        site,
        start_date: filter.start_date,
        end_date: filter.end_date,
        venue_id: filter.venue_id,
        artist_search: filter.artist_search,
        title_search: filter.title_search,
        price_min: filter.price_min,
        price_max: filter.price_max,
        age: filter.age,
        limit: filter.limit,
        offset: filter.offset,
    };
    Ok(app.store.legacy_events(&query).await?.into_iter().map(LegacyEvent::from).collect())
}

/// The site's slug, where there is such a site.
pub(super) async fn known_site(app: &App, slug: &str) -> Result<Slug, LegacyError> {
    let unknown = || LegacyError::not_found("Site", slug);
    let known: Slug = slug.parse().map_err(|_| unknown())?;
    if app.store.has_site(&known).await? { Ok(known) } else { Err(unknown()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServeSettings;

    fn filter(query: &str) -> (Filter, usize) {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut reader = Reader::with_settings(pairs, ServeSettings::default());
        let filter = Filter::read(&mut reader);
        (filter, reader.faults().len())
    }

    #[test]
    fn a_date_with_a_time_is_widened_to_its_day() {
        let read = |query: &str| {
            let (filter, faults) = filter(query);
            assert_eq!(faults, 0, "{query}");
            (filter.start_date.map(|d| d.to_string()), filter.end_date.map(|d| d.to_string()))
        };
        assert_eq!(read("start_date=2026-12-01T18:00:00"), (Some("2026-12-01".to_owned()), None));
        assert_eq!(read("end_date=2026-12-01"), (None, Some("2026-12-01".to_owned())));
        assert_eq!(read("end_date=2026-12-01T00:00:00Z"), (None, Some("2026-12-01".to_owned())));
        assert_eq!(read("end_date=2026-12-01T18:00:00%2B00:00"), (None, Some("2026-12-02".to_owned())));
        assert_eq!(read("end_date=2026-12-01T18:00:00+00:00"), (None, Some("2026-12-02".to_owned())));
    }

    #[test]
    fn ages_and_prices_are_read_as_clients_write_them() {
        assert_eq!(filter("age_restriction=21%2B").0.age, Some(AgeRestriction::Minimum(21)));
        assert_eq!(filter("age_restriction=21+").0.age, Some(AgeRestriction::Minimum(21)));
        assert_eq!(filter("age_restriction=All+Ages").0.age, Some(AgeRestriction::AllAges));
        assert_eq!(filter("price_min=12.5").0.price_min, Some(Decimal::new(125, 1)));
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_each() {
        for bad in [
            "start_date=soon",
            "end_date=2026-02-30",
            "venue_id=x",
            "price_min=-1",
            "price_max=NaN",
            "age_restriction=0",
            "limit=101",
            "offset=-1",
        ] {
            assert_eq!(filter(bad).1, 1, "{bad}");
        }
    }
}
