//! What is believed, and what is said of the rest.

use super::{claim, codes, day, keyed, local, normalize_claims, normalize_one, reasons, shown, words};
use marquee_model::{
    AgeRestriction, EventClaim, Moment, PerformerClaim, PriceClaim, PriceKind, Resolution, Role, Status,
};

fn moon() -> EventClaim {
    claim("Moon", local("2026-11-27T20:00"))
}

#[test]
fn every_time_is_kept_three_ways() {
    let whole = normalize_one(moon());
    let start = &whole.events[0].start;
    assert_eq!(shown(start), "2026-11-27 20:00");
    assert_eq!(start.zone.name(), "America/Toronto");
    assert_eq!(start.utc.unwrap().to_rfc3339(), "2026-11-28T01:00:00+00:00");
}

#[test]
fn an_instant_becomes_the_venues_wall_clock() {
    let whole = normalize_one(claim("Moon", Moment::Instant("2026-11-28T01:00:00.250Z".parse().unwrap())));
    let start = &whole.events[0].start;
    assert_eq!(shown(start), "2026-11-27 20:00");
    assert_eq!(start.utc.unwrap().to_rfc3339(), "2026-11-28T01:00:00+00:00");
}

#[test]
fn a_day_without_a_time_has_no_instant() {
    let whole = normalize_one(claim("Moon", day("2026-11-27")));
    let start = &whole.events[0].start;
    assert_eq!((start.time, start.utc), (None, None));
}

#[test]
fn a_skipped_hour_and_a_doubled_one_are_resolved_by_rule_and_remarked_on() {
    let skipped = normalize_one(claim("Moon", local("2027-03-14T02:30")));
    assert_eq!(skipped.events[0].start.resolution, Resolution::Gap);
    assert_eq!(skipped.events[0].start.utc.unwrap().to_rfc3339(), "2027-03-14T07:30:00+00:00");
    assert_eq!(codes(&skipped), ["clock_gap"]);
    let doubled = normalize_one(claim("Moon", local("2027-11-07T01:30")));
    assert_eq!(doubled.events[0].start.resolution, Resolution::Fold);
    assert_eq!(doubled.events[0].start.utc.unwrap().to_rfc3339(), "2027-11-07T05:30:00+00:00");
    assert_eq!(codes(&doubled), ["clock_fold"]);
}

#[test]
fn an_event_without_title_or_start_is_left_out_with_the_reason_and_the_others_stand() {
    let untitled = EventClaim { title: Some(" \u{200b} ".into()), ..moon() };
    let undated = EventClaim { start: None, ..claim("Sun", day("2026-11-27")) };
    let unread = claim("Star", words("coming soon!"));
    let whole = normalize_claims(vec![untitled, undated, unread, moon()]);
    assert_eq!(whole.events.len(), 1);
    assert_eq!(whole.left_out(), 3);
    assert_eq!(whole.found(), 4);
    let left_out: Vec<_> =
        whole.rejections.iter().map(|r| (r.event.as_str(), r.field.as_str(), r.raw.as_deref())).collect();
    assert_eq!(left_out[1..], [("Sun", "start", None), ("Star", "start", Some("coming soon!"))]);
    assert_eq!(left_out[0].1, "title");
}

#[test]
fn an_hour_without_a_day_is_no_start() {
    assert_eq!(reasons(&normalize_one(claim("Moon", words("8pm")))), ["event left out, start: it names no day"]);
}

#[test]
fn a_start_in_a_wrong_year_is_left_out_and_a_past_show_is_kept() {
    let whole = normalize_claims(vec![
        claim("Far", day("2036-11-27")),
        claim("Old", day("1970-01-01")),
        claim("Never", Moment::Date(chrono::NaiveDate::MAX)),
        claim("Ever", Moment::Instant(chrono::DateTime::<chrono::Utc>::MIN_UTC)),
        claim("Last week", day("2026-11-16")),
    ]);
    assert_eq!(whole.events.iter().map(|e| e.title.as_str()).collect::<Vec<_>>(), ["Last week"]);
    assert_eq!(whole.left_out(), 4);
    assert_eq!(codes(&whole), ["all_past"]);
}

#[test]
fn doors_and_end_must_fit_the_show() {
    let with = |doors: &str, end: &str| {
        normalize_one(EventClaim { doors: Some(local(doors)), end: Some(local(end)), ..moon() })
    };
    let good = with("2026-11-27T19:00", "2026-11-27T23:00");
    assert_eq!(shown(good.events[0].doors.as_ref().unwrap()), "2026-11-27 19:00");
    assert_eq!(shown(good.events[0].end.as_ref().unwrap()), "2026-11-27 23:00");
    let night = with("2026-11-27T20:00", "2026-11-27T02:00");
    assert_eq!(shown(night.events[0].end.as_ref().unwrap()), "2026-11-28 02:00");
    let wrong = with("2026-11-27T21:00", "2026-11-27T19:00");
    assert_eq!((&wrong.events[0].doors, &wrong.events[0].end), (&None, &None));
    assert_eq!(wrong.rejections.iter().map(|r| r.field.as_str()).collect::<Vec<_>>(), ["doors", "end"]);
    let far = with("2026-11-25T19:00", "2027-11-27T19:00");
    assert_eq!(far.rejections.len(), 2, "{:?}", reasons(&far));
}

#[test]
fn what_templates_print_for_no_time_is_no_time() {
    let mut whole_day = claim("Moon", local("2026-11-27T00:00"));
    whole_day.end = Some(local("2026-11-27T23:59"));
    let read = normalize_one(whole_day);
    assert_eq!((shown(&read.events[0].start), &read.events[0].end), ("2026-11-27".to_owned(), &None));
    assert_eq!(read.events[0].start.utc, None);
    assert_eq!(codes(&read), ["whole_day"]);
    let same = normalize_one(EventClaim { end: Some(local("2026-11-27T20:00")), ..moon() });
    assert_eq!((&same.events[0].end, codes(&same)), (&None, vec!["end_is_start"]));
}

#[test]
fn a_weekday_that_contradicts_the_date_is_remarked_on_and_the_date_stands() {
    let on =
        |weekday: u8, start: &str| normalize_one(EventClaim { weekday: Some(weekday), ..claim("Moon", local(start)) });
    assert!(codes(&on(5, "2026-11-27T20:00")).is_empty());
    let wrong = on(6, "2026-11-27T20:00");
    assert_eq!(codes(&wrong), ["weekday_mismatch"]);
    assert_eq!(wrong.diagnostics[0].message, "the page says Saturday, and 2026-11-27 is a Friday; the date stands");
    assert_eq!(shown(&wrong.events[0].start), "2026-11-27 20:00");
    assert!(codes(&on(5, "2026-11-28T00:30")).is_empty(), "half past midnight is still Friday's night");
    assert_eq!(reasons(&on(9, "2026-11-27T20:00")), ["weekday: weekdays are 1 (Monday) to 7 (Sunday)"]);
}

#[test]
fn an_absent_price_stays_absent_and_a_wrong_one_is_rejected() {
    assert_eq!(normalize_one(moon()).events[0].price, None);
    let price = |min: &str, max: &str| {
        let price = PriceClaim {
            kind: PriceKind::Range,
            min: Some(min.into()),
            max: Some(max.into()),
            currency: None,
            text: Some(format!("${min} - ${max}")),
        };
        normalize_one(EventClaim { price: Some(price), ..moon() })
    };
    let good = price("10", "15").events.remove(0).price.unwrap();
    assert_eq!((good.min.unwrap().to_string(), good.currency.unwrap().code()), ("10.00".to_owned(), "CAD"));
    let wrong = price("15", "10");
    assert_eq!(wrong.events[0].price, None);
    assert_eq!(wrong.rejections[0].raw.as_deref(), Some("$15 - $10"));
}

#[test]
fn addresses_are_absolute_clean_and_of_the_web() {
    let claim = EventClaim {
        ticket_url: Some("https://t.example/7?utm_source=x&aff=attic".into()),
        event_url: Some("moon".into()),
        image_url: Some("javascript:alert(1)".into()),
        ..moon()
    };
    let whole = normalize_one(claim);
    let event = &whole.events[0];
    assert_eq!(event.ticket_url.as_ref().unwrap().as_str(), "https://t.example/7?aff=attic");
    assert_eq!(event.event_url.as_ref().unwrap().as_str(), "https://attic.example/events/moon");
    assert_eq!(event.image_url, None);
    assert_eq!(
        (whole.rejections[0].field.as_str(), whole.rejections[0].raw.as_deref()),
        ("image_url", Some("javascript:alert(1)"))
    );
}

#[test]
fn the_age_is_the_pages_else_the_sources() {
    let mut source = super::source();
    source.default_age = Some(AgeRestriction::Minimum(19));
    let own = EventClaim { age: Some(AgeRestriction::AllAges), ..moon() };
    let odd = EventClaim { age: Some(AgeRestriction::Minimum(0)), ..claim("Sun", day("2026-11-28")) };
    let whole = super::normalize_pages(&source, &[(0, vec![own, odd])]);
    assert_eq!(whole.events[0].age, Some(AgeRestriction::AllAges));
    assert_eq!(whole.events[1].age, Some(AgeRestriction::Minimum(19)));
    assert_eq!(whole.rejections[0].field, "age");
}

#[test]
fn the_gravest_word_about_an_event_stands() {
    let with = |field: Option<Status>, title: &str| {
        let whole = normalize_one(EventClaim { status: field, ..claim(title, day("2026-11-27")) });
        (whole.events[0].status, whole.events[0].title.clone(), whole.diagnostics.len())
    };
    let moon = || "Moon".to_owned();
    assert_eq!(with(None, "Moon"), (Status::Scheduled, moon(), 0));
    assert_eq!(with(Some(Status::Scheduled), "[CANCELLED] Moon"), (Status::Cancelled, moon(), 0));
    assert_eq!(with(Some(Status::SoldOut), "Moon"), (Status::SoldOut, moon(), 0));
    assert_eq!(with(Some(Status::SoldOut), "POSTPONED: Moon"), (Status::Postponed, moon(), 1));
    assert_eq!(with(None, "CANCELLED"), (Status::Cancelled, "CANCELLED".to_owned(), 0));
}

#[test]
fn a_listing_that_says_cancelled_is_not_overruled_by_the_detail_pages_template() {
    let listed = EventClaim { status: Some(Status::Cancelled), ..keyed("7", "Moon", day("2026-11-27")) };
    let detail = EventClaim { status: Some(Status::Scheduled), ..keyed("7", "Moon", day("2026-11-27")) };
    let whole = super::normalize_pages(&super::source(), &[(0, vec![listed]), (1, vec![detail])]);
    assert_eq!(whole.events[0].status, Status::Cancelled);
}

#[test]
fn performers_are_the_pages_else_the_titles() {
    let acts = |claim: EventClaim| -> Vec<(String, Role, u16)> {
        let event = normalize_one(claim).events.remove(0);
        event.performers.into_iter().map(|p| (p.name, p.role, p.billing)).collect()
    };
    let named = |name: &str, role| PerformerClaim { name: name.into(), role };
    let claim = EventClaim {
        performers: vec![
            named(" Moon &amp; Co ", Role::Headliner),
            named("", Role::Support),
            named("MOON &amp; CO", Role::Support),
            named("Sun", Role::Dj),
        ],
        ..moon()
    };
    assert_eq!(acts(claim), [("Moon & Co".to_owned(), Role::Headliner, 1), ("Sun".to_owned(), Role::Dj, 2)]);
    let titled = acts(super::claim("[SOLD OUT] Moon w/ Sun, Mars & Venus", day("2026-11-27")));
    assert_eq!(titled.iter().map(|a| a.0.as_str()).collect::<Vec<_>>(), ["Moon", "Sun", "Mars", "Venus"]);
    assert_eq!((titled[0].1, titled[1].1), (Role::Headliner, Role::Support));
}

#[test]
fn texts_are_cleaned_and_bounded() {
    let claim = EventClaim {
        title: Some("Caf&eacute;\u{202e}\u{0}  Zo\u{0065}\u{0301}\n".into()),
        description: Some("One &amp; two\r\n\r\n\r\n  three  ".into()),
        genres: vec!["Rock".into(), "rock".into(), " ".into()],
        ..moon()
    };
    let event = normalize_one(claim).events.remove(0);
    assert_eq!(event.title, "Café Zoé");
    assert_eq!(event.description.as_deref(), Some("One & two\n\nthree"));
    assert_eq!(event.genres, ["Rock"]);
    let long = normalize_one(super::claim(&"a".repeat(1_000_000), day("2026-11-27")));
    assert_eq!(long.events[0].title.chars().count(), 500);
    assert_eq!(codes(&long), ["shortened"]);
}

#[test]
fn a_page_of_nothing_but_errors_makes_a_bounded_report() {
    let bad = |n: usize| EventClaim {
        ticket_url: Some("javascript:x".repeat(60)),
        ..claim(&format!("Moon {n}"), day("2026-11-27"))
    };
    let whole = normalize_claims((0..6000).map(bad).collect());
    assert_eq!(whole.events.len(), 6000);
    assert_eq!(whole.rejections.len(), 5000);
    assert!(whole.rejections.iter().all(|r| r.raw.as_ref().unwrap().chars().count() <= 500));
    assert_eq!(codes(&whole), ["remarks_left_away"]);
}
