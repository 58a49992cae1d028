//! `marquee why`: why an event is shown as it is, field by field, with the selector by which each is found.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use marquee_model::{EventId, RestsOn, Way};
use marquee_store::{EventField, StoredRecord, WhyField};
use serde_json::{Value, json};

use crate::{
    house::{self, Database},
    settings::Settings,
    terminal::short,
};

/// Why an event is shown as it is.
#[derive(Args)]
#[command(after_help = "Examples:\n  marquee why evt_0198c0de...\n  marquee why evt_0198c0de... --json\n\n\
    The selector is the one by which the plugin finds the field on the pages of that source as a rule. `marquee explain` leads to the line on \
    a saved page.")]
pub(crate) struct Why {
    /// The event's id, such as evt_0198c0de....
    event: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Why) -> Result<ExitCode> {
    let id: EventId = options.event.parse().context("give an id as `/api/v1/events` shows it")?;
    let database = Database::open(settings).await?;
    let why = database.store.why(id, house::clock().now()).await?;
    database.close().await?;
    if why.records.is_empty() {
        bail!("there is no event {id} in this database");
    }
    if options.json {
        let fields: Vec<Value> = why.fields.iter().map(|field| as_json(field, &why)).collect();
        println!("{}", json!({ "event": id, "fields": fields }));
        return Ok(ExitCode::SUCCESS);
    }
    for field in &why.fields {
        println!("{}: {}", field.field.name(), short(&shown(&field.value), 100));
        println!("    {}", field.because);
        for (record, value) in tellings(field, &why) {
            let told = &record.known.event.attribution;
            println!("    {} says {}", record.source_slug, short(&shown(value), 80));
            println!("      page {}, plugin {} {}", told.page.short(), told.plugin.id, told.plugin.version);
            ways(field.field, &why, record).iter().for_each(|line| println!("      {line}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tellings<'w>(
    field: &'w WhyField,
    why: &'w marquee_store::Why,
) -> impl Iterator<Item = (&'w StoredRecord, &'w Value)> {
    field.told.iter().filter_map(|telling| {
        let record = why.records.iter().find(|record| record.source == telling.source)?;
        Some((record, &telling.value))
    })
}

/// A line for each way.
fn ways(field: EventField, why: &marquee_store::Why, record: &StoredRecord) -> Vec<String> {
    if field == EventField::Venue {
        return vec!["from the source file: `venue`".to_owned()];
    }
    let Some(known) = why.ways_of(record) else {
        return vec!["its way was not followed; the next crawl that reads a page anew does".to_owned()];
    };
    let found = known.of(field);
    if found.is_empty() {
        return vec!["none of the events that were followed had it".to_owned()];
    }
    found.into_iter().map(|(part, way)| line(part, way)).collect()
}

fn line(part: Option<&str>, way: &Way) -> String {
    let part = part.map(|part| format!("{part}: ")).unwrap_or_default();
    let spots: Vec<String> = way.found.iter().map(|spot| format!("{} ({})", spot.selector, spot.take)).collect();
    let found = match way.rests_on {
        RestsOn::Plugin => "the plugin's own".to_owned(),
        RestsOn::Rule => "no page says it".to_owned(),
        RestsOn::Page | RestsOn::Configuration => spots.join(" + "),
    };
    let then: String = way.then.iter().map(|done| format!("; {}", done.what)).collect();
    format!("{part}{found}{then}")
}

fn as_json(field: &WhyField, why: &marquee_store::Why) -> Value {
    let told: Vec<Value> = tellings(field, why)
        .map(|(record, value)| {
            let told = &record.known.event.attribution;
            let found = why.ways_of(record).map(|known| known.of(field.field)).unwrap_or_default();
            json!({
                "source": record.source_slug, "value": value, "page": told.page, "plugin": told.plugin,
                "selector": found.iter().find_map(|(_, way)| way.selector()),
                "ways": found.iter().map(|(part, way)| json!({ "part": part, "way": way })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "field": field.field, "value": field.value, "because": field.because, "told": told })
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
