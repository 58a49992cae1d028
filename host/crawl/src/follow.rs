//! The frontier of a crawl: which pages are still to be read, and where the source's limits end it.
//!
//! A follow request re-enters the flow at `fetch`, one level deeper. What a limit keeps out is remembered: a crawl that left
//! pages out is partial, and says which.

use std::collections::{BTreeSet, VecDeque};

use marquee_fetch::FollowScope;
use marquee_model::{FirstRequest, Follow, FollowLimits, FollowMethod, PageRequest, Source, WebUrl};

/// Longest context that a follow request may carry, in bytes, as the contract says.
pub const MAX_CONTEXT_BYTES: usize = 16 * 1024;

/// The pages of one crawl: asked for, and still to be asked for.
#[derive(Debug)]
pub struct Frontier<'a> {
    scope: FollowScope,
    limits: &'a FollowLimits,
    waiting: VecDeque<PageRequest>,
    asked: BTreeSet<String>,
    pages: u32,
    bytes: u64,
    left_out: Vec<String>,
}

impl<'a> Frontier<'a> {
    /// A frontier that holds the source's own address, or the start from which the plugin asks for it.
    #[must_use]
    pub fn new(source: &'a Source) -> Self {
        let listing = match source.first_request {
            FirstRequest::Get => PageRequest::listing(source.url.clone()),
            FirstRequest::Plugin => PageRequest::start(source.url.clone()),
        };
        Self {
            scope: FollowScope::of(source),
            limits: &source.follow,
            // Nothing is asked for at the start, so that its address may still be.
            asked: (!listing.is_start()).then(|| fingerprint(&listing)).into_iter().collect(),
            waiting: VecDeque::from([listing]),
            pages: 0,
            bytes: 0,
            left_out: Vec::new(),
        }
    }

    /// The next page to fetch, in the order in which pages were asked for.
    pub fn next_request(&mut self) -> Option<PageRequest> {
        let request = self.waiting.pop_front()?;
        if request.is_start() {
            return Some(request);
        }
        let limit = if self.pages >= self.limits.pages {
            Some(format!("follow.pages ({})", self.limits.pages))
        } else if self.bytes >= self.limits.bytes {
            Some(format!("follow.bytes ({})", self.limits.bytes))
        } else {
            None
        };
        if let Some(limit) = limit {
            let more = self.waiting.len();
            self.waiting.clear();
            self.left_out.push(format!("{} and {more} more pages, over the source's {limit}", request.url));
            return None;
        }
        self.pages += 1;
        Some(request)
    }

    /// Counts a fetched page against the budget of bytes. Where the listing was found after redirects is home from then on.
    pub fn fetched(&mut self, depth: u8, at: &WebUrl, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        if depth == 0 {
            self.scope = self.scope.clone().with_host(at);
        }
    }

    /// The hosts that follow requests may ask.
    #[must_use]
    pub const fn scope(&self) -> &FollowScope {
        &self.scope
    }

    /// Takes up what an extractor asked for on the page that answered `asked` and stands at `at`. A page that was asked for before is
    /// not asked for again.
    pub fn follow(&mut self, asked: &PageRequest, at: &WebUrl, wishes: &[Follow]) {
        for wish in wishes {
            match self.request(asked, at, wish.clone()) {
                Ok(request) => {
                    if self.asked.insert(fingerprint(&request)) {
                        self.waiting.push_back(request);
                    }
                }
                Err(reason) => self.left_out.push(reason),
            }
        }
    }

    fn request(&self, asked: &PageRequest, at: &WebUrl, wish: Follow) -> Result<PageRequest, String> {
        let url = at.join(&wish.url).map_err(|error| error.to_string())?;
        let own = asked.is_start() && wish.kind == PageRequest::LISTING;
        let depth = if own { 0 } else { asked.depth.saturating_add(1) };
        if depth > self.limits.depth {
            return Err(format!("{url}, over the source's follow.depth ({})", self.limits.depth));
        }
        if !self.scope.admits(&url) {
            return Err(format!("{url}, whose host is not in the source's follow.hosts"));
        }
        if wish.context.as_ref().is_some_and(|context| context.len() > MAX_CONTEXT_BYTES) {
            return Err(format!("{url}, whose context is longer than {MAX_CONTEXT_BYTES} bytes"));
        }
        let taken = [PageRequest::LISTING, PageRequest::START, ""].contains(&wish.kind.as_str());
        if taken && !own {
            return Err(format!("{url}, whose kind `{}` is not allowed for a follow request", wish.kind));
        }
        Ok(PageRequest {
            method: wish.method,
            url,
            headers: wish.headers,
            kind: wish.kind,
            context: wish.context,
            depth,
        })
    }

    /// Pages asked for so far.
    #[must_use]
    pub const fn pages(&self) -> u32 {
        self.pages
    }

    /// Decoded bytes received so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Pages still waiting.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What the limits kept out, a sentence each.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }
}

/// Two requests with one fingerprint bring the same page: a loop if followed again.
pub(crate) fn fingerprint(request: &PageRequest) -> String {
    let mut url = request.url.url().clone();
    url.set_fragment(None);
    match &request.method {
        FollowMethod::Get => format!("GET {url}"),
        FollowMethod::Post { body, .. } => format!("POST {url} {body}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::testing::{page, source};

    fn get(url: &str) -> Follow {
        Follow {
            method: FollowMethod::Get,
            url: url.to_owned(),
            headers: vec![],
            kind: "next".to_owned(),
            context: None,
        }
    }

    #[test]
    fn a_page_is_asked_for_once_however_often_it_is_wished_for() {
        let source = source();
        let mut frontier = Frontier::new(&source);
        let listing = page(&frontier.next_request().unwrap());
        frontier.follow(&listing.request, &listing.url, &[get("/page/2"), get("/page/2#top"), get("/events")]);
        assert_eq!(frontier.next_request().unwrap().url.as_str(), "https://venue.example/page/2");
        assert!(frontier.next_request().is_none());
        assert!(frontier.left_out().is_empty());
    }

    #[test]
    fn a_plugin_that_makes_the_first_request_itself_names_the_listing() {
        let mut source = source();
        source.first_request = FirstRequest::Plugin;
        let mut frontier = Frontier::new(&source);
        let start = page(&frontier.next_request().unwrap());
        assert!(start.request.is_start());
        assert_eq!(frontier.pages(), 0, "nothing is fetched for the start");
        frontier.follow(
            &start.request,
            &start.url,
            &[Follow { kind: "listing".to_owned(), ..get("/events") }, get("/page/2")],
        );
        let listing = frontier.next_request().unwrap();
        assert_eq!((listing.kind.as_str(), listing.depth), ("listing", 0));
        let listing = page(&listing);
        frontier.follow(&listing.request, &listing.url, &[Follow { kind: "listing".to_owned(), ..get("/other") }]);
        assert_eq!(frontier.next_request().unwrap().depth, 1);
        assert!(frontier.next_request().is_none());
        assert_eq!(frontier.left_out().len(), 1, "only the start may ask for listings");
    }

    #[test]
    fn foreign_hosts_are_left_out_unless_the_source_lists_them() {
        let mut source = source();
        source.follow.hosts = vec!["*.tickets.example".to_owned()];
        let mut frontier = Frontier::new(&source);
        let listing = page(&frontier.next_request().unwrap());
        frontier.follow(
            &listing.request,
            &listing.url,
            &[get("https://a.tickets.example/1"), get("https://eviltickets.example/"), get("http://169.254.169.254/")],
        );
        assert_eq!(frontier.next_request().unwrap().url.host(), "a.tickets.example");
        assert!(frontier.next_request().is_none());
        assert_eq!(frontier.left_out().len(), 2);
    }

    #[test]
    fn the_limits_on_pages_and_depth_end_a_crawl_and_are_told() {
        let mut source = source();
        source.follow.pages = 2;
        source.follow.depth = 1;
        let mut frontier = Frontier::new(&source);
        let listing = page(&frontier.next_request().unwrap());
        frontier.follow(&listing.request, &listing.url, &[get("/2"), get("/3"), get("/4")]);
        let second = page(&frontier.next_request().unwrap());
        frontier.follow(&second.request, &second.url, &[get("/deeper")]);
        assert!(frontier.next_request().is_none());
        let told = frontier.left_out().join("\n");
        assert!(told.contains("follow.depth (1)") && told.contains("follow.pages (2)"), "{told}");
    }
}
