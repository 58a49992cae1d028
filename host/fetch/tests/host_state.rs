//! What always holds of a host's state, whatever its answers are.

use chrono::{DateTime, TimeDelta, Utc};
use marquee_fetch::{
    HostBook as _, HostState, MemoryBook, PolitenessSettings,
    polite::{Answer, Breaker, Turn},
    robots::RobotsCopy,
};
use proptest::prelude::*;

#[cfg(test)]
fn at(seconds: i64) -> DateTime<Utc> {
    "2026-10-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
}

fn answers() -> impl Strategy<Value = Answer> {
    let wait = proptest::option::of((0..=u64::MAX).prop_map(std::time::Duration::from_secs));
    let status =
        (prop_oneof![Just(200_u16), Just(304), Just(404), Just(429), Just(500), Just(503)], wait, 0..100_000_i64);
    let status = status.prop_map(|(status, retry_after, took)| Answer::Status {
        status,
        retry_after,
        took: TimeDelta::milliseconds(took),
    });
    prop_oneof![4 => status, 1 => Just(Answer::Silence), 1 => Just(Answer::NotAsked)]
}

proptest! {
    #[test]
    fn the_next_request_never_comes_before_every_delay_is_over(
        heard in proptest::collection::vec((answers(), 0..600_i64, 0.0..=1.0_f64), 1..40),
        crawl_delay in 0..300_u64,
    ) {
        let settings = PolitenessSettings::default();
        let robots = format!("User-agent: *\nCrawl-delay: {crawl_delay}");
        let mut state = HostState::default();
        state.robots.insert("http://a.example".to_owned(), RobotsCopy::of("Marquee", 200, robots.as_bytes(), at(0)));
        let mut now = at(0);
        for (answer, pause, chance) in heard {
            now += TimeDelta::seconds(pause);
            let before = state.clone();
            state = state.note(&answer, now, &settings, chance);
            if answer == Answer::NotAsked {
                prop_assert_eq!(&state, &before);
                continue;
            }
            let next = state.next_at.unwrap();
            let least = (crawl_delay * 1_000).min(settings.crawl_delay_cap_ms).max(settings.delay_ms).max(state.learnt_ms);
            prop_assert!(next >= now + TimeDelta::milliseconds(least as i64));
            prop_assert!(state.retry_after.is_none_or(|until| until > now && until <= next));
            if let Breaker::Open { until, .. } = state.breaker {
                prop_assert!(until <= next && until - now <= TimeDelta::hours(6));
            }
            prop_assert!(state.learnt_ms <= settings.learnt_cap_ms);
            prop_assert!(next - now <= TimeDelta::days(1), "no answer sends us away for longer than the caps");
            let kept: HostState = serde_json::from_value(serde_json::to_value(&state).unwrap()).unwrap();
            prop_assert_eq!(&kept, &state);
        }
    }

    #[test]
    fn good_answers_make_everything_as_it_was(heard in proptest::collection::vec(answers(), 0..30)) {
        let settings = PolitenessSettings::default();
        let mut state = heard.iter().fold(HostState::default(), |state, answer| state.note(answer, at(0), &settings, 0.5));
        let good = Answer::Status { status: 200, retry_after: None, took: TimeDelta::milliseconds(100) };
        for _ in 0..70 {
            state = state.note(&good, at(1), &settings, 0.0);
        }
        prop_assert_eq!((state.learnt_ms, state.failures, state.breaker), (0, 0, Breaker::Closed));
        prop_assert_eq!(state.next_at, Some(at(2)));
    }
}

#[test]
fn jitter_makes_longer_and_never_shorter() {
    let settings = PolitenessSettings::default();
    let good = Answer::Status { status: 200, retry_after: None, took: TimeDelta::zero() };
    for (chance, ms) in [(0.0, 1_000), (0.5, 1_100), (1.0, 1_200), (-3.0, 1_000), (7.0, 1_200), (f64::NAN, 1_000)] {
        let state = HostState::default().note(&good, at(0), &settings, chance);
        assert_eq!(state.next_at, Some(at(0) + TimeDelta::milliseconds(ms)), "{chance}");
    }
}

#[test]
fn a_slow_host_rests_as_long_as_it_took() {
    let settings = PolitenessSettings { jitter_percent: 0, ..PolitenessSettings::default() };
    let slow = Answer::Status { status: 200, retry_after: None, took: TimeDelta::seconds(12) };
    let state = HostState::default().note(&slow, at(0), &settings, 0.0);
    assert_eq!((state.learnt_ms, state.latency_ms, state.next_at), (12_000, Some(12_000), Some(at(12))));
}

#[test]
fn a_document_of_an_earlier_version_is_read() {
    let state: HostState = serde_json::from_str(r#"{"learnt_ms": 2000, "robots": {"http://a.example": {}}}"#).unwrap();
    assert_eq!((state.learnt_ms, state.robots.len()), (2_000, 1));
    assert_eq!(serde_json::from_str::<HostState>("{}").unwrap(), HostState::default());
}

#[tokio::test]
async fn a_turn_is_one_holders_until_it_is_given_back() {
    let book = MemoryBook::new(PolitenessSettings::default());
    assert!(matches!(book.turn("a.example", "one", at(0)).await.unwrap(), Turn::Granted(_)));
    assert_eq!(book.turn("a.example", "two", at(9_000)).await.unwrap(), Turn::Busy);
    assert!(matches!(book.turn("b.example", "two", at(9_000)).await.unwrap(), Turn::Granted(_)));
    // Who has no turn has none to give back.
    let learnt = HostState { learnt_ms: 9, ..HostState::default() };
    book.done("a.example", "two", &learnt).await.unwrap();
    assert_eq!(book.turn("a.example", "two", at(9_000)).await.unwrap(), Turn::Busy);
    book.done("a.example", "one", &HostState::default()).await.unwrap();
    let turn = book.turn("a.example", "two", at(9_000)).await.unwrap();
    assert!(matches!(turn, Turn::Granted(state) if state.learnt_ms == 0));
}

#[tokio::test]
async fn where_several_may_ask_at_once_their_starts_keep_the_delay() {
    let settings = PolitenessSettings { per_host: 2, ..PolitenessSettings::default() };
    let book = MemoryBook::new(settings);
    assert!(matches!(book.turn("a.example", "1", at(0)).await.unwrap(), Turn::Granted(_)));
    assert!(matches!(book.turn("a.example", "2", at(0)).await.unwrap(), Turn::Wait { until, .. } if until == at(1)));
    assert!(matches!(book.turn("a.example", "2", at(1)).await.unwrap(), Turn::Granted(_)));
    assert_eq!(book.turn("a.example", "3", at(2)).await.unwrap(), Turn::Busy);
}
