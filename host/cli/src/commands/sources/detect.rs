//! `marquee source detect URL|FILE`: which plugins read a page, with evidence, and the source file to go on with.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveTime, Utc};
use marquee_detect::{Detection, Guess, Setting, Subject, Tried, Written, detect, source_text};
use marquee_fetch::{Fetcher, FollowScope};
use marquee_model::{Page, PageRequest, PluginId, Slug, WebUrl};
use marquee_reading::zone;

use super::{shown, tries::Tries};
use crate::{NOTHING_USABLE, arguments::SourceDetect, house, settings::Settings};

pub(super) async fn run(settings: &Settings, options: SourceDetect) -> Result<ExitCode> {
    let registry = house::registry(settings).await?;
    let (page, fetcher) = page(settings, &options).await?;
    let page = Arc::new(page);
    let subject = Subject::new(&page, &settings.limits.document)
        .context("the page is too large to look at; raise the limit that is named if the page is honest")?;
    let mut setting = Setting::of(&subject);
    if let Some(zone) = &options.zone {
        setting.zone = Some(Guess { value: zone.parse()?, from: "--zone".to_owned() });
    }
    let slug: Slug = match &options.slug {
        Some(slug) => slug.parse()?,
        None => setting.slug(&subject).context("no slug can be made of the page's name; give one with --slug")?,
    };
    let venue_zone = setting.zone.as_ref().map(|zone| zone.value);
    let today =
        venue_zone.map_or_else(|| page.fetched_at.date_naive(), |zone| zone::local(page.fetched_at, zone).date());
    let tries = Tries::new(settings, &registry, fetcher, Arc::clone(&page), setting.clone(), today);
    let detection = detect(&subject, setting, today, &tries).await;

    let chosen = chosen(&detection, options.plugin.as_deref())?;
    let file = chosen.map(|tried| source_text(&Written { tried, setting: &detection.setting, slug: &slug, today }));
    let place = match (&file, &options.write) {
        (Some(text), Some(place)) => Some(write(place, &slug, text)?),
        _ => None,
    };
    if options.json {
        println!("{}", shown::json(&page.url, &detection, chosen, file.as_deref(), place.as_deref()));
    } else {
        shown::table_of(&detection);
        match (chosen, &file) {
            (Some(tried), Some(text)) => {
                shown::events(tried);
                shown::file(text, place.as_deref(), tried, &slug);
            }
            _ => println!("{}", advice(&registry, &detection)),
        }
    }
    Ok(if chosen.is_some() { ExitCode::SUCCESS } else { ExitCode::from(NOTHING_USABLE) })
}

/// The page, and the fetcher for what it leads to; a file is read offline.
async fn page(settings: &Settings, options: &SourceDetect) -> Result<(Page, Option<Arc<Fetcher>>)> {
    let asked = options.page.as_str();
    let today = options.today.map(|day| day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc());
    if asked.starts_with("http://") || asked.starts_with("https://") {
        let url: WebUrl = asked.parse()?;
        let fetcher = house::fetcher(settings)?;
        let fetched = fetcher.fetch(&PageRequest::listing(url.clone()), &FollowScope::any()).await;
        let mut page = fetched.with_context(|| {
            format!("{url} cannot be fetched; save the page from a browser and give the file with --url {url}")
        })?;
        if let Some(today) = today {
            page.fetched_at = today;
        }
        return Ok((page, Some(fetcher)));
    }
    let Some(url) = &options.url else {
        bail!(
            "{asked} is taken for a file: say with --url which address it was saved from, or give an address with https://"
        );
    };
    let bytes = std::fs::read(asked)
        .with_context(|| format!("{asked} cannot be read; give a saved page, or an address with https://"))?;
    let json = Path::new(asked).extension().is_some_and(|extension| extension == "json");
    let content_type = if json { "application/json" } else { "text/html" };
    let fetched_at: DateTime<Utc> = today.unwrap_or_else(|| house::clock().now());
    Ok((marquee_fetch::saved::page(&bytes, Some(content_type), url.parse()?, fetched_at, PageRequest::LISTING), None))
}

/// The result to write: the best one, or that of the plugin that was asked for.
fn chosen<'d>(detection: &'d Detection, plugin: Option<&str>) -> Result<Option<&'d Tried>> {
    let Some(plugin) = plugin else { return Ok(detection.best()) };
    let plugin: PluginId = plugin.parse()?;
    match detection.tried.iter().find(|tried| tried.candidate.plugin == plugin.as_str()) {
        Some(tried) => Ok(Some(tried)),
        None => {
            let names: Vec<&str> = detection.tried.iter().map(|tried| tried.candidate.plugin.as_str()).collect();
            bail!("nothing on the page speaks for `{plugin}`; there are: {}", names.join(", "))
        }
    }
}

/// Writes the file; one that is there is left alone.
fn write(place: &Path, slug: &Slug, text: &str) -> Result<PathBuf> {
    let folder = place.is_dir() || place.as_os_str().to_string_lossy().ends_with('/');
    let file = if folder { place.join(format!("{slug}.toml")) } else { place.to_owned() };
    if file.exists() {
        bail!(
            "{} is there already and is left as it is; name another file with --write, or another slug with --slug",
            file.display()
        );
    }
    if let Some(parent) = file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).with_context(|| format!("the folder {} cannot be made", parent.display()))?;
    }
    std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// What to do where nothing was found.
fn advice(registry: &marquee_extract::Registry, detection: &Detection) -> String {
    use marquee_model::Plugins as _;
    if registry.active().is_empty() {
        return "There are no plugins: build them with `cargo xtask plugins --into plugins`, and look again."
            .to_owned();
    }
    let elsewhere =
        detection.tried.iter().find(|tried| matches!(tried.trial.answer, marquee_detect::Answer::NotTried(_)));
    match elsewhere {
        Some(tried) => format!(
            "Nothing on the page itself was read. Its events may lie at {}: look there with `marquee source detect {}`, or write the \
             file for it with --plugin {}.",
            tried.candidate.url, tried.candidate.url, tried.candidate.plugin
        ),
        None => "No plugin reads the page, and no block with a date is repeated on it. If a browser shows events, a script fetches \
                 them: look in the browser's network view for a JSON answer or a calendar file, and detect that address. If only one \
                 event is on, look again when there are more."
            .to_owned(),
    }
}
