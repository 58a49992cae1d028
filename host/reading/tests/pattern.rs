//! Patterns: what they capture, and that they cost little.

use std::time::Instant;

use marquee_reading::{Budget, DocumentLimits, ReadError, pattern::Patterns};

fn patterns() -> Patterns {
    Patterns::new(Budget::new(DocumentLimits::default()))
}

#[test]
fn the_first_match_of_each_text_is_captured() {
    let captures = patterns().capture(r"(\d+)(?::(\d\d))?\s*pm", &["doors 7pm, show 8pm", "8:30 pm", "noon"]).unwrap();
    let texts = |n: usize| captures[n].as_ref().unwrap().iter().map(Option::as_deref).collect::<Vec<_>>();
    assert_eq!(texts(0), [Some("7pm"), Some("7"), None]);
    assert_eq!(texts(1), [Some("8:30 pm"), Some("8"), Some("30")]);
    assert_eq!(captures[2], None);
}

#[test]
fn a_wrong_or_swollen_pattern_says_so() {
    for (pattern, reason) in
        [("(", "unclosed group"), (r"(\w{1000}){1000}", "pattern_bytes"), (r"(a)\1", "backreferences")]
    {
        let error = patterns().capture(pattern, &["x"]).unwrap_err();
        assert!(matches!(error, ReadError::BadExpression { kind: "pattern", .. }));
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn patterns_that_hang_others_end_quickly() {
    let began = Instant::now();
    let text = "a".repeat(100_000) + "!";
    assert_eq!(patterns().capture(r"^(a+)+$", &[text.as_str()]).unwrap(), [None]);
    assert_eq!(patterns().capture(r"^(a|aa)+$", &[text.as_str()]).unwrap(), [None]);
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
    let long = "a".repeat(2 << 20);
    assert!(matches!(patterns().capture("a", &[long]), Err(ReadError::OverBudget { budget: "text_bytes", .. })));
}
