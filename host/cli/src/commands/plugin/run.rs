//! `marquee plugin run FILE --page PAGE`: what a plugin reads from a saved page, as the host would take it over.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result, bail};
use marquee_crawl::SourceFile;
use marquee_extract::{CallFailure, Extracted, Plugin};
use marquee_model::{CrawlId, EventTime, Page, Price, Severity};
use marquee_normalize::{Input, Normalized, PageClaims, PageFacts, normalize};

use crate::{
    NOTHING_USABLE, arguments, house,
    settings::Settings,
    terminal::{or_dash, short, table},
};

pub(super) async fn run(settings: &Settings, options: arguments::PluginRun) -> Result<ExitCode> {
    let (_, plugin) = super::load(settings, &options.file).await?;
    let file = source(&options, &plugin)?;
    let source = &file.source;
    if let Err(problems) = plugin.check_configuration(&source.configuration) {
        bail!("the configuration does not fit the plugin's schema:\n{}", crate::terminal::lines(&problems));
    }
    let page = Arc::new(page(&options, &file)?);

    let extracted = match plugin.extract(source, Arc::clone(&page)).await {
        Ok(extracted) => extracted,
        Err(error) => {
            error.log.iter().for_each(|line| eprintln!("{:?}: {}", line.severity, line.message));
            return Ok(refused(&error, options.json));
        }
    };
    let claims = PageClaims { page: PageFacts::from(&*page), claims: extracted.extraction.outcome.events() };
    let input = Input {
        source,
        crawl: CrawlId::new(page.fetched_at),
        plugin: plugin.version(),
        pages: std::slice::from_ref(&claims),
    };
    let normalized = normalize(&input, &settings.normalize);

    if options.json {
        let json = serde_json::json!({
            "plugin": plugin.version(), "outcome": extracted.extraction.outcome.name(), "extraction": extracted.extraction,
            "events": normalized.events, "rejections": normalized.rejections, "diagnostics": normalized.diagnostics,
        });
        println!("{json}");
    } else {
        show(&plugin, &extracted, &normalized);
    }
    Ok(ExitCode::SUCCESS)
}

/// The source that the page belongs to: from its file, or from the options.
fn source(options: &arguments::PluginRun, plugin: &Plugin) -> Result<SourceFile> {
    let now = house::clock().now();
    if let Some(path) = &options.source {
        let mut file = marquee_crawl::source_file::read_file(path, now)?;
        if let Some(url) = &options.url {
            file.source.url = url.parse()?;
        }
        return Ok(file);
    }
    let configuration: serde_json::Value =
        serde_json::from_str(&options.configuration).context("--configuration is not JSON")?;
    let text = toml::to_string(&serde_json::json!({
        "slug": "page", "url": options.url, "plugin": plugin.version().id, "zone": options.zone,
        "site": { "slug": "here", "name": "Here" }, "venue": { "slug": "venue", "name": "Venue" },
    }))?;
    let mut file = marquee_crawl::source_file::parse(Path::new("the options"), &text, now)?;
    file.source.configuration = configuration;
    Ok(file)
}

fn page(options: &arguments::PluginRun, file: &SourceFile) -> Result<Page> {
    let bytes = std::fs::read(&options.page).with_context(|| format!("{} cannot be read", options.page.display()))?;
    let mut saved = file.saved.clone();
    saved.reference_date = options.today.or(saved.reference_date);
    let fetched_at = saved.fetched_at(house::clock().now());
    let content_type = marquee_fetch::saved::content_type(&options.page);
    let kind = options.kind.as_deref().unwrap_or(&saved.kind);
    let mut page = marquee_fetch::saved::page(&bytes, Some(content_type), file.source.url.clone(), fetched_at, kind);
    page.request.context.clone_from(&options.context);
    Ok(page)
}

fn refused(error: &marquee_extract::CallError, json: bool) -> ExitCode {
    let word = if matches!(*error.failure, CallFailure::Answered(_)) { "refused" } else { "failed" };
    if json {
        println!("{}", serde_json::json!({ "outcome": word, "reason": error.to_string() }));
    } else {
        println!("{word}: {error}");
    }
    ExitCode::from(NOTHING_USABLE)
}

fn show(plugin: &Plugin, extracted: &Extracted, normalized: &Normalized) {
    let extraction = &extracted.extraction;
    println!(
        "{}: {}, {} events",
        plugin.version(),
        extraction.outcome.name().replace('_', " "),
        normalized.events.len()
    );
    if !normalized.events.is_empty() {
        let mut shown = table(["Date", "Doors", "Show", "Title", "Performers", "Price", "Age", "Status"]);
        for event in &normalized.events {
            let names: Vec<&str> = event.performers.iter().map(|performer| performer.name.as_str()).collect();
            shown.add_row([
                event.start.date.to_string(),
                or_dash(event.doors.as_ref().and_then(time)),
                or_dash(time(&event.start)),
                short(&event.title, 60),
                short(&names.join(", "), 50),
                or_dash(event.price.as_ref().map(price)),
                or_dash(event.age.map(|age| match age {
                    marquee_model::AgeRestriction::AllAges => "all".to_owned(),
                    marquee_model::AgeRestriction::Minimum(years) => format!("{years}+"),
                })),
                words(&event.status),
            ]);
        }
        println!("{shown}");
    }
    for follow in &extraction.follow {
        println!("asks for {} ({})", follow.url, follow.kind);
    }
    for rejection in &normalized.rejections {
        let what = if rejection.fatal { "left out" } else { "field left out" };
        println!(
            "{what}: {}: {}: {} ({})",
            short(&rejection.event, 40),
            rejection.field,
            rejection.reason,
            or_dash(rejection.raw.as_deref().map(|raw| short(raw, 60)))
        );
    }
    for diagnostic in extraction.diagnostics.iter().chain(&normalized.diagnostics) {
        if diagnostic.severity >= Severity::Warning {
            println!("{}: {}", diagnostic.code, diagnostic.message);
        }
    }
    let spent = &extracted.spent;
    println!(
        "{:.1} ms, {} KB of memory, {} host calls",
        spent.elapsed.as_secs_f64() * 1000.0,
        spent.memory_bytes / 1024,
        spent.host_calls
    );
}

fn time(time: &EventTime) -> Option<String> {
    time.time.map(|time| time.format("%H:%M").to_string())
}

fn price(price: &Price) -> String {
    let currency = price.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    match (price.min, price.max) {
        (Some(min), Some(max)) if min == max => format!("{min}{currency}"),
        (Some(min), Some(max)) => format!("{min}–{max}{currency}"),
        (Some(min), None) => format!("from {min}{currency}"),
        (None, Some(max)) => format!("to {max}{currency}"),
        (None, None) => words(&price.kind),
    }
}

/// The word that the API has for a value of a closed set, with blanks.
fn words(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| Some(word.as_str()?.replace('_', " "))).unwrap_or_default()
}
