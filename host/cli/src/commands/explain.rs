//! `marquee explain`: where each value of a saved page's events comes from, step by step down to a line of the page.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveTime, Utc};
use marquee_crawl::{Explanation, SourceFile};
use marquee_extract::{CallFailure, Plugin};
use marquee_model::{Event, Page, Provenance, Step};

use crate::{NOTHING_USABLE, arguments, house, settings::Settings, terminal::short};

/// Columns of a value in the terminal.
const WIDTH: usize = 100;

pub(super) async fn run(settings: &Settings, options: arguments::Explain) -> Result<ExitCode> {
    let now = house::clock().now();
    let mut file = marquee_crawl::source_file::read_file(&options.source, now)?;
    if let Some(url) = &options.url {
        file.source.url = url.parse()?;
    }
    let plugin = plugin(settings, &options, &file).await?;
    if let Err(problems) = plugin.check_configuration(&file.source.configuration) {
        bail!("the configuration does not fit the plugin's schema:\n{}", crate::terminal::lines(&problems));
    }
    let page = Arc::new(page(&options, &file)?);
    let explained = marquee_crawl::explain(&plugin, &file.source, page, &settings.normalize).await;
    let explanation = match explained {
        Ok(explanation) => explanation,
        Err(error) => {
            let word = if matches!(*error.failure, CallFailure::Answered(_)) { "refused" } else { "failed" };
            if options.json {
                println!("{}", serde_json::json!({ "outcome": word, "reason": error.to_string() }));
            } else {
                println!("{word}: {error}");
            }
            return Ok(ExitCode::from(NOTHING_USABLE));
        }
    };
    let chosen = chosen(&explanation.normalized.events, options.event.as_deref())?;
    if options.json {
        println!("{}", json(&plugin, &explanation, &chosen, options.field.as_deref())?);
    } else {
        show(&plugin, &explanation, &chosen, options.field.as_deref());
    }
    Ok(ExitCode::SUCCESS)
}

/// The plugin: the file that was named, else the source's own out of the plugin folder.
async fn plugin(settings: &Settings, options: &arguments::Explain, file: &SourceFile) -> Result<Arc<Plugin>> {
    let wasm = match (&options.plugin, &options.plugins) {
        (Some(wasm), _) => wasm.clone(),
        (None, folder) => {
            let folder = folder.as_ref().unwrap_or(&settings.plugins.folder);
            folder.join(format!("{}.wasm", file.source.plugin))
        }
    };
    if !wasm.is_file() {
        bail!(
            "{} is not there; name the plugin's file, or the folder that it lies in as `<id>.wasm` with --plugins",
            wasm.display()
        );
    }
    Ok(super::plugin::load(settings, &wasm).await?.1)
}

fn page(options: &arguments::Explain, file: &SourceFile) -> Result<Page> {
    let bytes = std::fs::read(&options.page).with_context(|| format!("{} cannot be read", options.page.display()))?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let fetched_at: DateTime<Utc> = options
        .today
        .or(file.saved.reference_date)
        .map_or_else(|| house::clock().now(), |day| day.and_time(noon).and_utc());
    let content_type = if is_json(&options.page) { "application/json" } else { "text/html" };
    let url = file.source.url.clone();
    let mut page = marquee_fetch::saved::page(&bytes, Some(content_type), url, fetched_at, &options.kind);
    page.request.context.clone_from(&options.context);
    Ok(page)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// The places of the events that were asked for: a number from 1, or a part of the title.
fn chosen(events: &[Event], wanted: Option<&str>) -> Result<Vec<usize>> {
    let Some(wanted) = wanted else { return Ok((0..events.len()).collect()) };
    if let Ok(number) = wanted.parse::<usize>() {
        let Some(place) = number.checked_sub(1).filter(|place| *place < events.len()) else {
            bail!("there are {} events on this page, so no event {number}", events.len());
        };
        return Ok(vec![place]);
    }
    let part = wanted.to_lowercase();
    let of = |event: &Event| event.title.to_lowercase().contains(&part);
    let found: Vec<usize> = events.iter().enumerate().filter(|(_, event)| of(event)).map(|(place, _)| place).collect();
    if found.is_empty() {
        bail!("no event on this page has `{wanted}` in its title; `marquee explain` without --event shows all");
    }
    Ok(found)
}

/// Whether a value is asked for: `--field price` also means `price.min`, `--field performers` each of them.
fn is_asked(way: &Provenance, field: Option<&str>) -> bool {
    field.is_none_or(|field| {
        way.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

fn json(plugin: &Plugin, explanation: &Explanation, chosen: &[usize], field: Option<&str>) -> Result<String> {
    let ways = |ways: &[Provenance]| -> Vec<serde_json::Value> {
        let asked = ways.iter().filter(|way| is_asked(way, field));
        asked.filter_map(|way| serde_json::to_value(way).ok().map(|json| with_verdict(json, way))).collect()
    };
    let events: Vec<serde_json::Value> = chosen
        .iter()
        .filter_map(|place| Some((*place, explanation.normalized.events.get(*place)?, explanation.events.get(*place)?)))
        .map(|(place, event, told)| {
            serde_json::json!({
                "number": place + 1, "identity": event.identity, "title": event.title, "date": event.start.date,
                "values": ways(told),
            })
        })
        .collect();
    let claims: Vec<_> = explanation.claims.iter().map(|claim| ways(claim)).collect();
    let json = serde_json::json!({
        "plugin": plugin.version(), "outcome": explanation.extracted.extraction.outcome.name(), "events": events,
        "claims_without_event": claims, "share": explanation.share(), "reads_left_out": explanation.left_out,
    });
    Ok(serde_json::to_string(&json)?)
}

fn with_verdict(mut json: serde_json::Value, way: &Provenance) -> serde_json::Value {
    if let Some(members) = json.as_object_mut() {
        members.insert("explained".to_owned(), way.step.is_explained().into());
    }
    json
}

fn show(plugin: &Plugin, explanation: &Explanation, chosen: &[usize], field: Option<&str>) {
    let outcome = explanation.extracted.extraction.outcome.name().replace('_', " ");
    println!("{}: {outcome}, {} events", plugin.version(), explanation.normalized.events.len());
    for place in chosen {
        let (Some(event), Some(ways)) = (explanation.normalized.events.get(*place), explanation.events.get(*place))
        else {
            continue;
        };
        println!("\n{}. {} ({})", place + 1, event.title, event.start.date);
        ways.iter().filter(|way| is_asked(way, field)).for_each(show_way);
    }
    for (number, ways) in (1..).zip(&explanation.claims) {
        println!("\nclaim {number} that is no event of its own");
        ways.iter().filter(|way| is_asked(way, field)).for_each(show_way);
    }
    if explanation.left_out > 0 {
        println!(
            "\n{} reads were too many to be noted; values that come from them look unexplained",
            explanation.left_out
        );
    }
    println!("\n{}", explanation.share());
}

fn show_way(way: &Provenance) {
    println!("  {}: {}", way.field, short(&way.value, WIDTH));
    show_step(&way.step, &way.value, 2);
}

fn show_step(step: &Step, above: &str, depth: usize) {
    let indent = "  ".repeat(depth);
    let value = if step.value == above { String::new() } else { format!(" `{}`", short(&step.value, WIDTH)) };
    println!("{indent}← {}{value}", step.how);
    if let Some(place) = &step.place {
        println!("{indent}  at {}", place.expression);
        let line = match (place.line, place.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}"),
            (Some(line), None) => format!("line {line}"),
            (None, _) => String::new(),
        };
        match &place.element {
            Some(element) if line.is_empty() => println!("{indent}  on {element}"),
            Some(element) => println!("{indent}  on {element}, {line}"),
            None if line.is_empty() => {}
            None => println!("{indent}  on {line}"),
        }
    }
    step.from.iter().for_each(|from| show_step(from, &step.value, depth + 1));
}

#[cfg(test)]
mod tests {
    use marquee_model::{How, Place};

    use super::*;

    #[test]
    fn a_field_is_asked_for_by_its_name_with_all_its_parts() {
        let way = |field: &str| Provenance::new(field, "x", Step::new(How::Plugin, "x"));
        for (field, asked) in [("price.min", true), ("price.kind", true), ("price", true), ("priceless", false)] {
            assert_eq!(is_asked(&way(field), Some("price")), asked, "{field}");
        }
        assert!(is_asked(&way("performers[1]"), Some("performers")) && is_asked(&way("title"), None));
    }

    #[test]
    fn a_verdict_stands_beside_each_value_in_json() {
        let place = Place { expression: "h2".to_owned(), line: Some(3), ..Place::default() };
        let way = Provenance::new("title", "x", Step::new(How::Read { take: "text".to_owned() }, "x").at(place));
        let json = with_verdict(serde_json::to_value(&way).unwrap(), &way);
        assert_eq!(json["explained"], true);
        assert_eq!(json["step"]["place"]["line"], 3);
    }
}
