//! What reading costs as its input doubles: for every reader, on what it is made for and on the worst shapes known.
//!
//! `cargo bench -p marquee-reading --bench linear`. A line a shape: nanoseconds a byte at the largest size, and the ratio of each
//! doubling. Linear reading doubles with its input; from a reader's own limit on (`LONGEST_TEXT` and its like) the ratio falls to 1.
//! The last column marks a shape whose ratio is above [`TOO_STEEP`] at the two largest sizes that were read whole.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::unwrap_used, reason = "a benchmark may fail loudly")]

use std::{
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use marquee_model::WebUrl;
use marquee_reading::{
    Document, DocumentLimits, Field, JsonDocument, Scope, Take, ages,
    dates::{self, DateContext},
    performers, prices, status, structured, text,
};

/// The growth at a doubling that is no longer taken for linear. Allocation in steps and noise of a shared machine stay below it.
const TOO_STEEP: f64 = 2.7;

/// Readings of one size; the fastest counts.
const TRIES: usize = 4;

/// One measurement lasts at least this long: the system counts a thread's time in grains of a few milliseconds.
const LEAST: Duration = Duration::from_millis(16);

fn main() {
    println!("{:<46} {:>9}  ratio at each doubling", "shape", "ns/byte");
    human();
    pages();
}

/// Times a reader on a shape of 2^from to 2^to bytes.
fn measure(name: &str, from: u32, to: u32, shape: impl Fn(usize) -> String, read: impl Fn(&str)) {
    let mut times = Vec::new();
    for power in from..=to {
        let input = shape(1 << power);
        times.push((input.len(), best(&input, &read)));
    }
    let ratios: Vec<f64> = times
        .windows(2)
        .map(|pair| match pair {
            [(_, before), (_, after)] => after.as_secs_f64() / before.as_secs_f64().max(f64::EPSILON),
            _ => 0.0,
        })
        .collect();
    let steep = ratios.len() > 1 && ratios.iter().rev().take(2).all(|ratio| *ratio > TOO_STEEP);
    let (bytes, time) = times.last().copied().unwrap_or_default();
    let shown: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    let mark = if steep { "  STEEP" } else { "" };
    println!("{name:<46} {:>9.1}  {}{mark}", time.as_secs_f64() * 1e9 / bytes.max(1) as f64, shown.join(" "));
}

fn best(input: &str, read: &impl Fn(&str)) -> Duration {
    let mut rounds = 1_u32;
    loop {
        let began = cpu();
        (0..rounds).for_each(|_| read(black_box(input)));
        if cpu().saturating_sub(began) >= LEAST || rounds > 1 << 20 {
            break;
        }
        rounds *= 2;
    }
    let once = |_| {
        let began = cpu();
        (0..rounds).for_each(|_| read(black_box(input)));
        cpu().saturating_sub(began) / rounds
    };
    (0..TRIES).map(once).min().unwrap_or_default()
}

/// CPU time of this thread, in which the other work of the machine does not count; where the system does not tell it, wall time.
fn cpu() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|stat| stat.split(' ').next()).and_then(|nanos| nanos.parse().ok());
    nanos.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

/// `unit` repeated to at most `bytes`.
fn repeated(unit: &'static str) -> impl Fn(usize) -> String {
    move |bytes| unit.repeat(bytes / unit.len())
}

fn context(listing: bool) -> DateContext {
    DateContext { listing, ..DateContext::new(NaiveDate::from_ymd_opt(2026, 3, 10).unwrap()) }
}

/// The readers of printed words. Sizes end at their limits: beyond, the text is cut.
fn human() {
    let date = |text: &str| drop(black_box(dates::read(&[text], &context(false))));
    for unit in [
        "Fri 13 March 2026, 8pm | ",
        "1/",
        "12.",
        "mar ",
        "Fri,",
        "20:00-",
        "a las ",
        "1 to ",
        "doors ",
        "-",
        "24|",
        "1er et ",
        "12.03 - ",
        "verschoben vom 1.1. ",
        "between ",
        "America/",
        "12-mar-26 ",
        "' ",
        "\u{301}",
    ] {
        measure(&format!("date text: {unit:?}"), 8, 12, repeated(unit), date);
    }
    let batch = |text: &str| {
        let texts: Vec<&str> = text.lines().collect();
        drop(black_box(dates::read(&texts, &context(true))));
    };
    for unit in ["Fri 13 March, 8pm\n", "03/04\n", "25 December\n", "20:00\n", "Mon\n", "\n"] {
        measure(&format!("date list: {unit:?}"), 12, 17, repeated(unit), batch);
    }
    let price = |text: &str| drop(black_box(prices::read(text, None)));
    for unit in [
        "VVK 15 € / AK 18 €, ",
        "$1 ",
        "1 ",
        "1,",
        "1.",
        "free ",
        "from ",
        "+",
        "€",
        "$1+ fee ",
        "12€50 ",
        "members ",
        "1-",
    ] {
        measure(&format!("price: {unit:?}"), 8, 12, repeated(unit), price);
    }
    let age = |text: &str| {
        let _ = black_box(ages::read(text));
    };
    for unit in ["Einlass ab 18 Jahren. ", "18 & ", "18+", "age ", "no one under "] {
        measure(&format!("age: {unit:?}"), 10, 14, repeated(unit), age);
    }
    let state = |text: &str| drop(black_box(status::read(text)));
    for unit in ["Moon (CANCELLED) ", "sold out ", "(", "[] ", "not ", "- verschoben auf 16. "] {
        measure(&format!("status: {unit:?}"), 8, 12, repeated(unit), state);
    }
    let acts = |text: &str| drop(black_box(performers::read(text)));
    for unit in
        ["Moon w/ Sun, Stars & Comets + ", ", ", "A + ", "A / ", "(feat. A) ", "w/ ", "& the ", "\"", "presents "]
    {
        measure(&format!("title: {unit:?}"), 7, 11, repeated(unit), acts);
    }
    let clean = |raw: &str| drop(black_box(text::clean(raw)));
    for unit in ["Caf&eacute; &amp;amp; Bar ", "&amp;", "amp;", "Ã©", "%20", "\u{200b} ", "&", "&#x1F3B8;"] {
        measure(&format!("text: {unit:?}"), 14, 18, repeated(unit), clean);
    }
}

fn page(text: &str) -> Option<Document> {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    Document::parse(text, &url, &DocumentLimits::default()).ok()
}

/// The readers of pages, up to what their budgets let through. A page over a budget costs what was read until then.
fn pages() {
    const EVENT: &str = "<article class='event card'><h3 class=title><a href=/e/1>Evening of the season</a></h3><time datetime=2026-03-13>Fri</time>\
        <ul><li class=act>Moon<li class=act>Sun</ul><span class=price>$12.50</span></article>\n";
    const ITEM: &str = "<div itemscope itemtype=https://schema.org/Event><b itemprop=name>Moon</b><meta itemprop=startDate content=2026-03-13></div>";
    for unit in [
        EVENT,
        "<p>",
        "<div>",
        "<b><p></b>",
        "<p><b id=x>",
        "<table><td>",
        "<",
        "&amp;",
        "<a b=c ",
        "<!--",
        "</x>",
        "<select><option>",
    ] {
        measure(
            &format!("document: {:?}", unit.chars().take(24).collect::<String>()),
            14,
            19,
            repeated(unit),
            |text| {
                drop(black_box(page(text)));
            },
        );
    }
    let field =
        |selector: &str| Field { selector: selector.into(), scope: Scope::Inside, take: Take::Text, every: false };
    for selectors in [[".title a", ".price"], ["li + li", "li:nth-child(2)"], [":has(li)", "ul > li:last-child"]] {
        measure(&format!("document and rows: {selectors:?}"), 14, 19, repeated(EVENT), |text| {
            let Some(page) = page(text) else { return };
            drop(black_box(page.rows(page.root(), "article", &selectors.map(field))));
        });
    }
    for (name, selector) in
        [("nested :has", ":has(:has(p))"), ("siblings", "article ~ article"), ("descendants", "* * *")]
    {
        measure(&format!("document and select: {name}"), 12, 16, repeated(EVENT), |text| {
            if let Some(page) = page(text) {
                drop(black_box(page.select(page.root(), selector)));
            }
        });
    }
    for unit in
        ["{\"@type\":\"Event\",\"name\":\"Moon\"},", "[", "{\"a\":", "\"\\u00e9\",", "1,", "// x\n", "/*", "'a',", "x "]
    {
        measure(
            &format!("JSON: {unit:?}"),
            13,
            18,
            |bytes| format!("[{}", unit.repeat(bytes / unit.len())),
            |text| {
                drop(black_box(JsonDocument::parse(text, &DocumentLimits::default())));
            },
        );
    }
    for (name, unit) in [
        ("JSON-LD, many blocks", "<script type=application/ld+json>{\"@type\":\"Event\",\"name\":\"Moon\"}</script>"),
        ("JSON-LD, broken", "<script type=application/ld+json>{\"@type\": ???}</script>"),
        ("microdata", ITEM),
        ("microdata, nested", "<div itemscope itemprop=x>"),
        ("h-event", "<div class=h-event><a class='p-name u-url' href=/e>Moon</a></div>"),
    ] {
        measure(&format!("structured data: {name}"), 13, 18, repeated(unit), |text| {
            if let Some(page) = page(text) {
                drop(black_box(structured::read_with_faults(&page)));
            }
        });
    }
    measure(
        "structured data: JSON-LD, one graph",
        13,
        18,
        |bytes| {
            let item = "{\"@type\":\"Event\",\"name\":\"Moon\",\"location\":{\"@id\":\"#p\"}},";
            let graph = item.repeat(bytes / item.len());
            format!("<script type=application/ld+json>[{graph}{{\"@id\":\"#p\",\"@type\":\"Place\"}}]</script>")
        },
        |text| {
            if let Some(page) = page(text) {
                drop(black_box(structured::read_with_faults(&page)));
            }
        },
    );
}
