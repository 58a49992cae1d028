//! Asking a document: selecting, taking, listings, places.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits, Field, ReadError, Scope, Take};

fn document(html: &str) -> Document {
    let url: WebUrl = "https://venue.example/events/".parse().unwrap();
    Document::parse(html, &url, &DocumentLimits::default()).unwrap()
}

fn texts(document: &Document, selector: &str) -> Vec<String> {
    let found = document.select(document.root(), selector).unwrap();
    found.into_iter().map(|id| document.take(id, &Take::Text).unwrap()).collect()
}

fn taken(html: &str, selector: &str, take: &Take) -> Option<String> {
    let document = document(html);
    let id = document.first(document.root(), selector).unwrap().unwrap();
    document.take(id, take)
}

#[test]
fn documents_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Document>();
    shared::<marquee_reading::JsonValue>();
}

#[test]
fn selectors_of_level_4_are_understood() {
    let page = document(
        "<ul id=list><li class='event sold-out'>A</li><li class=event>B<span>!</span></li><li>C</li></ul><p>D</p>",
    );
    assert_eq!(texts(&page, "li.event"), ["A", "B!"]);
    assert_eq!(texts(&page, "li:has(span)"), ["B!"]);
    assert_eq!(texts(&page, "li:not(.event), p"), ["C", "D"]);
    assert_eq!(texts(&page, "li:nth-child(2 of .event)"), ["B!"]);
    assert_eq!(texts(&page, "#list > :is(.sold-out, :last-child)"), ["A", "C"]);
    assert_eq!(texts(&page, "[class~=SOLD-OUT i] + li"), ["B!"]);
    assert_eq!(texts(&page, "ul ~ p"), ["D"]);
    assert_eq!(texts(&page, ":root > body > p:only-of-type"), ["D"]);
}

#[test]
fn a_leading_combinator_means_from_here() {
    let page = document("<div><p>outer</p><section><p>inner</p></section></div>");
    let section = page.first(page.root(), "section").unwrap().unwrap();
    assert_eq!(page.select(section, "> p").unwrap().len(), 1);
    assert_eq!(page.select(section, ":scope > p").unwrap().len(), 1);
    assert_eq!(page.select(section, "div p").unwrap().len(), 1);
    assert!(page.select(section, ":scope > section").unwrap().is_empty());
}

#[test]
fn a_wrong_selector_says_what_is_wrong_with_it() {
    let page = document("");
    for (selector, reason) in [
        ("a:contains('x')", "no `:contains`"),
        ("", "empty"),
        ("a >", "combinator"),
        ("a..b", "class name"),
        ("a[", "byte 2"),
    ] {
        let error = page.select(page.root(), selector).unwrap_err();
        assert!(matches!(error, ReadError::BadExpression { kind: "selector", .. }), "{selector}: {error}");
        assert!(error.to_string().contains(reason), "{selector}: {error}");
    }
}

#[test]
fn text_is_folded_and_blocks_stand_apart() {
    let html =
        "<div id=x> Fri\n <b>Mo</b><i>on</i>&nbsp;&nbsp;Sun<br>8pm<p>Doors</p><script>no()</script><style>b{}</style>
        <table><tr><td>1</td><td>2</td></tr></table><template>never</template>end</div>";
    assert_eq!(taken(html, "#x", &Take::Text).unwrap(), "Fri Moon Sun 8pm Doors 1 2 end");
    assert_eq!(taken(html, "#x", &Take::Lines).unwrap(), "Fri Moon Sun\n8pm\nDoors\n1\n2\nend");
    assert_eq!(taken(html, "#x", &Take::OwnText).unwrap(), "Fri Sun 8pm end");
    assert_eq!(taken(html, "script", &Take::Text).unwrap(), "no()");
}

#[test]
fn attributes_and_addresses_are_taken() {
    let html = "<a class=one HREF=' ../e/1?a=b#c ' data-Id=7>x</a>";
    assert_eq!(taken(html, "a", &Take::Attribute("DATA-id".into())).unwrap(), "7");
    assert_eq!(taken(html, "a", &Take::Attribute("title".into())), None);
    assert_eq!(taken(html, "a", &Take::Url("href".into())).unwrap(), "https://venue.example/e/1?a=b#c");
    for href in ["", "javascript:alert(1)", "mailto:a@b.example", "http://u:p@h.example/"] {
        assert_eq!(taken(&format!("<a href='{href}'>x</a>"), "a", &Take::Url("href".into())), None, "{href}");
    }
    let based = "<base href='//cdn.example/x/'><a href=y>x</a>";
    assert_eq!(taken(based, "a", &Take::Url("href".into())).unwrap(), "https://cdn.example/x/y");
}

#[test]
fn markup_reads_back_as_the_same_tree() {
    let html = "<div title='a\"b&amp;c'>1 &lt; 2<br><!-- c --><img src=x><script>a<b && c</script><svg viewBox='0 0 1 1'><path/></svg></div>";
    let once = taken(html, "div", &Take::Markup).unwrap();
    assert_eq!(taken(&once, "div", &Take::Markup).unwrap(), once);
    assert!(
        once.starts_with(
            "<div title=\"a&quot;b&amp;c\">1 &lt; 2<br><!-- c --><img src=\"x\"><script>a<b && c</script>"
        )
    );
    assert!(once.contains("viewBox"));
}

#[test]
fn a_listing_is_read_in_one_call() {
    let page = document(
        "<h2>Friday</h2><div class=e><a href=/1>A</a><i>x</i><i>y</i></div><div class=e><a>B</a></div>
         <section data-room=Hall><h2>Saturday</h2><div class=e>C</div></section>",
    );
    let field = |selector: &str, scope, take, every| Field { selector: selector.into(), scope, take, every };
    let rows = page
        .rows(
            page.root(),
            ".e",
            &[
                field("", Scope::Inside, Take::Text, false),
                field("a", Scope::Inside, Take::Url("href".into()), false),
                field("i", Scope::Inside, Take::Text, true),
                field("h2", Scope::Before, Take::Text, false),
                field("section", Scope::Around, Take::Attribute("data-room".into()), false),
            ],
        )
        .unwrap();
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.join("|")).collect()).collect();
    assert_eq!(
        cells,
        [
            ["Axy", "https://venue.example/1", "x|y", "Friday", ""],
            ["B", "", "", "Friday", ""],
            ["C", "", "", "Saturday", "Hall"],
        ]
    );
    let every_before = field("h2", Scope::Before, Take::Text, true);
    assert!(matches!(page.rows(page.root(), ".e", &[every_before]), Err(ReadError::BadExpression { .. })));
}

#[test]
fn neighbours_are_found_by_document_order_and_ancestry() {
    let page = document("<h2>1</h2><div><h2>2</h2><p><b>x</b></p></div><h2>3</h2>");
    let b = page.first(page.root(), "b").unwrap().unwrap();
    let before = page.preceding(b, "h2").unwrap().unwrap();
    assert_eq!(page.take(before, &Take::Text).unwrap(), "2");
    assert_eq!(page.closest(b, "div, b").unwrap(), Some(b));
    assert_eq!(page.closest(b, "section").unwrap(), None);
    assert!(page.matches(b, "p > b").unwrap());
    assert_eq!((page.name(b), page.name(page.root())), ("b", ""));
}

#[test]
fn the_contents_of_a_template_are_found_from_the_template_only() {
    let page = document("<p>a</p><template id=t><p>{{title}}</p></template><p>b</p>");
    assert_eq!(texts(&page, "p"), ["a", "b"]);
    let template = page.first(page.root(), "template").unwrap().unwrap();
    let inner = page.select(template, "p").unwrap();
    assert_eq!(inner.len(), 1);
    assert_eq!(page.take(inner[0], &Take::Text).unwrap(), "{{title}}");
    assert_eq!(page.take(template, &Take::Text).unwrap(), "{{title}}");
}

#[test]
fn every_element_can_tell_a_path_that_finds_it_and_its_line() {
    let page = document("<ul id=list>\n<li>1</li>\n<li>2</li><li>3<x:y></x:y></li></ul>\n<p id=a>x<p id=a>y");
    for id in page.select(page.root(), "*").unwrap() {
        assert_eq!(page.select(page.root(), &page.path(id)).unwrap(), [id], "{}", page.path(id));
    }
    let third = page.select(page.root(), "li").unwrap()[2];
    assert_eq!(page.path(third), "html > body > ul#list > li:nth-child(3)");
    assert_eq!(page.line(third), 3);
    assert_eq!(page.path(page.root()), "");
}

#[test]
fn every_element_can_tell_where_in_the_text_its_tag_begins() {
    let text =
        "<!doctype html>\n<ul id=list>\n<li title=\"a <b> &amp\">1 &am <li\n class=x>2</li><li>3<p>é</p><i>4</ul>";
    let page = document(text);
    for (selector, tag) in
        [("ul", "<ul id"), ("li:nth-child(1)", "<li title"), (".x", "<li\n class"), ("p", "<p>"), ("i", "<i>")]
    {
        let element = page.first(page.root(), selector).unwrap().unwrap();
        assert!(text[page.offset(element)..].starts_with(tag), "{selector}: {}", &text[page.offset(element)..]);
    }
}

#[test]
fn a_signpost_names_the_last_steps_with_classes_from_the_nearest_id_on() {
    let page = document(
        "<div id=a><ul class='shows wide x'><li class=show>1<li class=show><h2>Moon</h2></ul></div><p><b>y</b>",
    );
    let sign = |selector: &str| page.signpost(page.first(page.root(), selector).unwrap().unwrap());
    assert_eq!(sign("h2"), "div#a > ul.shows.wide > li.show:nth-of-type(2) > h2");
    assert_eq!(sign("b"), "html > body > p > b");
    let h2 = page.first(page.root(), "h2").unwrap().unwrap();
    assert_eq!(page.select(page.root(), &page.signpost(h2)).unwrap(), [h2]);
}

#[test]
fn rows_tell_the_element_of_each_value_in_the_order_of_the_values() {
    let page = document("<h1>May</h1><li><a href=/1>One</a><i>x</i><i>y</i></li><li><b>no link</b></li>");
    let field = |selector: &str, scope, take, every| Field { selector: selector.to_owned(), scope, take, every };
    let fields = [
        field("h1", Scope::Before, Take::Text, false),
        field("a", Scope::Inside, Take::Url("href".to_owned()), false),
        field("i", Scope::Inside, Take::Text, true),
    ];
    let mut told = Vec::new();
    let rows = page.rows_told(page.root(), "li", &fields, |element| told.push(page.name(element).to_owned())).unwrap();
    assert_eq!(rows, page.rows(page.root(), "li", &fields).unwrap());
    assert_eq!(told, ["h1", "a", "i", "i", "h1"]);
}

#[test]
fn a_fragment_has_no_html_element_and_counts_against_the_same_budget() {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let budget = marquee_reading::Budget::new(DocumentLimits { bytes: 40, ..DocumentLimits::default() });
    let fragment = Document::parse_fragment_within("<p>a</p><p>b</p>", &url, &budget).unwrap();
    assert_eq!(texts(&fragment, "p"), ["a", "b"]);
    assert!(fragment.first(fragment.root(), "html").unwrap().is_none());
    let error = Document::parse_fragment_within("<p>aaaaaaaaaaaaaaaaaaaaaaa</p>", &url, &budget).unwrap_err();
    assert_eq!(error, ReadError::OverBudget { budget: "bytes", limit: 40 });
}
