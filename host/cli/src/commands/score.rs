//! `marquee score`: reads saved pages by their sources and compares with what is expected of them.

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use marquee_crawl::{SourceFile, read_folder};
use marquee_score::{Counted, Difference, Scorer, Tally, Totals, VenueScore, folder};

use crate::{
    NOTHING_USABLE, arguments, house,
    settings::Settings,
    terminal::{lines, or_dash, short, table},
};

/// Widest value that a difference shows, in characters; `--json` has all of it.
const SHOWN: usize = 160;

/// What a run came to.
struct Run {
    scores: Vec<VenueScore>,
    /// Sources that could not be scored, and why.
    failed: Vec<(String, String)>,
    /// Folders of saved pages that no source reads.
    unread: Vec<PathBuf>,
}

pub(crate) async fn run(settings: &Settings, options: arguments::Score) -> Result<ExitCode> {
    let run = score(settings, &options).await?;
    let totals = Totals::of(&run.scores);
    if options.json {
        let unread: Vec<String> = run.unread.iter().map(|folder| folder.display().to_string()).collect();
        let failed: Vec<_> = run
            .failed
            .iter()
            .map(|(source, reason)| serde_json::json!({ "source": source, "reason": reason }))
            .collect();
        let json = serde_json::json!({
            "totals": totals, "venues": run.scores, "not_scored": failed, "without_source": unread,
        });
        println!("{json}");
    } else if let Some(explained) = &options.explain {
        let Some(score) = run.scores.first() else { bail!("{}", not_scored(explained, &run.failed)) };
        explain(score);
    } else {
        show(&run, &totals);
    }
    let asked_for_all = options.venues.is_empty() && options.explain.is_none();
    let perfect = totals.is_perfect() && run.failed.is_empty() && (run.unread.is_empty() || !asked_for_all);
    Ok(if perfect { ExitCode::SUCCESS } else { ExitCode::from(NOTHING_USABLE) })
}

async fn score(settings: &Settings, options: &arguments::Score) -> Result<Run> {
    if !options.folder.is_dir() {
        bail!("{} is no folder: name the one below which the venues' saved pages lie", options.folder.display());
    }
    let mut settings = settings.clone();
    if let Some(plugins) = &options.plugins {
        settings.plugins.folder.clone_from(plugins);
    }
    let sources = options.sources.as_ref().unwrap_or(&settings.sources.folder);
    let mut files = read_folder(sources, house::clock().now())
        .map_err(|problems| anyhow::anyhow!("the source files have mistakes:\n{}", lines(&problems)))?;
    let venues = folder::venues(&options.folder);
    for file in &mut files {
        folder::complete(file, &options.folder, &venues);
    }
    let unread = venues.iter().filter(|venue| !files.iter().any(|file| reads(file, venue))).cloned().collect();
    let chosen = choose(files, options)?;

    let bar = progress(chosen.len(), options.json);
    bar.set_message("loading plugins");
    let registry = house::registry(&settings).await?;
    let now = house::clock().now();
    let scorer = Scorer { pages: &options.folder, limits: &settings.normalize, now };
    let mut run = Run { scores: Vec::new(), failed: Vec::new(), unread };
    for file in &chosen {
        let slug = file.source.slug.to_string();
        bar.set_message(slug.clone());
        match registry.get(&file.source.plugin) {
            None => {
                let folder = settings.plugins.folder.display();
                run.failed.push((
                    slug,
                    format!(
                        "no plugin `{}` is in {folder}; build it, or name its folder by --plugins",
                        file.source.plugin
                    ),
                ));
            }
            Some(plugin) => match scorer.venue(&plugin, file).await {
                Ok(score) => run.scores.push(score),
                Err(error) => run.failed.push((slug, error.to_string())),
            },
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(run)
}

fn reads(file: &SourceFile, folder: &std::path::Path) -> bool {
    file.saved.page.as_ref().is_some_and(|page| page.parent() == Some(folder))
}

/// The sources with saved pages that were asked for.
fn choose(files: Vec<SourceFile>, options: &arguments::Score) -> Result<Vec<SourceFile>> {
    let mut asked: Vec<&String> = options.venues.iter().chain(&options.explain).collect();
    if asked.is_empty() {
        let with_pages =
            |file: &SourceFile| file.saved.page.as_ref().is_some_and(|page| options.folder.join(page).is_file());
        return Ok(files.into_iter().filter(with_pages).collect());
    }
    asked.dedup();
    for slug in &asked {
        if !files.iter().any(|file| file.source.slug.as_str() == slug.as_str()) {
            let known: Vec<&str> = files.iter().map(|file| file.source.slug.as_str()).collect();
            bail!("there is no source `{slug}`; there are: {}", known.join(", "));
        }
    }
    Ok(files.into_iter().filter(|file| asked.iter().any(|slug| file.source.slug.as_str() == slug.as_str())).collect())
}

fn progress(length: usize, json: bool) -> ProgressBar {
    if json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}

fn not_scored(slug: &str, failed: &[(String, String)]) -> String {
    let reason = failed.iter().find(|(source, _)| source == slug).map(|(_, reason)| reason.as_str());
    format!("`{slug}` could not be scored: {}", reason.unwrap_or("it has no saved page below this folder"))
}

fn show(run: &Run, totals: &Totals) {
    let mut shown = table([
        "Venue", "Plugin", "Outcome", "Expected", "Found", "Matched", "Missed", "Invented", "Right", "Wrong", "Absent",
    ]);
    for score in &run.scores {
        let fields = sum(score);
        shown.add_row([
            score.folder.clone(),
            score.plugin.split_whitespace().next().unwrap_or_default().to_owned(),
            marked(score.outcome.replace('_', " "), score.outcome_right),
            or_dash(score.expected),
            marked(score.found.to_string(), score.missed == 0 && score.invented == 0),
            score.matched.to_string(),
            blank_if_zero(score.missed),
            blank_if_zero(score.invented),
            fields.right.to_string(),
            blank_if_zero(u64::from(fields.wrong)),
            blank_if_zero(u64::from(fields.absent)),
        ]);
    }
    println!("{shown}");
    let mut fields = table(["Field", "Right", "Wrong", "Absent", "Beyond the file", "Accuracy"]);
    for (field, tally) in &totals.fields {
        fields.add_row([
            field.name().replace('_', " "),
            tally.right.to_string(),
            blank_if_zero(u64::from(tally.wrong)),
            blank_if_zero(u64::from(tally.absent)),
            blank_if_zero(u64::from(tally.extra)),
            percent(tally.accuracy()),
        ]);
    }
    println!("{fields}");
    println!(
        "{} venues: {} outcomes right, {} with the expected number of events; {} events found, {} missed, {} invented",
        totals.venues, totals.outcomes_right, totals.counts_right, totals.matched, totals.missed, totals.invented
    );
    println!(
        "precision {}, recall {}, field accuracy {}; {:.0} ms in the sandbox",
        percent(totals.precision),
        percent(totals.recall),
        percent(totals.field_accuracy),
        totals.extract_ms
    );
    for (source, reason) in &run.failed {
        println!("{source}: not scored: {reason}");
    }
    for folder in &run.unread {
        println!("{}: no source reads these pages; write a source file with `page` in [score]", folder.display());
    }
    for score in run.scores.iter().filter(|score| !score.is_right()) {
        println!("{}: {} (marquee score … --explain {})", score.folder, why_not(score), score.source);
    }
}

/// What is not as expected of a venue as a whole.
fn why_not(score: &VenueScore) -> String {
    let mut parts = vec![score.outcome.replace('_', " ")];
    parts.extend(score.reason.as_deref().map(|reason| short(reason, SHOWN)));
    parts.extend((score.missed > 0).then(|| format!("{} missed", score.missed)));
    parts.extend((score.invented > 0).then(|| format!("{} invented", score.invented)));
    parts.join(", ")
}

fn explain(score: &VenueScore) {
    println!("{} ({}), read by {}", score.source, score.folder, score.plugin);
    let reason = score.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    println!("outcome: {}{reason}", marked(score.outcome.replace('_', " "), score.outcome_right));
    let counted = match score.counted {
        Counted::Events => "events",
        Counted::Listed => "entries of the list",
        Counted::Items => "items of the list",
    };
    println!(
        "{} {counted} found, {} expected: {} matched, {} missed, {} invented",
        score.found,
        or_dash(score.expected),
        score.matched,
        score.missed,
        score.invented
    );
    let fields = sum(score);
    println!(
        "{} values right, {} wrong, {} absent, {} beyond the file",
        fields.right, fields.wrong, fields.absent, fields.extra
    );
    for difference in &score.differences {
        println!("{}", difference_in_words(difference));
    }
    for (heading, texts) in
        [("rejected", &score.rejections), ("remark", &score.remarks), ("the file says", &score.caveats)]
    {
        for text in texts {
            println!("{heading}: {}", short(text, SHOWN));
        }
    }
}

fn difference_in_words(difference: &Difference) -> String {
    let short = |text: &str| short(text, SHOWN);
    match difference {
        Difference::Missed { event, nearest: Some(nearest) } => {
            format!("- {}\n    nearest: {}", short(event), short(nearest))
        }
        Difference::Missed { event, nearest: None } => format!("- {}", short(event)),
        Difference::Invented { event } => format!("+ {}", short(event)),
        Difference::Wrong { event, field, expected, found } => {
            format!(
                "~ {}: {}\n    expected {}\n    found    {}",
                short(event),
                field.name(),
                short(expected),
                short(found)
            )
        }
        Difference::Absent { event, field, expected } => {
            format!("~ {}: {}\n    expected {}\n    found    nothing", short(event), field.name(), short(expected))
        }
        Difference::Extra { event, field, found } => {
            format!("  {}: {} is {}; the file knows of none", short(event), field.name(), short(found))
        }
        Difference::Count { of, expected, found } => format!("~ {of}: {expected} expected, {found} found"),
    }
}

fn sum(score: &VenueScore) -> Tally {
    let mut sum = Tally::default();
    score.fields.values().for_each(|tally| sum.add(*tally));
    sum
}

/// What is not as expected is seen at a glance, with and without colours.
fn marked(text: String, right: bool) -> String {
    if right { text } else { format!("{text} ✗") }
}

fn blank_if_zero(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
