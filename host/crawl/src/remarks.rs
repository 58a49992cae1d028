//! What is said of a crawl: remarks that are kept with it, its line in the log, and its metrics.
//!
//! Called by the pipeline when a crawl is summed up and recorded. Decides nothing.

use marquee_model::{Crawl, CrawlId, Diagnostic, Severity, Source, WebUrl};

/// The remark on a crawl that found nothing changed.
pub(crate) fn as_it_was(reading: CrawlId) -> Diagnostic {
    Diagnostic {
        severity: Severity::Info,
        code: "unchanged".to_owned(),
        message: format!("every page is as crawl {reading} read it; its events stand"),
        event: None,
        raw: None,
    }
}

/// The remark on a stored crawl that was run again.
pub(crate) fn is_a_replay(crawl: CrawlId) -> Diagnostic {
    Diagnostic {
        severity: Severity::Info,
        code: "replay".to_owned(),
        message: format!("nothing was fetched: the archived pages of crawl {crawl} were read again"),
        event: None,
        raw: None,
    }
}

pub(crate) fn remarked(url: &WebUrl, remark: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Info,
        code: "page-remark".to_owned(),
        message: format!("{url}: {remark}"),
        event: None,
        raw: None,
    }
}

pub(crate) fn not_fetched(page: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        code: "page-not-fetched".to_owned(),
        message: format!("not fetched: {page}"),
        event: None,
        raw: None,
    }
}

/// When the crawl ended, as Prometheus counts time.
fn seconds_since_1970(crawl: &Crawl) -> f64 {
    f64::from(u32::try_from(crawl.finished_at.timestamp()).unwrap_or(u32::MAX))
}

/// One log line and the metrics of a crawl. Labels are bounded: sources and outcomes are few, URLs are not.
pub(crate) fn report(source: &Source, crawl: &Crawl, store_ms: u64) {
    let outcome = crawl.outcome.name();
    let plugin = crawl.plugin.as_ref().map(ToString::to_string).unwrap_or_default();
    tracing::info!(
        plugin,
        outcome,
        reason = crawl.outcome.reason(),
        found = crawl.tally.found,
        new = crawl.tally.new,
        changed = crawl.tally.changed,
        rejected = crawl.tally.rejected,
        pages = crawl.tally.pages,
        "crawled"
    );
    let slug = source.slug.to_string();
    let version = crawl.plugin.as_ref().map(|plugin| plugin.id.to_string()).unwrap_or_default();
    let effort = &crawl.effort;
    metrics::counter!("marquee_crawls_by_plugin_total", "plugin" => version, "outcome" => outcome).increment(1);
    for (what, count) in [("sent", effort.toll.requests), ("repeated", effort.toll.retries)] {
        metrics::counter!("marquee_requests_total", "source" => slug.clone(), "kind" => what).increment(count.into());
    }
    for (how, count) in [
        ("read", crawl.tally.pages.saturating_sub(effort.unchanged_pages)),
        ("unchanged", effort.unchanged_pages.saturating_sub(effort.not_modified)),
        ("not_modified", effort.not_modified),
    ] {
        metrics::counter!("marquee_pages_total", "source" => slug.clone(), "how" => how).increment(count.into());
    }
    metrics::counter!("marquee_received_bytes_total", "source" => slug.clone()).increment(effort.toll.received_bytes);
    metrics::gauge!("marquee_plugin_deadline_share", "source" => slug.clone()).set(f64::from(effort.deadline_share));
    metrics::gauge!("marquee_plugin_memory_share", "source" => slug.clone()).set(f64::from(effort.memory_share));
    metrics::gauge!("marquee_crawl_last_seconds", "source" => slug.clone()).set(seconds_since_1970(crawl));
    metrics::counter!("marquee_crawls_total", "source" => slug.clone(), "outcome" => outcome).increment(1);
    metrics::gauge!("marquee_crawl_events_found", "source" => slug.clone()).set(f64::from(crawl.tally.found));
    metrics::counter!("marquee_events_rejected_total", "source" => slug).increment(u64::from(crawl.tally.rejected));
    for (stage, ms) in [
        ("fetch", crawl.timings.fetch_ms),
        ("extract", crawl.timings.extract_ms),
        ("normalize", crawl.timings.normalize_ms),
        ("store", store_ms),
    ] {
        let seconds = std::time::Duration::from_millis(ms).as_secs_f64();
        metrics::histogram!("marquee_crawl_stage_seconds", "stage" => stage).record(seconds);
    }
}
