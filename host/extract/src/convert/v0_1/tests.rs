//! What the conversion promises, whatever a guest returns.

use marquee_model::{Moment, Outcome};
use proptest::prelude::*;

use super::{extraction, wit};
use crate::{CallFailure, SandboxLimits};

fn event(title: &str, start: Option<wit::Moment>) -> wit::Event {
    wit::Event {
        key: None,
        title: Some(title.to_owned()),
        performers: Vec::new(),
        start,
        doors: None,
        end: None,
        status: None,
        price: None,
        ticket_url: None,
        event_url: None,
        image_url: None,
        age: None,
        description: None,
        genres: Vec::new(),
        room: None,
        venue: None,
        weekday: None,
    }
}

fn listing(events: Vec<wit::Event>) -> wit::Extraction {
    let mut events = events.into_iter();
    let first = events.next().unwrap();
    let outcome = wit::Outcome::Complete(wit::Events { first, rest: events.collect() });
    wit::Extraction { outcome, follow: Vec::new(), window: None, diagnostics: Vec::new() }
}

fn codes(extraction: &marquee_model::Extraction) -> Vec<&str> {
    extraction.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

#[test]
fn long_texts_and_lists_are_shortened_with_a_remark() {
    let limits = SandboxLimits { text_bytes: 5, list_items: 2, ..SandboxLimits::default() };
    let mut long = event("ééééé", None);
    long.genres = vec!["a".to_owned(); 9];
    let extraction = extraction(listing(vec![long]), &limits).unwrap();
    let Outcome::Complete { events } = &extraction.outcome else { panic!("{extraction:?}") };
    assert_eq!(events[0].title.as_deref(), Some("éé"), "cut at a character");
    assert_eq!(events[0].genres.len(), 2);
    assert_eq!(codes(&extraction), ["text-shortened", "list-shortened"]);
}

#[test]
fn impossible_ages_weekdays_and_windows_are_not_used() {
    let mut odd = event("Moon", None);
    odd.age = Some(wit::AgeRestriction::Minimum(0));
    odd.weekday = Some(8);
    let day = |day| wit::Date { year: 2026, month: 2, day };
    for to in [day(1), day(30)] {
        let mut raw = listing(vec![odd.clone()]);
        raw.window = Some(wit::Window { from: day(2), to: Some(to) });
        let extraction = extraction(raw, &SandboxLimits::default()).unwrap();
        assert_eq!(extraction.window, None);
        assert_eq!(extraction.outcome.events()[0].age, None);
        assert_eq!(codes(&extraction), ["age-invalid", "weekday-invalid", "window-invalid"]);
    }
}

#[test]
fn a_follow_request_is_never_shortened() {
    let follow = wit::Follow {
        method: wit::Method::Post(wit::PostBody { content_type: "text/plain".to_owned(), body: "x".repeat(100) }),
        url: "/next".to_owned(),
        headers: Vec::new(),
        kind: "next".to_owned(),
        context: Some("x".repeat(20)),
    };
    let with = |limits: SandboxLimits| {
        let mut raw = listing(vec![event("Moon", None)]);
        raw.follow = vec![follow.clone()];
        extraction(raw, &limits)
    };
    assert!(with(SandboxLimits::default()).is_ok());
    let over = |result: Result<_, CallFailure>, name: &str| match result {
        Err(CallFailure::Limit { limit, .. }) => assert_eq!(limit, name),
        other => panic!("{other:?}"),
    };
    over(with(SandboxLimits { text_bytes: 50, ..SandboxLimits::default() }), "text_bytes");
    over(with(SandboxLimits { context_bytes: 10, ..SandboxLimits::default() }), "context_bytes");
}

#[test]
fn diagnostics_over_the_limit_are_counted() {
    let diagnostic = wit::Diagnostic {
        severity: wit::Severity::Info,
        code: "c".to_owned(),
        message: "m".to_owned(),
        event: None,
        raw: None,
    };
    let mut raw = listing(vec![event("Moon", None)]);
    raw.diagnostics = vec![diagnostic; 10];
    let limits = SandboxLimits { diagnostics: 4, ..SandboxLimits::default() };
    let extraction = extraction(raw, &limits).unwrap();
    assert_eq!(extraction.diagnostics.len(), 5);
    assert!(extraction.diagnostics[4].message.starts_with("6 further"), "{:?}", extraction.diagnostics[4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_moment_is_real_or_goes_on_as_text(
        year in any::<i32>(), month in any::<u8>(), day in any::<u8>(),
        hour in any::<u8>(), minute in any::<u8>(), second in any::<u8>(), millis in any::<i64>(),
    ) {
        let date = wit::Date { year, month, day };
        let time = wit::Time { hour, minute, second };
        let moments = [wit::Moment::Date(date), wit::Moment::Local(wit::DateTime { date, time }), wit::Moment::Instant(millis)];
        for moment in moments {
            let raw = listing(vec![event("Moon", Some(moment)), event("Sun", None)]);
            let extraction = extraction(raw, &SandboxLimits::default()).unwrap();
            let remarked = codes(&extraction) == ["date-invalid"];
            let start = extraction.outcome.events()[0].start.clone();
            prop_assert_eq!(matches!(start, Some(Moment::Text(_))), remarked);
        }
    }
}
