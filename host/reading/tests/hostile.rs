//! Pages made to hurt: each ends quickly and in little memory, with an error or a bounded tree.
//!
//! One test only, since the memory measured is that of the whole process, its input and what it kept from before included.

#![expect(clippy::unwrap_used, reason = "helpers of tests: they may fail loudly")]

use std::{fmt::Write, fs, time::Duration};

use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits, ReadError, Take};

/// What issue and design ask for.
const TIME: Duration = Duration::from_millis(250);
const MEMORY_KIB: u64 = 100 << 10;

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, n| {
        all.push_str(&one(n));
        all
    })
}

fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// Made when its turn comes, so that only one is in memory.
type Shape = Box<dyn Fn() -> String>;

macro_rules! shapes {
    ($(($name:expr, $html:expr $(,)?)),* $(,)?) => {
        vec![$(($name, Box::new(move || $html) as Shape)),*]
    };
}

/// The shapes, `scale` times as large as they were found.
fn shapes(scale: usize) -> Vec<(&'static str, Shape)> {
    let n = move |count: usize| count * scale;
    shapes![
        ("nested div", "<div>".repeat(n(50_000))),
        ("nested div, closed", "<div>".repeat(n(50_000)) + &"</div>".repeat(n(50_000))),
        ("distinct b", many(n(20_000), |i| format!("<b id={i}>"))),
        ("p and distinct b", many(n(2_000), |i| format!("<p><b id={i}>x"))),
        ("attributes on one tag", format!("<div{}>", many(n(20_000), |i| format!(" a{i}")))),
        ("attributes with values", format!("<div{}>x", many(n(20_000), |i| format!("\na{i} = 'x\"' ")))),
        ("attributes on an end tag", format!("<p></p{}>", many(n(20_000), |i| format!(" a{i}")))),
        (
            "attributes behind a decoy",
            format!("<!-- <a b=\" --><i c='<d' {}>", many(n(20_000), |i| format!(" a{i}=<"))),
        ),
        ("attributes without end", format!("<div{}", many(n(20_000), |i| format!(" a{i}")))),
        ("attributes on html", many(n(20_000), |i| format!("<html a{i}><body b{i}>"))),
        ("a with long href, then p", format!("<p><a href={}>", long(1000)) + &"<p>a".repeat(n(20_000))),
        ("distinct a, then p", many(n(200), |i| format!("<a href={}{i}><p>", long(500)))),
        (
            "b with many attributes, then p",
            format!("<b{}>", many(500, |i| format!(" a{i}=1"))).repeat(3) + &"<p>".repeat(n(20_000)),
        ),
        ("adoption agency", "<b><p></b>".repeat(n(20_000))),
        ("adoption agency, mixed", "<a><b><i><u><p><div></a></b></i></u>".repeat(n(5_000))),
        ("misnested a", "<a><div></a><a>".repeat(n(10_000))),
        ("tables in tables", "<table><tr><td>".repeat(n(20_000))),
        ("tables, not closed", "<table>".repeat(n(50_000))),
        ("foster parents", "<table>".to_owned() + &"<b>x<tr>y".repeat(n(20_000))),
        ("foster parents, nested", "<table><div>".repeat(n(20_000))),
        ("templates", "<template>".repeat(n(30_000))),
        ("templates in tables", "<table><template><tr>".repeat(n(20_000))),
        ("select and option", "<select><option><optgroup>".repeat(n(20_000))),
        ("svg and foreignObject", "<svg><foreignObject><p>".repeat(n(20_000))),
        ("math", "<math><mi><mglyph><annotation-xml encoding=text/html>".repeat(n(10_000))),
        ("lists", "<ul><li>".repeat(n(20_000))),
        ("siblings", "<p>x".repeat(n(60_000))),
        ("end tags", "</p>".repeat(n(60_000))),
        ("end tags on a stack", "<y>".repeat(500) + &"</x>".repeat(n(300_000))),
        ("unknown names", many(n(60_000), |i| format!("<n{i}></n{i}>"))),
        ("unknown attributes", many(n(40_000), |i| format!("<p a{i}>"))),
        ("entities", "&amp;&notin;&#x1F3B8;&nothing".repeat(n(40_000))),
        ("half entities", "&".repeat(n(400_000))),
        ("a long number", format!("&#{};", "1".repeat(n(400_000)))),
        ("nul bytes", "\0".repeat(n(400_000))),
        ("nul bytes in markup", "<\0p\0 a\0=\0>\0</p>".repeat(n(20_000))),
        ("angle brackets", "<".repeat(n(400_000))),
        ("bogus comments", "<!".repeat(n(200_000))),
        ("a comment without end", format!("<!--{}", "-!>--".repeat(n(80_000)))),
        ("a doctype without end", format!("<!doctype {}", "a ".repeat(n(200_000)))),
        ("a long attribute", format!("<p title='{}'>", "a b=<c ".repeat(n(60_000)))),
        ("a long text", "word \u{a0}é\n".repeat(n(40_000))),
        ("script in script", "<script><!--<script>".repeat(n(20_000))),
        ("carriage returns", "\r\n\r".repeat(n(100_000))),
        ("frames", "<frameset><frame>".repeat(n(20_000))),
        ("headings", "<h1><h2>".repeat(n(30_000))),
        ("buttons and forms", "<form><button>".repeat(n(20_000))),
        ("ruby", "<ruby><rt><rp>".repeat(n(20_000))),
        ("fonts", many(n(20_000), |i| format!("<font size={i}></p>"))),
    ]
}

#[test]
fn hostile_pages_end_quickly_and_in_little_memory() {
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let (mut table, mut slow) = (String::new(), Vec::new());
    for (name, html) in shapes(1).into_iter().chain(shapes(10)) {
        let html = html();
        // The quickest of a few, since the machine has other things to do.
        let (mut time, mut memory, mut end) = (Duration::MAX, u64::MAX, String::new());
        for _ in 0..3 {
            reset_peak();
            let began = cpu();
            end = read(&html, &url);
            time = time.min(cpu().saturating_sub(began));
            memory = memory.min(peak_kib());
            if time < TIME && memory < MEMORY_KIB {
                break;
            }
        }
        writeln!(table, "{name:32} {:>9} B {time:>12.1?} {memory:>7} KiB  {end}", html.len()).unwrap();
        if time > TIME || memory > MEMORY_KIB {
            slow.push(name);
        }
    }
    println!("{table}");
    assert!(slow.is_empty(), "too slow or too large: {slow:?}\n{table}");
}

/// Parses a page and, should that succeed, walks it in every way.
fn read(html: &str, url: &WebUrl) -> String {
    let document = match Document::parse(html, url, &DocumentLimits::default()) {
        Ok(document) => document,
        Err(ReadError::OverBudget { budget, .. }) => return format!("over {budget}"),
        Err(other) => return other.to_string(),
    };
    let all = document.select(document.root(), "*").unwrap();
    let text = document.take(document.root(), &Take::Lines).unwrap().len();
    let markup = document.take(document.root(), &Take::Markup).unwrap().len();
    let last = all.last().map(|id| document.path(*id).len());
    format!("{} elements, {text} B text, {markup} B markup, path {last:?}", all.len())
}

/// CPU time of this thread; another thread's work does not count.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default();
    Duration::from_nanos(nanos)
}

fn reset_peak() {
    // Not allowed everywhere; the peak is then that of all shapes so far, and the test the stricter.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    peak.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
