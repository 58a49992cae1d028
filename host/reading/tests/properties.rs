//! What must hold for any input: nothing panics, answers agree with each other, and cost grows with size.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use marquee_model::WebUrl;
use marquee_reading::{
    Budget, Document, DocumentLimits, Field, JsonDocument, Scope, Take, pattern::Patterns, structured,
};
use proptest::prelude::*;

fn url() -> WebUrl {
    "https://venue.example/".parse().unwrap()
}

/// Markup made of the parts that parsers stumble over.
fn markup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(vec![
            "<p>", "</p>", "<b>", "</b>", "<i id=x>", "<a href='/e'>", "</a>", "<table>", "<tr>", "<td>", "</table>", "<select>",
            "<option>", "</select>", "<template>", "</template>", "<svg>", "<foreignObject>", "<math>", "<mi>", "<script>", "</script>",
            "<style>", "<!--", "-->", "<![CDATA[", "]]>", "<body a=1>", "<html b>", "<frameset>", "<form>", "<input>", "<br/>", "<div itemscope",
            " itemprop=name>", " class='h-event p-name'", ">", "<", "&", "&amp;", "&#0;", "&#xD800;", "&notin", "\0", "\r\n", "\"", "'", "=",
            "<ruby><rt>", "<nobr>", "<h1>", "<li>", "<button>", "<caption>", "<col>", "<title>", "<textarea>", "<plaintext>", "<noscript>",
            "<script type=application/ld+json>{\"@type\":\"Event\",", "</", "<!doctype html>", "<x:y>", "<base href=//b>", "<math><annotation-xml encoding=text/html>",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

fn json() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        5 => prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "'", "\"a\"", "1", "-2.50e+3", "true", "null", "\\", "\\u12", "\\ud83c\\udfb8", "//", "/*", "*/",
            "<!--", "-->", "\n", "\t", "\0", "x", "cb(", ");", ")]}'", "\u{feff}", "\"@id\":\"#a\"", "\"@type\":\"Event\"", "é",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ];
    prop::collection::vec(part, 0..50).prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,8}".prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map("[a-z~/]{0,3}", inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_markup_can_be_read_and_every_element_found_again(html in markup()) {
        let Ok(page) = Document::parse(&html, &url(), &DocumentLimits::default()) else { return Ok(()) };
        let all = page.select(page.root(), "*").unwrap();
        for id in all.iter().rev().take(12) {
            let found = page.select(page.root(), &page.path(*id)).unwrap();
            // A path begins at `html`; MathML can hold another.
            let one_root = page.select(page.root(), "html").unwrap().len() == 1;
            prop_assert!(found == [*id] || (!one_root && found.contains(id)), "{}", page.path(*id));
            for take in [Take::Text, Take::OwnText, Take::Lines, Take::Attribute("id".into()), Take::Url("href".into()), Take::Markup] {
                let _ = page.take(*id, &take);
            }
            let text = page.take(*id, &Take::Text).unwrap();
            let lines = page.take(*id, &Take::Lines).unwrap();
            prop_assert_eq!(&text, &lines.replace('\n', " "));
            prop_assert_eq!(text.trim(), &text);
            prop_assert!(!text.contains("  "));
            page.closest(*id, "div, p").unwrap();
            page.preceding(*id, "h1, b").unwrap();
        }
        let cell = |scope, selector: &str| Field { selector: selector.into(), scope, take: Take::Lines, every: false };
        page.rows(page.root(), "p, li, td", &[cell(Scope::Inside, ""), cell(Scope::Before, "h1"), cell(Scope::Around, "div")]).unwrap();
        structured::read_with_faults(&page).unwrap();
        let _ = Document::parse_fragment(&html, &url(), &DocumentLimits::default());
    }

    #[test]
    fn any_selector_is_an_answer_or_an_error(selector in "[a-z#.:\\[\\]()>+~*, =\"'n0-9-]{0,24}|:(has|is|not|nth-child|where)\\([a-z>+~ .:0-9n]{0,9}\\)") {
        let page = Document::parse("<ul><li class=a>x<li>y</ul><p id=b>z", &url(), &DocumentLimits::default()).unwrap();
        if let Ok(found) = page.select(page.root(), &selector) {
            let first = page.first(page.root(), &selector).unwrap();
            prop_assert_eq!(found.first().copied(), first);
            for id in found {
                prop_assert!(selector.trim_start().starts_with(['>', '+', '~']) || page.matches(id, &selector).unwrap() || selector.contains(":scope"));
            }
        }
    }

    #[test]
    fn any_json_is_a_value_or_an_error(text in json()) {
        let limits = DocumentLimits::default();
        if let Ok(value) = JsonDocument::parse(&text, &limits) {
            let once = value.serialize().unwrap();
            prop_assert_eq!(JsonDocument::parse(&once, &limits).unwrap().serialize().unwrap(), once);
        }
        let page = format!("<script type=application/ld+json>{text}</script>");
        let page = Document::parse(&page, &url(), &limits).unwrap();
        let _ = structured::read_with_faults(&page);
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it(value in value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let read = JsonDocument::parse(&text, &DocumentLimits::default()).unwrap();
        let again: serde_json::Value = serde_json::from_str(&read.serialize().unwrap()).unwrap();
        prop_assert_eq!(&again, &value);
        // Every value is where its pointer says, in the eyes of both.
        let mut todo = vec![read.clone()];
        while let Some(one) = todo.pop() {
            let pointer = one.pointer();
            prop_assert!(value.pointer(&pointer).is_some(), "{}", pointer);
            prop_assert_eq!(read.at(&pointer).unwrap().serialize().unwrap(), one.serialize().unwrap());
            todo.extend(one.items(""));
        }
    }

    #[test]
    fn any_pattern_is_an_answer_or_an_error(pattern in "\\PC{0,16}", text in "\\PC{0,40}") {
        let patterns = Patterns::new(Budget::new(DocumentLimits::default()));
        if let Ok(captures) = patterns.capture(&pattern, &[&text]) {
            prop_assert_eq!(captures.len(), 1);
        }
    }

    #[test]
    fn twice_the_page_is_at_most_twice_the_work(html in markup()) {
        let steps = |times: usize| {
            let closed = format!("{html}</script></style></textarea></title></template></select></svg></math></table>");
            let page = Document::parse(&closed.repeat(times), &url(), &DocumentLimits::default()).ok()?;
            Some(page.budget().steps_spent())
        };
        if let (Some(some), Some(twice)) = (steps(8), steps(16)) {
            // Formatting elements that are never closed are opened again in every block: those pages are ended by `depth` or `nodes`.
            let unclosed = ["<b>", "<i ", "<a ", "<nobr>"].iter().any(|tag| html.contains(tag)) || html.contains("<frameset>");
            prop_assert!(unclosed || twice <= some * 4 + 20_000, "{} then {}", some, twice);
        }
    }
}
