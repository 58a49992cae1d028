//! The source file: what was found, as TOML, with what was guessed and from what as comments beside it.

use std::fmt::Write as _;

use chrono::NaiveDate;
use marquee_model::Slug;
use serde_json::Value;

use crate::{Guess, Setting, Tried};

/// What a file is written from.
#[derive(Debug)]
pub struct Written<'w> {
    /// The result to write.
    pub tried: &'w Tried,
    /// Where the page is.
    pub setting: &'w Setting,
    /// The source's slug.
    pub slug: &'w Slug,
    /// The day on which the page was looked at.
    pub today: NaiveDate,
}

/// The text of the source file.
///
/// What nothing tells is written as a guess that is easy to see (`zone = "UTC"` with a comment), so that the file is complete and
/// can be checked.
#[must_use]
pub fn source_text(written: &Written<'_>) -> String {
    let Written { tried, setting, slug, today } = written;
    let candidate = &tried.candidate;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&format!("# Found on {today}: {} events, confidence {:.2}.", tried.trial.events.len(), tried.confidence));
    for reason in &candidate.reasons {
        line(&format!("# {}", comment(reason)));
    }
    if let Some(missing) = &candidate.missing {
        line(&format!("# To be completed by hand: {}", comment(missing)));
    }
    line(&format!("slug = {}", quoted(slug.as_str())));
    let city = setting.city.as_ref().map(|city| city.value.as_str()).unwrap_or("here");
    let site = crate::place::slug(city).map_or_else(|| "here".to_owned(), |slug| slug.to_string());
    line(&format!(
        "site = {{ slug = {}, name = {} }}     # the city or region that its venues are listed under",
        quoted(&site),
        quoted(city)
    ));
    line(&format!("url = {}", quoted(candidate.url.as_str())));
    if candidate.plugin_first {
        line("first_request = \"plugin\"");
    }
    line(&format!("plugin = {}", quoted(&candidate.plugin)));
    match &setting.zone {
        Some(zone) => line(&with_reason(&format!("zone = {}", quoted(zone.value.name())), zone)),
        None => line("zone = \"UTC\"     # nothing on the page tells the zone: set it, or every time will be wrong"),
    }
    if let Some(language) = &setting.language {
        line(&with_reason(&format!("languages = [{}]", quoted(&language.value)), language));
    }
    if let Some(currency) = &setting.currency {
        line(&with_reason(&format!("currency = {}", quoted(currency.value.code())), currency));
    }
    line("");
    line("[venue]");
    line(&format!("slug = {}", quoted(slug.as_str())));
    match &setting.name {
        Some(name) => line(&with_reason(&format!("name = {}", quoted(&name.value)), name)),
        None => line(&format!("name = {}", quoted(slug.as_str()))),
    }
    for (key, guess) in [
        ("address", &setting.address),
        ("city", &setting.city),
        ("state", &setting.state),
        ("country", &setting.country),
    ] {
        if let Some(guess) = guess {
            line(&with_reason(&format!("{key} = {}", quoted(&guess.value)), guess));
        }
    }
    let lists = [("hosts", &candidate.hosts), ("headers", &candidate.headers)];
    if lists.iter().any(|(_, list)| !list.is_empty()) {
        line("");
        line("[follow]");
    }
    for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list: Vec<String> = list.iter().map(|one| quoted(one)).collect();
        line(&format!("{key} = [{}]", list.join(", ")));
    }
    configuration(&mut out, tried);
    out
}

/// The configuration as tables, with the share of items beside each field of a proposal.
fn configuration(out: &mut String, tried: &Tried) {
    let Some(settings) = tried.candidate.configuration.as_object().filter(|settings| !settings.is_empty()) else {
        return;
    };
    out.push_str("\n[configuration]\n");
    let mut tables = Vec::new();
    for (key, value) in settings {
        match value {
            Value::Object(table) if key == "fields" || key == "empty" => tables.push((key, table)),
            value => {
                let _ = writeln!(out, "{key} = {}", inline(value));
            }
        }
    }
    for (name, table) in tables {
        let _ = writeln!(out, "\n[configuration.{name}]");
        // As the proposal has them, title and date first.
        let order = |key: &str| {
            let place = tried.proposal.as_ref().and_then(|p| p.fields.iter().position(|(field, _)| field == key));
            place.unwrap_or(usize::MAX)
        };
        let mut entries: Vec<(&String, &Value)> = table.iter().collect();
        entries.sort_by_key(|(key, _)| order(key));
        for (key, value) in entries {
            let count = tried.proposal.as_ref().filter(|_| name == "fields").and_then(|proposal| {
                let (_, found) = proposal.fields.iter().find(|(field, _)| field == key)?;
                Some(format!("     # found in {found} of {}", proposal.items))
            });
            let _ = writeln!(out, "{key} = {}{}", inline(value), count.unwrap_or_default());
        }
    }
}

fn with_reason<T>(line: &str, guess: &Guess<T>) -> String {
    format!("{line}     # {}", comment(&guess.from))
}

/// A comment is one line.
fn comment(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.chars().take(160).collect()
}

/// A value as TOML on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(all) => format!("[{}]", all.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let parts: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        other => other.to_string(),
    }
}

/// A TOML string; a literal one where there are backslashes, which patterns are full of.
fn quoted(text: &str) -> String {
    if text.contains('\\') && !text.contains('\'') && !text.chars().any(char::is_control) {
        return format!("'{text}'");
    }
    toml::Value::String(text.to_owned()).to_string()
}
