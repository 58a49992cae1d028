//! Why a page shows no events, and what to do: nobody should have to guess.

use marquee_store::Result;

use crate::{App, api::SourceView};

/// The reason for an empty list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Empty {
    pub(super) headline: &'static str,
    pub(super) detail: String,
    /// A command to run, where one helps.
    pub(super) command: Option<String>,
    /// Sources with what is wrong with them, where that is the reason.
    pub(super) sources: Vec<(String, String)>,
}

/// How many sources are named; the rest is counted, and listed by the API.
const NAMED_SOURCES: usize = 8;

/// Why nothing is shown, from the most particular reason to the most general.
pub(super) async fn why(app: &App, filtered: bool, further: bool) -> Result<Empty> {
    if further {
        return Ok(plain("That was the last page", "No further events are known.".to_owned()));
    }
    if filtered {
        let detail = "No coming event fits this search. Try fewer words, or clear it to see everything.".to_owned();
        return Ok(plain("Nothing found", detail));
    }
    Ok(judge(&SourceView::all(app).await?))
}

fn plain(headline: &'static str, detail: String) -> Empty {
    Empty { headline, detail, command: None, sources: Vec::new() }
}

/// What the sources' health says about an empty database.
fn judge(sources: &[SourceView]) -> Empty {
    let with = |health: &'static str| sources.iter().filter(move |s| s.health == health);
    let on = sources.len() - with("off").count();
    if sources.is_empty() {
        let detail = "Marquee does not know any source yet. A source is a small TOML file: a venue, the address of its listing, \
            and the plugin that reads it.";
        return Empty {
            command: Some("marquee sources --help".to_owned()),
            ..plain("No sources yet", detail.to_owned())
        };
    }
    if on == 0 {
        let detail = "Every source is switched off. Set `enabled = true` in the files of those that are to be read.";
        return plain("All sources are off", detail.to_owned());
    }
    if with("never_crawled").count() == on {
        let detail =
            format!("{on} sources are set up, and none has been read so far. The first crawl brings their events.");
        return Empty { command: Some("marquee crawl".to_owned()), ..plain("Not crawled yet", detail) };
    }
    let failing: Vec<_> = with("failing")
        .chain(with("suspect"))
        .map(|s| (s.venue_name.clone(), s.why.clone().unwrap_or_default()))
        .collect();
    if failing.is_empty() {
        return plain("Nothing coming up", "Every source was read, and none announces a coming event.".to_owned());
    }
    let detail = format!(
        "{} of {on} sources could not be read at their last crawl, or gave far less than usual:",
        failing.len()
    );
    Empty { sources: failing.into_iter().take(NAMED_SOURCES).collect(), ..plain("Sources need attention", detail) }
}

#[cfg(test)]
mod tests {
    use marquee_model::SourceId;

    use super::*;

    fn source(health: &'static str) -> SourceView {
        SourceView {
            id: SourceId::from_uuid(uuid::Uuid::nil()),
            slug: "rex".to_owned(),
            site: "toronto".to_owned(),
            venue: "rex".to_owned(),
            venue_name: "The Rex".to_owned(),
            url: "https://rex.example/".to_owned(),
            plugin: "css".to_owned(),
            plugin_in_use: true,
            every_minutes: 360,
            health,
            why: (health == "failing").then(|| "failed: connection refused".to_owned()),
            last_good: None,
            last_tried: None,
            last_outcome: None,
            last_found: None,
            usual_found: None,
            found_by_crawl: Vec::new(),
            failures: 0,
            next_at: None,
        }
    }

    #[test]
    fn an_empty_page_says_why_and_what_to_do() {
        assert_eq!(judge(&[]).headline, "No sources yet");
        assert_eq!(judge(&[source("off")]).headline, "All sources are off");
        assert_eq!(judge(&[source("never_crawled"), source("off")]).command.as_deref(), Some("marquee crawl"));
        assert_eq!(judge(&[source("good"), source("never_crawled")]).headline, "Nothing coming up");
        let failing = judge(&[source("good"), source("failing")]);
        assert_eq!(failing.sources, [("The Rex".to_owned(), "failed: connection refused".to_owned())]);
    }
}
