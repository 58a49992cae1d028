//! Running plugins for `detect`: in the real sandbox, on the page or on what it leads to, through the real normaliser.

use std::{collections::VecDeque, path::Path, sync::Arc};

use chrono::NaiveDate;
use futures::{FutureExt as _, future::BoxFuture};
use marquee_detect::{Answer, Candidate, Runs, Setting, Trial, Tried, Written, source_text};
use marquee_extract::{Plugin, Registry};
use marquee_fetch::{Fetcher, FollowScope};
use marquee_model::{
    CrawlId, Digest, EventClaim, Follow, Outcome, Page, PageRequest, PluginId, Plugins as _, Severity, Source,
};
use marquee_normalize::{Input, NormalizeLimits, PageClaims, PageFacts, normalize};

use crate::house;

/// Pages fetched for one candidate: enough to see that an interface answers, and no crawl.
const MOST_PAGES: usize = 4;

/// The caller's half of a detection.
pub(super) struct Tries<'t> {
    registry: &'t Registry,
    limits: &'t NormalizeLimits,
    /// None: offline.
    fetcher: Option<Arc<Fetcher>>,
    page: Arc<Page>,
    setting: Setting,
    today: NaiveDate,
}

impl<'t> Tries<'t> {
    pub(super) fn new(
        settings: &'t crate::settings::Settings,
        registry: &'t Registry,
        fetcher: Option<Arc<Fetcher>>,
        page: Arc<Page>,
        setting: Setting,
        today: NaiveDate,
    ) -> Self {
        Self { registry, limits: &settings.normalize, fetcher, page, setting, today }
    }

    /// The source that the candidate's file would declare.
    fn source(&self, candidate: &Candidate) -> anyhow::Result<Source> {
        let tried =
            Tried { candidate: candidate.clone(), trial: Trial::not_tried(""), confidence: 0.0, proposal: None };
        let slug = "page".parse()?;
        let text = source_text(&Written { tried: &tried, setting: &self.setting, slug: &slug, today: self.today });
        let file = marquee_crawl::source_file::parse(Path::new("the proposed file"), &text, house::clock().now())?;
        Ok(file.source)
    }

    async fn attempt(&self, candidate: &Candidate) -> Trial {
        let plugin = candidate.plugin.parse::<PluginId>().ok().and_then(|id| self.registry.get(&id));
        let Some(plugin) = plugin else {
            return Trial::not_tried("the plugin is not in the plugin folder; build it with `cargo xtask plugins`");
        };
        if let Some(missing) = &candidate.missing {
            return Trial::not_tried(format!("to be looked up: {missing}"));
        }
        let source = match self.source(candidate) {
            Ok(source) => source,
            Err(error) => return Trial::not_tried(format!("no source file can be written for it: {error:#}")),
        };
        if let Err(problems) = plugin.check_configuration(&source.configuration) {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Trial::not_tried(format!("its configuration has to be written by hand: {}", problems.join("; ")));
        }
        match self.first_page(candidate, &source).await {
            Ok(page) => self.read(&plugin, &source, page).await,
            Err(reason) => Trial::not_tried(reason),
        }
    }

    /// The page to begin with.
    async fn first_page(&self, candidate: &Candidate, source: &Source) -> Result<Arc<Page>, String> {
        if !candidate.is_elsewhere(&self.page.url) {
            return Ok(Arc::clone(&self.page));
        }
        let Some(fetcher) = &self.fetcher else {
            return Err(format!("it reads {}, and a file is read offline: look at that address", candidate.url));
        };
        if candidate.plugin_first {
            let request =
                PageRequest { kind: PageRequest::START.to_owned(), ..PageRequest::listing(source.url.clone()) };
            let body = String::new();
            let digest = Digest::of(body.as_bytes());
            return Ok(Arc::new(Page {
                request,
                url: source.url.clone(),
                headers: Vec::new(),
                digest,
                bytes: 0,
                body,
                ..Page::clone(&self.page)
            }));
        }
        let page = fetcher.fetch(&PageRequest::listing(source.url.clone()), &FollowScope::any()).await;
        page.map(Arc::new).map_err(|error| format!("{} cannot be fetched: {error}", source.url))
    }

    /// Runs the plugin on a page, and on a few of those that it leads to where it lists nothing itself.
    async fn read(&self, plugin: &Plugin, source: &Source, first: Arc<Page>) -> Trial {
        let mut pages: Vec<(Arc<Page>, Vec<EventClaim>)> = Vec::new();
        let mut waiting: VecDeque<Arc<Page>> = VecDeque::from([first]);
        let mut answer = None;
        let mut remarks = Vec::new();
        while let Some(page) = waiting.pop_front() {
            let extraction = match plugin.extract(source, Arc::clone(&page)).await {
                Ok(extracted) => extracted.extraction,
                Err(error) => return Trial::of(Answer::Refused(error.to_string())),
            };
            let leads = matches!(extraction.outcome, Outcome::Onward);
            let told = extraction.diagnostics.iter().filter(|remark| remark.severity >= Severity::Info);
            remarks.extend(told.map(|remark| format!("{}: {}", remark.code, remark.message)));
            let known = answer_of(&extraction.outcome);
            // What the listing itself says counts; a page that only leads on says nothing yet.
            if answer.is_none() || matches!(answer, Some(Answer::Onward(_))) {
                answer = Some(known);
            }
            pages.push((Arc::clone(&page), extraction.outcome.events().to_vec()));
            if leads {
                match self.onward(&page, &extraction.follow, MOST_PAGES.saturating_sub(pages.len())).await {
                    Ok(fetched) => waiting.extend(fetched),
                    Err(reason) => answer = Some(Answer::Onward(reason)),
                }
            }
        }
        let claims: Vec<PageClaims<'_>> =
            pages.iter().map(|(page, claims)| PageClaims { page: PageFacts::from(&**page), claims }).collect();
        let input =
            Input { source, crawl: CrawlId::new(self.page.fetched_at), plugin: plugin.version(), pages: &claims };
        let normalized = normalize(&input, self.limits);
        remarks.extend(normalized.diagnostics.iter().map(|remark| format!("{}: {}", remark.code, remark.message)));
        let answer = answer.unwrap_or_else(|| Answer::Refused("no page".to_owned()));
        Trial { answer, events: normalized.events, rejections: normalized.rejections, remarks }
    }

    async fn onward(&self, page: &Page, wishes: &[Follow], most: usize) -> Result<Vec<Arc<Page>>, String> {
        let addresses: Vec<&str> = wishes.iter().map(|wish| wish.url.as_str()).take(2).collect();
        let Some(fetcher) = &self.fetcher else {
            return Err(format!("it leads on to {}, and a file is read offline", addresses.join(", ")));
        };
        let mut pages = Vec::new();
        for wish in wishes.iter().take(most) {
            let url = page.url.join(&wish.url).map_err(|error| error.to_string())?;
            let request = PageRequest {
                method: wish.method.clone(),
                url,
                headers: wish.headers.clone(),
                kind: wish.kind.clone(),
                context: wish.context.clone(),
                depth: page.request.depth.saturating_add(1),
            };
            let names = wish.headers.iter().map(|(name, _)| name.as_str());
            let scope = FollowScope::any().with_headers(names);
            pages.push(Arc::new(fetcher.fetch(&request, &scope).await.map_err(|error| error.to_string())?));
        }
        Ok(pages)
    }
}

fn answer_of(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Complete { .. } => Answer::Complete,
        Outcome::Partial { missing, .. } => Answer::Partial(missing.clone()),
        Outcome::Empty { evidence } => Answer::Empty(evidence.text.clone()),
        Outcome::Onward => Answer::Onward("it leads on to further pages".to_owned()),
        Outcome::NotAListing { reason } => Answer::NotAListing(reason.clone()),
    }
}

impl Runs for Tries<'_> {
    fn plugins(&self) -> Vec<(String, bool)> {
        let nothing = serde_json::json!({});
        self.registry
            .active()
            .into_iter()
            .map(|state| {
                let plugin = self.registry.get(&state.active.id);
                let free = plugin.is_some_and(|plugin| plugin.check_configuration(&nothing).is_ok());
                (state.active.id.to_string(), free)
            })
            .collect()
    }

    fn run<'a>(&'a self, candidate: &'a Candidate) -> BoxFuture<'a, Trial> {
        self.attempt(candidate).boxed()
    }
}
