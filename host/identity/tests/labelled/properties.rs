//! What holds of every comparison, whatever the records.

use chrono::{Days, NaiveDate, NaiveTime};
use marquee_identity::{
    Comparison, Verdict, block_keys, compare, continues, names::folded, same_artist, same_house, same_venue,
};
use marquee_model::Status;
use proptest::prelude::*;

use crate::record::{Record, performers};

/// Texts as pages have them: names, marks, status words, and anything at all.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "Moon", "The", "Sun", "Stars", "w/", "with", "&", "and", "+", "-", "–", ":", "|", ",", "(UK)", "[CANCELLED]", "SOLD OUT", "Tribute to", "Tribute",
            "feat.", "presents", "presented by", "hosted by", "at", "@", "Live", "in", "Night", "1", "2nd", "Show", "(Early Show)", "late", "Festival", "Pass", "Day",
            "!!!", "†††", "$", "é", "Ø", "Trio", "(Front Room)", "7pm", "2026", "für", "soirée", "東京", "'n'", "D'", "L'Été", "After Party",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

fn time() -> impl Strategy<Value = Option<NaiveTime>> {
    prop::option::of(
        (0_u32..24, 0_u32..4).prop_map(|(hour, quarter)| NaiveTime::from_hms_opt(hour, quarter * 15, 0).unwrap()),
    )
}

prop_compose! {
    fn record()(
        title in text(),
        acts in prop::collection::vec(text(), 0..4),
        day in 0_u64..3,
        start in time(),
        doors in time(),
        end in prop::option::of(0_u64..4),
        room in prop::option::of(text()),
        elsewhere in prop::option::weighted(0.2, text()),
        ticket in prop::option::of(0_u32..3),
        key in prop::option::of(0_u32..3),
        source in prop::option::of(0_u8..2),
        venue in 1_u8..3,
        status in prop::sample::select(vec![Status::Scheduled, Status::Cancelled, Status::Rescheduled, Status::Moved]),
    ) -> Record {
        let first = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let mut record = Record::new(&title, first + Days::new(day));
        record.performers = performers(acts.iter().map(String::as_str));
        (record.start, record.doors, record.room, record.venue_name) = (start, doors, room, elsewhere);
        record.end = end.map(|days| record.date + Days::new(days));
        record.ticket = ticket.map(|number| format!("https://seller.example/e/10000{number}").parse().unwrap());
        record.key = key.map(|key| key.to_string());
        (record.source, record.venue, record.status) = (source, venue, status);
        record
    }
}

fn is_sound(comparison: &Comparison) -> bool {
    (0.0..=1.0).contains(&comparison.score)
        && comparison.evidence.iter().all(|evidence| evidence.weight.is_finite() && !evidence.words.is_empty())
        && comparison.evidence.windows(2).all(|pair| pair[0].weight.abs() >= pair[1].weight.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_record_is_the_same_as_itself(a in record()) {
        let comparison = compare(&a.facts(), &a.facts());
        prop_assert_eq!(comparison.verdict, Verdict::Same, "{}", comparison.in_words());
        let comparison = continues(&a.facts(), &a.facts());
        prop_assert_eq!(comparison.verdict, Verdict::Same, "{}", comparison.in_words());
    }

    #[test]
    fn comparing_does_not_depend_on_who_is_first(a in record(), b in record()) {
        let (there, back) = (compare(&a.facts(), &b.facts()), compare(&b.facts(), &a.facts()));
        prop_assert!((there.score - back.score).abs() < 1e-9, "{} / {}", there.in_words(), back.in_words());
        prop_assert_eq!(there.verdict, back.verdict);
        prop_assert!(is_sound(&there));
        prop_assert!(is_sound(&continues(&a.facts(), &b.facts())));
    }

    #[test]
    fn records_without_a_common_block_are_different(a in record(), b in record()) {
        let (keys, others) = (block_keys(&a.facts()), block_keys(&b.facts()));
        if !keys.iter().any(|key| others.contains(key)) {
            prop_assert_eq!(compare(&a.facts(), &b.facts()).verdict, Verdict::Different);
        }
    }

    #[test]
    fn names_compare_alike_from_both_sides(a in text(), b in text()) {
        for same in [same_artist::<'_, '_> as fn(_, _) -> _, |a: &str, b: &str| same_venue(a, b), |a: &str, b: &str| same_house(a, b)] {
            let (there, back): (Comparison, Comparison) = (same(a.as_str(), b.as_str()), same(b.as_str(), a.as_str()));
            prop_assert!((there.score - back.score).abs() < 1e-9, "{} / {}", there.in_words(), back.in_words());
            prop_assert!(is_sound(&there));
            prop_assert_eq!(same(a.as_str(), a.as_str()).verdict, Verdict::Same);
        }
    }

    #[test]
    fn a_text_folded_is_folded_for_good(name in text()) {
        let once = folded(&name);
        prop_assert_eq!(folded(&once), once);
    }
}
