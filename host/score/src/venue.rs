//! The score of one venue: its saved pages, read as in a crawl, against what is expected of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use marquee_crawl::{OfflineReading, SavedPages, SourceFile, offline};
use marquee_extract::Plugin;
use marquee_model::{Event, Page, PageRequest, WebUrl};
use marquee_normalize::NormalizeLimits;
use serde::Serialize;

use crate::{
    Error,
    compare::{Compared, Difference, Tally, compare, same_address},
    expected::{Condition, Count, Expected, NextPage},
    field::Field,
};

/// What the expected number of events was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Events, each once.
    Events,
    /// What stands in the list: an event that is listed twice counts twice.
    Listed,
    /// Items: one of several days counts once.
    Items,
}

/// The score of one venue.
#[derive(Debug, Clone, Serialize)]
pub struct VenueScore {
    /// The source's slug.
    pub source: String,
    /// Folder of its saved pages, below the folder that is scored.
    pub folder: String,
    /// The plugin that read them.
    pub plugin: String,
    /// What the reading came to: `complete`, `partial`, `empty`, `not_a_listing`, `not_recognized` or `failed`.
    pub outcome: String,
    /// Why, where it is not complete.
    pub reason: Option<String>,
    /// Whether that is right: complete where events are expected, empty where none is.
    pub outcome_right: bool,
    /// How many events are expected, where that is known.
    pub expected: Option<u64>,
    /// How many were found, counted as the expected ones are.
    pub found: u64,
    /// What was counted.
    pub counted: Counted,
    /// Expected events that were found: by title and day where all are told, else by their number.
    pub matched: u64,
    /// Expected events that were not found.
    pub missed: u64,
    /// Found events that are not expected.
    pub invented: u64,
    /// Field by field.
    pub fields: BTreeMap<Field, Tally>,
    /// What is not as expected.
    pub differences: Vec<Difference>,
    /// What the normaliser did not believe.
    pub rejections: Vec<String>,
    /// Remarks of warning and above.
    pub remarks: Vec<String>,
    /// Words of caution in the file of expected values.
    pub caveats: Vec<String>,
    /// Time in the sandbox, in milliseconds.
    pub extract_ms: f64,
}

impl VenueScore {
    /// Whether outcome and number of events are as expected.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.outcome_right && self.missed == 0 && self.invented == 0
    }
}

/// Where and how pages are read.
pub struct Scorer<'a> {
    /// The folder of saved pages.
    pub pages: &'a Path,
    /// The normaliser's limits.
    pub limits: &'a NormalizeLimits,
    /// What counts as now for pages without a reference date.
    pub now: DateTime<Utc>,
}

impl Scorer<'_> {
    /// Scores a source whose `saved.page` is known.
    ///
    /// # Errors
    /// A page or the file of expected values cannot be read, or the source's configuration does not fit the plugin.
    pub async fn venue(&self, plugin: &Arc<Plugin>, file: &SourceFile) -> Result<VenueScore, Error> {
        let slug = file.source.slug.to_string();
        let page = file.saved.page.clone().ok_or_else(|| Error::NoPage { slug: slug.clone() })?;
        plugin.check_configuration(&file.source.configuration).map_err(|problems| Error::Configuration {
            path: file.path.clone(),
            plugin: plugin.version().id.to_string(),
            problems: problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        })?;
        let folder = page.parent().unwrap_or_else(|| Path::new("")).to_owned();
        let name = page.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let expected = self.expected(&folder, &name)?;
        let saved = SavedPages::new(self.pages, std::slice::from_ref(file), self.now);

        let first = self.page(file, &page, None, None)?;
        let reading = offline::read(plugin, file, first, &saved, self.limits).await;
        let mut compared = compare(&expected.events, &reading.events, &file.venue.name);
        if !expected.exhaustive && compared.missed > 0 {
            compared = self.with_the_single_event(plugin, file, &folder, &saved, &expected, &reading).await?;
        }
        let count = counted(&expected, &reading, &compared);
        let mut score = VenueScore {
            source: slug,
            folder: folder.display().to_string(),
            plugin: plugin.version().to_string(),
            outcome: reading.outcome.name().to_owned(),
            reason: reading.outcome.reason().map(str::to_owned),
            outcome_right: outcome_is_right(file.saved.outcome.as_deref(), &expected, reading.outcome.name()),
            expected: expected.count.map(Count::number),
            found: count.found,
            counted: count.as_what,
            matched: count.matched,
            missed: count.missed,
            invented: count.invented,
            fields: compared.fields,
            differences: compared.differences,
            rejections: reading
                .rejections
                .iter()
                .map(|one| format!("{}: {}: {}", one.event, one.field, one.reason))
                .collect(),
            remarks: reading
                .diagnostics
                .iter()
                .filter(|remark| remark.severity >= marquee_model::Severity::Warning)
                .map(|remark| format!("{}: {}", remark.code, remark.message))
                .collect(),
            caveats: expected.caveats.clone(),
            extract_ms: reading.extracting.as_secs_f64() * 1000.0,
        };
        if expected.exhaustive {
            let unexpected = compared.unexpected.into_iter().map(|event| Difference::Invented { event });
            score.differences.extend(unexpected);
        }
        conditions(&expected, &reading.events, &file.venue.name, &mut score.differences);
        score.remarks.extend(asked_for_as_another_kind(file, &reading));
        for case in &expected.next_pages {
            self.next_page(plugin, file, &folder, case, &mut score).await?;
        }
        Ok(score)
    }

    fn expected(&self, folder: &Path, page: &str) -> Result<Expected, Error> {
        let path = self.pages.join(folder).join("expected.json");
        if !path.is_file() {
            return Ok(Expected::default());
        }
        let unreadable = |reason: String| Error::Unreadable { path: path.clone(), reason };
        let text = fs::read_to_string(&path).map_err(|error| unreadable(error.to_string()))?;
        let json = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        Ok(Expected::read(&json, page))
    }

    /// A saved page as the source's, or with another address, or within surroundings.
    fn page(&self, file: &SourceFile, page: &Path, url: Option<WebUrl>, wrap: Option<&str>) -> Result<Page, Error> {
        let path = self.pages.join(page);
        let bytes =
            fs::read(&path).map_err(|error| Error::Unreadable { path: path.clone(), reason: error.to_string() })?;
        let bytes = match wrap {
            Some(wrap) => wrap.replace("{page}", &String::from_utf8_lossy(&bytes)).into_bytes(),
            None => bytes,
        };
        let url = url.unwrap_or_else(|| file.source.url.clone());
        let kind = &file.saved.kind;
        let content_type = marquee_fetch::saved::content_type(&path);
        let fetched_at = file.saved.fetched_at(self.now);
        let page = marquee_fetch::saved::page(&bytes, Some(content_type), url.clone(), fetched_at, kind);
        // The first page is the source's own, whatever the plugin calls it.
        Ok(Page { request: PageRequest { kind: kind.clone(), ..PageRequest::listing(url) }, ..page })
    }

    /// The comparison with the event that stands apart from the saved listing added to those of the listing.
    async fn with_the_single_event(
        &self,
        plugin: &Arc<Plugin>,
        file: &SourceFile,
        folder: &Path,
        saved: &SavedPages,
        expected: &Expected,
        listing: &OfflineReading,
    ) -> Result<Compared, Error> {
        let mut events = listing.events.clone();
        let declared = file.saved.event.as_ref().map(|event| (event.page.clone(), event.wrap.as_deref()));
        let lying_there = ["html", "json"]
            .map(|extension| folder.join(format!("single_event.{extension}")))
            .into_iter()
            .find(|page| self.pages.join(page).is_file());
        if let Some((page, wrap)) = declared.or_else(|| lying_there.map(|page| (page, None))) {
            let page = self.page(file, &page, None, wrap)?;
            events.extend(offline::read(plugin, file, page, saved, self.limits).await.events);
        }
        Ok(compare(&expected.events, &events, &file.venue.name))
    }

    async fn next_page(
        &self,
        plugin: &Arc<Plugin>,
        file: &SourceFile,
        folder: &Path,
        case: &NextPage,
        score: &mut VenueScore,
    ) -> Result<(), Error> {
        // "index_html" is index.html; a name without a file is the listing, under whatever name it was kept.
        let named = case.page.rsplit_once('_').map(|(stem, ending)| folder.join(format!("{stem}.{ending}")));
        let listing = file.saved.page.clone().unwrap_or_default();
        let page = named.filter(|page| self.pages.join(page).is_file()).unwrap_or(listing);
        let url = case.after.as_ref().and_then(|after| after.parse::<WebUrl>().ok());
        let page = Arc::new(self.page(file, &page, url, None)?);
        let asked = match plugin.extract(&file.source, Arc::clone(&page)).await {
            Ok(extracted) => extracted.extraction.follow.into_iter().find(|follow| follow.kind == "next"),
            Err(_) => None,
        };
        let asked = asked.and_then(|follow| page.url.join(&follow.url).ok()).map(|url| url.to_string());
        let tally = score.fields.entry(Field::NextPage).or_default();
        let event = format!("after {}", case.after.as_deref().unwrap_or(file.source.url.as_str()));
        match (&case.expected, asked) {
            (Some(expected), Some(found)) if same_address(expected, &found) => tally.right += 1,
            (None, None) => tally.right += 1,
            (Some(expected), None) => {
                tally.absent += 1;
                let (field, expected) = (Field::NextPage, expected.clone());
                score.differences.push(Difference::Absent { event, field, expected });
            }
            (expected, Some(found)) => {
                tally.wrong += 1;
                let expected = expected.clone().unwrap_or_else(|| "nothing".to_owned());
                score.differences.push(Difference::Wrong { event, field: Field::NextPage, expected, found });
            }
        }
        Ok(())
    }
}

fn outcome_is_right(named: Option<&str>, expected: &Expected, outcome: &str) -> bool {
    match (named, expected.count) {
        (Some(named), _) => outcome == named,
        (None, Some(Count::Exactly(0))) => outcome == "empty",
        (None, Some(_)) => outcome == "complete",
        (None, None) => ["complete", "empty"].contains(&outcome),
    }
}

struct Numbers {
    found: u64,
    as_what: Counted,
    matched: u64,
    missed: u64,
    invented: u64,
}

/// Saved pages that the plugin did ask for, but by another name for their kind than the source file has.
fn asked_for_as_another_kind(file: &SourceFile, reading: &OfflineReading) -> Vec<String> {
    let asked = |url: &WebUrl| reading.unsaved.iter().any(|unsaved| same_address(unsaved, &url.to_string()));
    let named = file.saved.pages.iter().filter_map(|page| Some((page.kind.as_ref()?, &page.url)));
    let told = named.filter(|(_, url)| asked(url)).map(|(kind, url)| {
        format!("saved_page_unused: {url} is asked for, but not as `{kind}`; leave `kind` away, or give the plugin's own name")
    });
    told.collect()
}

/// The number of events, counted as the file counts them.
fn counted(expected: &Expected, reading: &OfflineReading, compared: &Compared) -> Numbers {
    let events = reading.events.len() as u64;
    let claims = reading.first.as_ref().map_or(&[][..], |outcome| outcome.events());
    let items: BTreeSet<&str> = claims.iter().filter_map(|claim| claim.key.as_deref()).map(without_day).collect();
    let keyless = claims.iter().filter(|claim| claim.key.is_none()).count();
    let ways = [
        (Counted::Events, events),
        (Counted::Listed, claims.len() as u64),
        (Counted::Items, (items.len() + keyless) as u64),
    ];
    let plain =
        |matched, missed, invented| Numbers { found: events, as_what: Counted::Events, matched, missed, invented };
    match expected.count {
        _ if expected.exhaustive => plain(compared.matched, compared.missed, compared.unexpected.len() as u64),
        Some(Count::Exactly(number)) => {
            let (as_what, found) = ways.into_iter().find(|(_, found)| *found == number).unwrap_or(ways[0]);
            let (missed, invented) = (number.saturating_sub(found), found.saturating_sub(number));
            Numbers { found, as_what, matched: number.min(found), missed, invented }
        }
        Some(Count::AtLeast(number)) => plain(events.max(number.min(events)), number.saturating_sub(events), 0),
        None => plain(events, 0, 0),
    }
}

/// A key without the day that tells the nights of one item apart.
fn without_day(key: &str) -> &str {
    key.rsplit_once('#').filter(|(_, day)| day.parse::<chrono::NaiveDate>().is_ok()).map_or(key, |(item, _)| item)
}

fn conditions(expected: &Expected, events: &[Event], own_venue: &str, differences: &mut Vec<Difference>) {
    for (condition, number) in &expected.counts {
        let (of, found) = match condition {
            Condition::OnDay(day) => {
                (format!("events on {day}"), events.iter().filter(|event| event.start.date == *day).count())
            }
            Condition::AtVenue(venue) => {
                let at = |event: &&Event| event.venue_name.as_deref().unwrap_or(own_venue).contains(venue.as_str());
                (format!("events at {venue}"), events.iter().filter(at).count())
            }
        };
        if found as u64 != *number {
            differences.push(Difference::Count { of, expected: *number, found: found as u64 });
        }
    }
}
