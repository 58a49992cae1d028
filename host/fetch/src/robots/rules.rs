//! The rules of a robots.txt that hold for one robot.

use serde::{Deserialize, Serialize};

use super::pattern;

/// What a robots.txt says to one robot. Made by [`Rules::read`]; nothing in it: everything is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// `Crawl-delay` in milliseconds. Not in the RFC; sites that write it mean it.
    pub crawl_delay_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    allow: bool,
    /// In normal form, not empty.
    path: String,
}

/// Whether a path may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It may.
    Allowed,
    /// It may not.
    Disallowed {
        /// The line that says so.
        rule: String,
    },
}

/// A line that means something here.
enum Line<'a> {
    Agent(&'a str),
    Rule { allow: bool, path: &'a str },
    Delay(u64),
}

/// Ways in which `disallow` is misspelt on real sites and is all the same meant.
const DISALLOW: &[&str] = &["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"];

/// How well a group's name fits a robot's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Everybody,
    /// By so many of its letters.
    Name(usize),
}

impl Rules {
    /// Reads what a robots.txt says to the robot of this product token.
    ///
    /// Never fails: a line that cannot be read is as if it were not there (RFC 9309 section 2.2). Bytes that are not UTF-8 spoil only
    /// their own line, a byte order mark none. Lines end with CR, LF or both. All groups that fit best are one (section 2.2.1);
    /// a robot `hedwig-news` obeys a group `hedwig` where none has its whole name.
    #[must_use]
    pub fn read(bytes: &[u8], agent: &str) -> Self {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let lines: Vec<Line<'_>> = text.split(['\n', '\r', '\0']).filter_map(line).collect();
        let names = lines.iter().filter_map(|line| match line {
            Line::Agent(name) => Some(fit(name, agent)),
            _ => None,
        });
        let best = names.max().unwrap_or(Fit::No);

        let (mut rules, mut delay, mut everywhere) = (Vec::new(), None, None);
        let (mut seen_name, mut ours, mut in_header) = (false, false, false);
        for line in &lines {
            match line {
                Line::Agent(name) => {
                    // Names in a row head one group; what stands between them and is no rule does not part them.
                    ours = (ours && in_header) || (best > Fit::No && fit(name, agent) == best);
                    (seen_name, in_header) = (true, true);
                }
                Line::Rule { allow, path } => {
                    in_header = false;
                    if ours {
                        rules.push(Rule { allow: *allow, path: pattern::normal(path) });
                    }
                }
                Line::Delay(ms) => {
                    // Before any name it is meant for everybody, whatever the RFC says of lines outside of groups.
                    in_header = false;
                    let longest = if seen_name { &mut delay } else { &mut everywhere };
                    if ours || !seen_name {
                        *longest = (*longest).max(Some(*ms));
                    }
                }
            }
        }
        rules.retain(|rule| !rule.path.is_empty());
        Self { rules, crawl_delay_ms: delay.or(everywhere) }
    }

    /// Whether this path (with its query, percent-encoded as it is sent) may be asked for: the longest matching rule decides, and of
    /// two as long the one that allows (RFC 9309 section 2.2.2). `/robots.txt` always may.
    #[must_use]
    pub fn judge(&self, path: &str) -> Judgement {
        if path == "/robots.txt" {
            return Judgement::Allowed;
        }
        let path = pattern::upper_hex(path);
        let plain = pattern::plain(&path);
        let matching = self.rules.iter().filter(|rule| rule.matches(&path, &plain));
        match matching.max_by_key(|rule| (rule.path.len(), rule.allow)) {
            Some(rule) if !rule.allow => Judgement::Disallowed { rule: format!("Disallow: {}", rule.path) },
            _ => Judgement::Allowed,
        }
    }

    /// How many rules there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none, so that everything is allowed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Rule {
    /// What is disallowed is so in every spelling (`/%7Eme` and `/~me`); what is allowed, only as it is written: in doubt a page
    /// is not asked for.
    fn matches(&self, path: &str, plain: &str) -> bool {
        if pattern::matches(&self.path, path) {
            return true;
        }
        if self.allow {
            // `/list/index.html` is the page of `/list/` on most servers.
            let folder = self.path.strip_suffix("index.html").or_else(|| self.path.strip_suffix("index.htm"));
            return folder.is_some_and(|f| f.ends_with('/') && pattern::matches(&format!("{f}$"), path));
        }
        let other_spelling = self.path.contains('%') || plain != path;
        other_spelling && pattern::matches(&pattern::plain(&self.path), plain)
    }
}

fn line(text: &str) -> Option<Line<'_>> {
    let text = text.split('#').next().unwrap_or_default().trim();
    let (key, value) = text.split_once(':').or_else(|| {
        // `disallow /` without its colon is meant all the same, but `a robot may read this` is not.
        let (key, value) = text.split_once([' ', '\t'])?;
        (!value.trim().contains([' ', '\t'])).then_some((key, value))
    })?;
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    match key.as_str() {
        "user-agent" | "useragent" | "user agent" => Some(Line::Agent(value)),
        "allow" => Some(Line::Rule { allow: true, path: value }),
        "crawl-delay" | "crawldelay" => delay(value).map(Line::Delay),
        key if DISALLOW.contains(&key) => Some(Line::Rule { allow: false, path: value }),
        _ => None,
    }
}

/// Seconds, with a fraction if they like, as milliseconds.
fn delay(value: &str) -> Option<u64> {
    /// A year: more is nonsense, and no number of ours may overflow by it.
    const MOST: f64 = 366.0 * 24.0 * 3600.0;
    let seconds: f64 = value.split_whitespace().next()?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the clamp")]
    (seconds >= 0.0).then(|| (seconds.min(MOST) * 1000.0).round() as u64)
}

/// The product token that a group's line names is its first word up to a version (RFC 9309 section 2.2.1).
fn fit(name: &str, agent: &str) -> Fit {
    let name = name.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    if name == "*" {
        return Fit::Everybody;
    }
    let token = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let Some((head, tail)) = agent.split_at_checked(name.len()) else { return Fit::No };
    if name.is_empty() || !head.eq_ignore_ascii_case(name) {
        return Fit::No;
    }
    let whole_words = tail.is_empty() || (token(agent) && !tail.starts_with(|c: char| c.is_ascii_alphabetic()));
    if whole_words { Fit::Name(name.len()) } else { Fit::No }
}
