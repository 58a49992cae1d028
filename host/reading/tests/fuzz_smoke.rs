//! A bounded fuzz on stable: the checks of `fuzz/src/lib.rs` on arbitrary bytes and on mutated cases of every reader.
//!
//! `MARQUEE_FUZZ_CASES` sets how many inputs each test tries; the default keeps a test run short.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests: they may fail loudly")]

use std::sync::LazyLock;

use proptest::{prelude::*, test_runner::Config};

#[path = "../fuzz/src/lib.rs"]
mod checks;

/// Inputs a test, where nothing else is said: together a few seconds.
const CASES: u32 = 1500;

fn config() -> Config {
    let cases = std::env::var("MARQUEE_FUZZ_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    // A failing input is printed whole; files of past failures would only repeat it.
    Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() }
}

/// The texts of all cases that are kept as files.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = vec![folder.join("dates.txt"), folder.join("prices.txt"), folder.join("prices_more.txt")];
    files.extend(["ages.txt", "status.txt", "performers.txt"].map(|name| folder.join(name)));
    files.extend(std::fs::read_dir(folder.join("dates")).unwrap().map(|entry| entry.unwrap().path()));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let cases = text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with(['#', '@']));
        texts.extend(cases.map(|line| match line.split_once(" => ").or_else(|| line.split_once(" | ")) {
            // Of the ages the text stands behind.
            Some((_, text)) if file.ends_with("ages.txt") => text.to_owned(),
            Some((text, _)) => text.to_owned(),
            None => line.to_owned(),
        }));
    }
    texts
});

/// What a mutation puts in: signs that readers look for, and ones they stumble over.
const PARTS: [&str; 44] = [
    " ", "-", "–", "/", ".", ",", ":", "'", "’", "(", ")", "|", "&", "+", "\n", "\u{a0}", "\u{200b}", "\u{301}", "ª", "º", "€", "$", "0", "1", "12", "31",
    "99", "2026", "00", "18446744073709551616", "am", "p.m.", "Uhr", "bis", "de", "à", "mar", "do", "from", "free", "%20", "&amp;", "Ã©", "🎸",
];

const MARKUP: [&str; 8] = [
    "<div class=event><h3><a href=/e/1>Moon</a></h3><time datetime=2026-03-13>Fri</time></div>",
    "<script type=application/ld+json>[{\"@type\":\"Event\",\"name\":\"Moon\",\"location\":{\"@id\":\"#p\"}},{\"@id\":\"#p\",\"@type\":\"Place\"}]</script>",
    "<div itemscope itemtype=https://schema.org/Event itemref=b><b itemprop=name>Moon</b></div><p id=b itemprop=url>/e</p>",
    "<div class=h-event><a class='p-name u-url' href=/e>Moon</a><time class=dt-start datetime=2026-03-13>x</time></div>",
    "<table><tr><td><b><p></b><select><option>x</select><template><li>y</template></table>",
    "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\ud83c\\udfb8\",{\"b\":{}}],\"c\":\"d\"}",
    "// note\n{'a':1,/* two */b:[1,2,],}",
    "<svg><foreignObject><p>&amp;&notin;&#x1F3B8;</svg><!-- x --><![CDATA[ y ]]>",
];

/// One change: where (as a share of the text), what is done, and with which part.
type Change = (u16, u8, usize);

fn mutated(seed: &str, changes: &[Change]) -> String {
    let mut text: Vec<char> = seed.chars().collect();
    for (place, what, part) in changes {
        let at = usize::from(*place) * text.len() / (usize::from(u16::MAX) + 1);
        let end = (at + 1 + part % 6).min(text.len());
        match what % 5 {
            0 => drop(text.drain(at.min(end)..end)),
            1 => text.splice(at..at, PARTS[part % PARTS.len()].chars()).for_each(drop),
            2 => {
                let copied: Vec<char> = text[at.min(end)..end].to_vec();
                text.splice(at..at, copied).for_each(drop);
            }
            3 => {
                let other = &TEXTS[part % TEXTS.len()];
                text.splice(at..at, other.chars().take(30)).for_each(drop);
            }
            _ => {
                if let Some(slot) = text.get_mut(at) {
                    *slot = if slot.is_uppercase() { slot.to_ascii_lowercase() } else { slot.to_ascii_uppercase() };
                }
            }
        }
    }
    text.into_iter().collect()
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<u16>(), any::<u8>(), any::<usize>()), 0..8)
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (any::<prop::sample::Index>(), changes()).prop_map(|(seed, changes)| mutated(seed.get::<String>(&TEXTS), &changes)),
        1 => prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..40).prop_map(|parts| parts.concat()),
        1 => prop::collection::vec(any::<u8>(), 0..80).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

fn markup() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => (prop::collection::vec(prop::sample::select(MARKUP.to_vec()), 1..4), changes())
            .prop_map(|(parts, changes)| mutated(&parts.concat(), &changes)),
        1 => prop::collection::vec(any::<u8>(), 0..120).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn dates_hold_for_any_text(texts in prop::collection::vec(words(), 1..4)) {
        checks::check_dates(&texts.join("\n"));
    }

    #[test]
    fn prices_hold_for_any_text(text in words()) {
        checks::check_prices(&text);
    }

    #[test]
    fn ages_hold_for_any_text(text in words()) {
        checks::check_ages(&text);
    }

    #[test]
    fn statuses_hold_for_any_text(text in words()) {
        checks::check_status(&text);
    }

    #[test]
    fn performers_hold_for_any_text(text in words()) {
        checks::check_performers(&text);
    }

    #[test]
    fn cleaning_holds_for_any_text(text in words()) {
        checks::check_text(&text);
    }

    #[test]
    fn documents_hold_for_any_markup(text in markup()) {
        checks::check_document(&text);
    }

    #[test]
    fn structured_data_holds_for_any_markup(text in markup()) {
        checks::check_structured(&text);
    }

    #[test]
    fn json_holds_for_any_text(text in prop_oneof![markup(), words()]) {
        checks::check_json(&text);
    }
}
