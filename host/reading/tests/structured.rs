//! Structured data: what is listed, in which form, and what is forgiven.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use marquee_model::WebUrl;
use marquee_reading::{
    Document, DocumentLimits, ReadError,
    structured::{self, Item, Syntax},
};

fn document(html: &str) -> Document {
    let url: WebUrl = "https://venue.example/events/".parse().unwrap();
    Document::parse(html, &url, &DocumentLimits::default()).unwrap()
}

fn items(html: &str) -> Vec<Item> {
    structured::read(&document(html)).unwrap()
}

/// Each item as its syntax and JSON, a line each.
fn listed(html: &str) -> String {
    items(html).iter().map(|item| format!("{:?} {}\n", item.syntax, item.data.serialize().unwrap())).collect()
}

fn json_ld(json: &str) -> String {
    format!("<script type='application/ld+json; charset=utf-8'>{json}</script>")
}

#[test]
fn nested_items_and_graphs_are_listed_on_their_own_as_well() {
    let html = json_ld(
        r#"{"@context":"https://schema.org","@graph":[{"@type":["MusicEvent","schema:Event"],"name":"A","location":{"@type":"https://schema.org/Place","name":"P"}}]}"#,
    );
    let found = items(&html);
    let types: Vec<Vec<String>> = found.iter().map(|item| item.types.clone()).collect();
    assert_eq!(types, [vec!["MusicEvent", "Event"], vec!["Place"]]);
    assert_eq!(found[0].data.text("/location/name").unwrap(), "P");
    assert_eq!(found[1].data.pointer(), "/@graph/0/location");
}

#[test]
fn references_are_filled_in_and_circles_end() {
    let html = json_ld(
        r##"[{"@type":"Event","name":"A","location":{"@id":"#p"}},{"@type":"Event","location":{"@id":"#gone"}}]"##,
    ) + &json_ld(
        r##"{"@type":"Place","@id":"#p","name":"P","event":{"@id":"#e"}} {"@id":"#e","@type":"Event","location":{"@id":"#p"}}"##,
    );
    insta::assert_snapshot!(listed(&html));
}

#[test]
fn broken_json_ld_is_read_as_it_was_meant() {
    let broken = [
        "// comment\n{\"@type\":\"Event\", /* two */ \"name\":\"A\",}",
        "{\"@type\":\"Event\",\"name\":\"A\",\"tags\":[1,2,],}",
        "<!-- {\"@type\":\"Event\",\"name\":\"A\"} -->",
        "//<![CDATA[\n{\"@type\":\"Event\",\"name\":\"A\"}\n//]]>",
        "{\"@type\":\"Event\",\"name\":\"A\"};",
        "{&quot;@type&quot;:&quot;Event&quot;,&quot;name&quot;:&quot;A&quot;}",
        "{'@type':'Event',name:'A'}",
        "{\"@type\":\"Event\" \"name\":\"A\"}",
        "{\"@type\":\"Event\",\"name\":\"A\"",
        "\u{feff}{\"@type\":\"Event\",\"name\":\"A\"}",
        "{\"@type\":\"Event\",\"name\":\"A\"}}",
        "[{\"@type\":\"Event\",\"name\":\"A\"}",
    ];
    for json in broken {
        let found = items(&json_ld(json));
        assert_eq!(found.len(), 1, "{json}");
        assert_eq!(found[0].types, ["Event"], "{json}");
        assert_eq!(found[0].data.text("/name").as_deref(), Some("A"), "{json}");
    }
    let text = "{\"@type\":\"Event\",\"name\":\"The \"Big\" Show\",\"description\":\"two\nlines\t\\'\\x\"}";
    let found = items(&json_ld(text));
    assert_eq!(found[0].data.text("/name").unwrap(), "The \"Big\" Show");
    assert_eq!(found[0].data.text("/description").unwrap(), "two\nlines\t'x");
}

#[test]
fn what_cannot_be_read_is_a_fault_and_the_rest_is_read() {
    let html = format!("\n\n{}{}", json_ld("{\"@type\": ???}"), json_ld(r#"{"@type":"Event"}"#));
    let data = structured::read_with_faults(&document(&html)).unwrap();
    assert_eq!(data.items.len(), 1);
    assert!(matches!(&data.faults[..], [ReadError::NotReadable { line: 3, .. }]), "{:?}", data.faults);
    assert!(structured::read(&document(&json_ld("{\"@type\": ???}"))).is_err());
    assert!(items("<p>nothing here").is_empty());
}

#[test]
fn microdata_takes_the_form_of_json_ld() {
    let html = "<div itemscope itemtype='http://schema.org/MusicEvent' itemid='/e/1' itemref='more gone'>
        <a itemprop='url http://schema.org/sameAs' href=1>x</a><h2 itemprop=name> Moon\n <b>Sun</b></h2>
        <time itemprop=startDate datetime=2026-11-23T20:00>8pm</time><meta itemprop=price content=12.50>
        <span itemprop=performer itemscope itemtype=https://schema.org/MusicGroup><span itemprop=name>Moon</span></span>
        <span itemprop=performer itemscope itemtype=https://schema.org/MusicGroup>Sun</span>
        <img itemprop=image src=/i.jpg><span itemprop=doorTime content=19:00>7</span></div>
        <p id=more><span itemprop=location>Hall</span></p>";
    insta::assert_snapshot!(listed(html));
}

#[test]
fn microdata_that_goes_in_circles_ends() {
    let html = "<div itemscope id=a itemref='b a'><p itemprop=x itemscope id=b itemref=a>t</p></div>";
    assert_eq!(items(html).len(), 2);
    let deep = "<div itemscope itemprop=x>".repeat(400);
    let data = structured::read_with_faults(&document(&deep)).unwrap();
    assert!(!data.faults.is_empty() && !data.items.is_empty());
}

#[test]
fn h_events_and_open_graph_come_last() {
    let html = "<meta property=og:title content='Moon'><meta property=og:type content=events.event><meta property=og:image content=/i.jpg>
        <div class=h-event><a class='p-name u-url' href=/e/1>Moon</a><time class=dt-start datetime=2026-11-23>x</time>
        <span class='p-location h-card'><b class=p-name>Hall</b> Street 1</span><i class=p-category>a</i><i class=p-category>b</i></div>
        <div class=vevent><span class=summary>Sun</span><abbr class=dtstart title=2026-11-24T20:00>24</abbr></div>";
    insta::assert_snapshot!(listed(html));
}

#[test]
fn an_item_knows_its_line() {
    let html = "<html>\n<script type=application/ld+json>\n[\n{\"@type\":\"Event\"}]</script>\n<p itemscope>x";
    let lines: Vec<(Syntax, u32)> = items(html).iter().map(|item| (item.syntax, item.line)).collect();
    assert_eq!(lines, [(Syntax::JsonLd, 4), (Syntax::Microdata, 5)]);
}

#[test]
fn items_are_limited() {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let limits = DocumentLimits { items: 10, ..DocumentLimits::default() };
    let page = Document::parse(&"<p itemscope>x".repeat(20), &url, &limits).unwrap();
    assert_eq!(structured::read(&page).unwrap_err(), ReadError::OverBudget { budget: "items", limit: 10 });
}
