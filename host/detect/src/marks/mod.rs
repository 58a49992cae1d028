//! Marks: what on a page shows which platform it stands on, and what of the page the platform's plugin needs to be told.
//!
//! The marks are data (`table`); this file compares a page with them and adds up. A mark is a reason to try a plugin, never a
//! reason to believe it: the caller runs what is named here.

mod derive;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use marquee_model::WebUrl;
use serde_json::{Value, json};

use crate::Subject;
use table::{MARKS, Mark, Place};

/// Elements whose classes and addresses are looked at.
const MOST_ELEMENTS: usize = 60_000;

/// A plugin that may read the page, or what the page leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The plugin's id.
    pub plugin: String,
    /// 0 to 1: how sure the marks are.
    pub confidence: f64,
    /// The marks, in words.
    pub reasons: Vec<String>,
    /// The address for the source file.
    pub url: WebUrl,
    /// The plugin's configuration.
    pub configuration: Value,
    /// The plugin is asked before anything is fetched.
    pub plugin_first: bool,
    /// Hosts that the source has to be allowed to follow to.
    pub hosts: Vec<String>,
    /// Headers that its requests have to be allowed to carry.
    pub headers: Vec<String>,
    /// What has to be looked up by hand before this works.
    pub missing: Option<String>,
}

impl Candidate {
    /// A plugin that is to read the page as it is, without configuration.
    #[must_use]
    pub fn plain(plugin: &str, url: &WebUrl) -> Self {
        Self {
            plugin: plugin.to_owned(),
            confidence: 0.0,
            reasons: Vec::new(),
            url: url.clone(),
            configuration: json!({}),
            plugin_first: false,
            hosts: Vec::new(),
            headers: Vec::new(),
            missing: None,
        }
    }

    /// Whether it reads another page than the one that was looked at.
    #[must_use]
    pub fn is_elsewhere(&self, page: &WebUrl) -> bool {
        self.plugin_first || self.url != *page
    }
}

/// What of a page marks are compared with.
struct Traits {
    host: String,
    generator: String,
    classes: BTreeSet<String>,
    /// Addresses of scripts, styles, pictures and frames.
    assets: Vec<String>,
    /// Addresses that are linked to.
    links: Vec<String>,
    body: String,
}

/// The plugins that the page's marks speak for, the surest first.
#[must_use]
pub fn candidates(subject: &Subject<'_>) -> Vec<Candidate> {
    let traits = Traits::of(subject);
    let mut said: BTreeMap<&str, (f64, Vec<String>)> = BTreeMap::new();
    for mark in MARKS {
        if let Some(seen) = traits.meets(mark) {
            let (doubt, reasons) = said.entry(mark.plugin).or_insert((1.0, Vec::new()));
            // Each mark takes away its share of the doubt that is left.
            *doubt *= 1.0 - mark.weight;
            reasons.push(seen);
        }
    }
    let mut found: Vec<Candidate> = said
        .into_iter()
        .flat_map(|(plugin, (doubt, reasons))| {
            let base = Candidate { confidence: 1.0 - doubt, reasons, ..Candidate::plain(plugin, &subject.page.url) };
            derive::configured(base, subject)
        })
        .collect();
    found.extend(structured(subject));
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.plugin.cmp(&b.plugin)));
    found
}

/// Events in the page's structured data speak for `json-ld`.
fn structured(subject: &Subject<'_>) -> Option<Candidate> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in subject.events() {
        *counts.entry(format!("{:?}", item.syntax)).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    if total == 0 {
        return None;
    }
    let only_graph = counts.keys().all(|syntax| syntax == "OpenGraph");
    let reasons =
        counts.iter().map(|(syntax, n)| format!("{n} events in the page's {}", syntax_name(syntax))).collect();
    // One event may be the page's own; several are a listing.
    let confidence = if only_graph {
        0.2
    } else if total == 1 {
        0.5
    } else {
        0.85
    };
    Some(Candidate { confidence, reasons, ..Candidate::plain("json-ld", &subject.page.url) })
}

fn syntax_name(syntax: &str) -> &str {
    match syntax {
        "JsonLd" => "JSON-LD",
        "Microdata" => "microdata",
        "HEvent" => "h-event classes",
        _ => "OpenGraph",
    }
}

impl Traits {
    fn of(subject: &Subject<'_>) -> Self {
        let mut traits = Self {
            host: subject.page.url.host().to_owned(),
            generator: String::new(),
            classes: BTreeSet::new(),
            assets: Vec::new(),
            links: Vec::new(),
            body: subject.page.body.clone(),
        };
        let Some(document) = &subject.document else { return traits };
        for element in document.elements().take(MOST_ELEMENTS) {
            let mut generator = false;
            for (name, value) in document.attributes(element) {
                match name {
                    "class" => traits.classes.extend(value.split_ascii_whitespace().map(str::to_owned)),
                    "src" | "data-src" => traits.assets.push(value.to_owned()),
                    "href" if document.name(element) == "link" => traits.assets.push(value.to_owned()),
                    "href" => traits.links.push(value.to_owned()),
                    "name" if value.eq_ignore_ascii_case("generator") => generator = true,
                    _ => {}
                }
            }
            if generator {
                document.attribute(element, "content").unwrap_or_default().clone_into(&mut traits.generator);
            }
        }
        traits
    }

    /// Words for what was seen, where the mark is met.
    fn meets(&self, mark: &Mark) -> Option<String> {
        let what = mark.what;
        let first = |all: &[String]| all.iter().find(|address| address.contains(what)).cloned();
        let shown = |text: &str| text.chars().take(90).collect::<String>();
        match mark.place {
            Place::Host => {
                let host = self.host.strip_prefix("www.").unwrap_or(&self.host);
                (host == what || host.ends_with(&format!(".{what}")) || what.ends_with('.') && host.contains(what))
                    .then(|| format!("the page is on {}", self.host))
            }
            Place::Generator => {
                let seen = self.generator.to_lowercase().contains(&what.to_lowercase());
                seen.then(|| format!("the page says that it was made by {}", shown(&self.generator)))
            }
            Place::Class => {
                let seen = self.classes.iter().find(|class| match what.strip_suffix('*') {
                    Some(prefix) => class.starts_with(prefix),
                    None => *class == what,
                });
                seen.map(|class| format!("class `{class}`"))
            }
            Place::Asset => first(&self.assets).map(|address| format!("it loads {}", shown(&address))),
            Place::Link => first(&self.links).map(|address| format!("it links to {}", shown(&address))),
            Place::Text => self.body.contains(what).then(|| format!("`{what}` stands in it")),
            Place::Start => self.body.trim_start().starts_with(what).then(|| format!("it begins with `{what}`")),
        }
    }
}
