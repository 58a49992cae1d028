//! Hostile guests: each is stopped with an error that names the plugin, its digest and the limit; the host's memory stays bounded,
//! and the next call on a good plugin is as if nothing had been.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail, and tell, as tests do")]

use std::{sync::Arc, time::Duration};

use marquee_extract::{CallError, CallFailure, Extracted, Plugin, Sandbox, SandboxLimits};
use marquee_model::{ExtractError, Moment, Outcome, Severity};
use marquee_tests::guests;
use serde_json::{Value, json};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// The most that the host may grow while it runs any of these: two guests at their memory limit, and what crosses.
const GROWTH_ALLOWED: u64 = 300 << 20;

/// Limits small enough for a quick test; everything else as shipped.
fn limits() -> SandboxLimits {
    SandboxLimits { deadline_ms: 500, ..SandboxLimits::default() }
}

struct Stage {
    _cache: tempfile::TempDir,
    _sandbox: Arc<Sandbox>,
    plugin: Arc<Plugin>,
}

impl Stage {
    async fn with(limits: SandboxLimits) -> Self {
        let (cache, sandbox) = guests::sandbox(limits, COMPILER).unwrap();
        let plugin = guests::load_actor(&sandbox, "actor", "1.2.3").await.unwrap();
        Self { _cache: cache, _sandbox: sandbox, plugin }
    }

    async fn play(&self, configuration: Value) -> Result<Extracted, CallError> {
        let source = guests::source("actor", configuration).unwrap();
        self.plugin.extract(&source, guests::page("<p>hello</p>").unwrap()).await
    }

    /// Plays a hostile part, and then an honest one. Checks what every such error must say.
    async fn stopped(&self, configuration: Value) -> CallError {
        let before = guests::resident_bytes();
        let error = self.play(configuration).await.unwrap_err();
        let grown = guests::resident_bytes().saturating_sub(before);
        assert!(grown < GROWTH_ALLOWED, "the host grew by {grown} bytes");
        let text = error.to_string();
        println!("{text}\n  grown by {} KiB, {:?}", grown >> 10, error.spent);
        let digest = self.plugin.version().digest.short();
        assert!(text.contains("actor 1.2.3") && text.contains(&digest), "plugin and digest are not named: {text}");
        let honest = self.play(json!({ "part": "honest" })).await.unwrap();
        assert_eq!(honest.extraction.outcome.events().len(), 1);
        error
    }

    async fn stopped_by(&self, part: &str, limit: &str) -> CallError {
        let error = self.stopped(json!({ "part": part, "times": 400_000 })).await;
        assert!(matches!(&*error.failure, CallFailure::Limit { limit: named, .. } if *named == limit), "{error}");
        assert!(error.to_string().contains(&format!("limits.{limit}")), "{error}");
        error
    }
}

#[tokio::test]
async fn a_looping_guest_is_stopped_at_its_deadline() {
    let stage = Stage::with(limits()).await;
    let error = stage.stopped_by("loop", "deadline_ms").await;
    assert!(error.spent.elapsed >= Duration::from_millis(500), "{:?}", error.spent);
    assert!(error.spent.elapsed < Duration::from_millis(1_000), "{:?}", error.spent);
}

#[tokio::test]
async fn a_guest_that_loops_over_host_calls_is_stopped_by_their_number() {
    let stage = Stage::with(SandboxLimits { host_calls: 10_000, ..limits() }).await;
    let error = stage.stopped_by("loop-on-host", "host_calls").await;
    assert_eq!(error.spent.host_calls, 10_001);
}

#[tokio::test]
async fn a_guest_that_has_the_host_read_too_much_is_stopped() {
    Stage::with(limits()).await.stopped_by("read-too-much", "reading_bytes").await;
}

#[tokio::test]
async fn a_memory_bomb_is_stopped_at_its_limit() {
    let stage = Stage::with(SandboxLimits { memory_bytes: 64 << 20, ..limits() }).await;
    let error = stage.stopped_by("memory", "memory_bytes").await;
    assert!(error.spent.memory_bytes <= 64 << 20, "{:?}", error.spent);
}

#[tokio::test]
async fn a_deep_recursion_is_stopped_by_its_stack() {
    let stage = Stage::with(limits()).await;
    let error = stage.stopped(json!({ "part": "recursion", "times": 100_000_000 })).await;
    assert!(matches!(&*error.failure, CallFailure::Limit { limit: "stack_bytes", .. }), "{error}");
}

#[tokio::test]
async fn a_guest_that_hoards_elements_is_stopped() {
    Stage::with(SandboxLimits { handles: 1_000, ..limits() }).await.stopped_by("handles", "handles").await;
}

#[tokio::test]
async fn a_result_of_60_mb_does_not_cross() {
    Stage::with(SandboxLimits { memory_bytes: 256 << 20, ..limits() })
        .await
        .stopped_by("big-result", "crossing_bytes")
        .await;
}

#[tokio::test]
async fn a_listing_of_400000_events_is_stopped() {
    let stage = Stage::with(SandboxLimits { deadline_ms: 5_000, ..SandboxLimits::default() }).await;
    let error = stage.stopped(json!({ "part": "many-events", "times": 400_000 })).await;
    let stops = ["memory_bytes", "crossing_bytes", "events"];
    assert!(matches!(&*error.failure, CallFailure::Limit { limit, .. } if stops.contains(limit)), "{error}");
    let error = stage.stopped(json!({ "part": "many-events", "times": 6_000 })).await;
    assert!(matches!(&*error.failure, CallFailure::Limit { limit: "events", .. }), "{error}");
}

#[tokio::test]
async fn a_million_log_lines_are_stopped_and_few_of_them_kept() {
    let stage = Stage::with(SandboxLimits { deadline_ms: 5_000, ..SandboxLimits::default() }).await;
    let error = stage.stopped(json!({ "part": "log", "times": 1_000_000 })).await;
    assert!(matches!(&*error.failure, CallFailure::Limit { limit: "host_calls", .. }), "{error}");
    assert_eq!(error.log.len(), 201, "200 lines and one remark");
    assert!(error.log.iter().all(|line| !line.message.contains('\u{1b}')));
}

#[tokio::test]
async fn too_many_log_lines_are_dropped_with_one_remark() {
    let stage = Stage::with(limits()).await;
    let extracted = stage.play(json!({ "part": "log", "times": 1_000 })).await.unwrap();
    assert_eq!(extracted.spent.log_lines, 1_000);
    let remarks = extracted.extraction.diagnostics.iter().filter(|remark| remark.message.contains("log_lines"));
    assert_eq!(remarks.count(), 1);
}

#[tokio::test]
async fn a_trap_names_what_happened() {
    let error = Stage::with(limits()).await.stopped(json!({ "part": "trap" })).await;
    assert!(matches!(&*error.failure, CallFailure::Trapped { trap } if trap.contains("unreachable")), "{error}");
}

#[tokio::test]
async fn a_panic_reaches_the_author_with_message_and_source_line() {
    let error = Stage::with(limits()).await.stopped(json!({ "part": "panic" })).await;
    let CallFailure::Panicked { message } = &*error.failure else { panic!("{error}") };
    assert!(message.contains("parts.rs:"), "{message}");
    assert!(message.contains("index out of bounds"), "{message}");
    assert!(error.log.iter().any(|line| line.severity == Severity::Error), "{:?}", error.log);
}

#[tokio::test]
async fn an_invalid_text_is_refused() {
    let error = Stage::with(limits()).await.stopped(json!({ "part": "invalid-text" })).await;
    assert!(matches!(&*error.failure, CallFailure::Invalid { reason, .. } if reason.contains("utf-8")), "{error}");
}

#[tokio::test]
async fn a_listing_of_impossible_dates_is_refused() {
    let error = Stage::with(limits()).await.stopped(json!({ "part": "invalid-date", "times": 0 })).await;
    assert!(matches!(&*error.failure, CallFailure::Invalid { .. }), "{error}");
}

#[tokio::test]
async fn one_impossible_date_does_not_fail_the_page() {
    let extracted = Stage::with(limits()).await.play(json!({ "part": "invalid-date", "times": 2 })).await.unwrap();
    let events = extracted.extraction.outcome.events();
    assert_eq!(events.len(), 3);
    assert_eq!(
        events[2].start,
        Some(Moment::Text("2026-02-30".to_owned())),
        "goes on as text, to be rejected with its words"
    );
    assert!(extracted.extraction.diagnostics.iter().any(|remark| remark.code == "date-invalid"));
}

#[tokio::test]
async fn ten_thousand_follow_requests_are_stopped() {
    let stage = Stage::with(limits()).await;
    let error = stage.stopped(json!({ "part": "follow", "times": 10_000 })).await;
    assert!(matches!(&*error.failure, CallFailure::Limit { limit: "follow", .. }), "{error}");
    assert_eq!(stage.play(json!({ "part": "follow", "times": 1_000 })).await.unwrap().extraction.follow.len(), 1_000);
}

#[tokio::test]
async fn outcomes_that_say_nothing_are_refused() {
    let stage = Stage::with(limits()).await;
    for part in ["onward", "nothing-on", "follow-start"] {
        let error = stage.stopped(json!({ "part": part })).await;
        assert!(matches!(&*error.failure, CallFailure::Invalid { .. }), "{part}: {error}");
    }
}

#[tokio::test]
async fn the_plugins_own_answer_is_no_fault() {
    let error = Stage::with(limits()).await.stopped(json!({ "part": "error" })).await;
    assert!(
        matches!(&*error.failure, CallFailure::Answered(ExtractError::UnrecognizedLayout { reason }) if reason == "no `.event`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_page_that_is_too_large_is_not_handed_over() {
    let stage = Stage::with(SandboxLimits { page_bytes: 4, ..limits() }).await;
    let error = stage.play(json!({ "part": "honest" })).await.unwrap_err();
    assert!(matches!(&*error.failure, CallFailure::PageTooLarge { bytes: 12, limit: 4 }), "{error}");
}

#[tokio::test]
async fn the_same_page_gives_the_same_bytes() {
    let stage = Stage::with(limits()).await;
    let once = stage.play(json!({ "part": "honest", "times": 20 })).await.unwrap().extraction;
    let again = stage.play(json!({ "part": "honest", "times": 20 })).await.unwrap().extraction;
    assert_eq!(once, again);
    assert!(matches!(once.outcome, Outcome::Complete { events } if events.len() == 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looping_guests_neither_hold_up_others_nor_the_runtime() {
    let stage = Arc::new(Stage::with(SandboxLimits { concurrent_calls: 4, deadline_ms: 1_500, ..limits() }).await);
    let looping: Vec<_> = (0..3)
        .map(|_| {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move { stage.play(json!({ "part": "loop" })).await.unwrap_err() })
        })
        .collect();
    for _ in 0..20 {
        let honest = stage.play(json!({ "part": "honest" })).await.unwrap();
        assert_eq!(honest.extraction.outcome.events().len(), 1);
    }
    assert!(looping.iter().all(|call| !call.is_finished()), "the honest calls did not wait for the looping ones");
    for call in looping {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_gives_its_place_back() {
    let stage = Stage::with(SandboxLimits { concurrent_calls: 1, deadline_ms: 60_000, ..limits() }).await;
    let looping = stage.play(json!({ "part": "loop" }));
    assert!(tokio::time::timeout(Duration::from_millis(50), looping).await.is_err());
    let honest = tokio::time::timeout(Duration::from_secs(10), stage.play(json!({ "part": "honest" }))).await;
    assert!(honest.unwrap().is_ok());
}

#[tokio::test]
async fn a_thousand_traps_leave_nothing_behind() {
    let stage = Stage::with(SandboxLimits { concurrent_calls: 2, ..limits() }).await;
    for _ in 0..100 {
        stage.play(json!({ "part": "trap" })).await.unwrap_err();
    }
    let before = guests::resident_bytes();
    for _ in 0..1_000 {
        stage.play(json!({ "part": "trap" })).await.unwrap_err();
    }
    let grown = guests::resident_bytes().saturating_sub(before);
    assert!(grown < 8 << 20, "the host grew by {grown} bytes");
    assert!(stage.play(json!({ "part": "honest" })).await.is_ok());
}
