//! Further pages of a listing: by link, by number or offset, by month; and further listings after it.
//!
//! Everything follows from the address of the page and the configuration, so that any page can be read alone.

use marquee_sdk::{
    Configuration, Element, ExtractError, Follow, Header, Kind, Listing, Method, Page, Severity, template,
};

use crate::{NEXT, fields::Fields, items};

/// Asks for what comes after this page. `found`: how many items it has.
pub(crate) fn ask(
    listing: &mut Listing,
    page: &Page,
    document: &Element,
    configuration: &Configuration,
    found: usize,
) -> Result<(), ExtractError> {
    if page.is(Page::LISTING) {
        months(listing, page, configuration);
    }
    let url = &page.facts().url;
    let numbering = Numbering::of(configuration, document)?;
    // Past the last page a numbered listing is empty; asking on from there would never end.
    let mut next = if found > 0 { numbering.as_ref().and_then(|numbering| numbering.after(url, found)) } else { None };
    if next.is_none() && found > 0 {
        next = link(document, configuration)?.filter(|next| next != url);
        let full =
            configuration.number("page_size").is_some_and(|size| usize::try_from(size).is_ok_and(|size| found >= size));
        if next.is_none() && full && configuration.value().at("/next").is_some() {
            let message = format!("a full page of {found} items, and no link to the next one");
            listing.remark(Severity::Warning, "no-next-page", &message);
        }
    }
    if next.is_none() {
        next = further_listing(configuration, url);
    }
    if let Some(url) = next {
        let accept = configuration.text("next_accept").map(|value| Header { name: "accept".to_owned(), value });
        let headers = accept.into_iter().collect();
        listing.ask(Follow { method: Method::Get, url, headers, kind: NEXT.to_owned(), context: None });
    }
    Ok(())
}

/// The link to the next page.
fn link(document: &Element, configuration: &Configuration) -> Result<Option<String>, ExtractError> {
    let Some(link) = configuration.value().at("/next") else { return Ok(None) };
    let mut fields = Fields::default();
    fields.add("next_url", &link);
    Ok(items::read_whole(document, configuration, &fields)?.iter().find_map(|cells| cells.one("next_url")))
}

/// Asks for the months after this one.
fn months(listing: &mut Listing, page: &Page, configuration: &Configuration) {
    if let Some(address) = configuration.text("month_url") {
        let months = configuration.number("months").and_then(|months| u16::try_from(months).ok()).unwrap_or(1);
        for month in 1..months {
            let url = template::fill_month(&address, page.today().first_of_month(month));
            listing.follow(&url, NEXT, None);
        }
    }
}

/// The first listing, or the one that this address belongs to, is followed by the next of the further ones.
fn further_listing(configuration: &Configuration, url: &str) -> Option<String> {
    let further = configuration.texts("more_listings");
    let after = further.iter().position(|listing| url.starts_with(listing.as_str())).map_or(0, |at| at + 1);
    further.into_iter().nth(after)
}

/// How the pages of a listing are numbered.
struct Numbering {
    template: String,
    /// `{page}` or `{offset}`.
    blank: &'static str,
    first: u32,
    /// By how much the number grows from page to page.
    step: u32,
    page_size: Option<usize>,
    last: Option<u32>,
    further: Vec<String>,
}

impl Numbering {
    fn of(configuration: &Configuration, document: &Element) -> Result<Option<Self>, ExtractError> {
        let Some(template) = configuration.text("next_page") else { return Ok(None) };
        let number = |name: &str| configuration.number(name).and_then(|number| u32::try_from(number).ok());
        let size = number("page_size");
        let by_offset = template.contains("{offset}");
        Ok(Some(Self {
            template,
            blank: if by_offset { "{offset}" } else { "{page}" },
            first: number("first_page").unwrap_or(if by_offset { 0 } else { 1 }),
            step: if by_offset { size.unwrap_or(1) } else { 1 },
            page_size: size.and_then(|size| usize::try_from(size).ok()),
            last: match number("last_page") {
                Some(last) => Some(last),
                None => last_of(configuration, document)?,
            },
            further: configuration.texts("more_listings"),
        }))
    }

    /// The address of the page after this one.
    fn after(&self, url: &str, found: usize) -> Option<String> {
        if self.page_size.is_some_and(|size| found < size) {
            return None;
        }
        let (before, behind) = self.template.split_once(self.blank)?;
        let own = |listing: &str| before.replace("{listing}", listing);
        let further = self.further.iter().find(|listing| url.starts_with(listing.as_str()));
        // The address of a first listing is what stands before the number; on its first page that is all of it.
        let rest = before.strip_prefix("{listing}");
        let listing = match (further, rest) {
            (Some(further), _) => further.as_str(),
            (None, Some(rest)) => url.split_once(rest).filter(|_| !rest.is_empty()).map_or(url, |(listing, _)| listing),
            (None, None) => "",
        };
        let here = number_in(url, &own(listing), behind).unwrap_or(self.first);
        let next = here.checked_add(self.step)?;
        let more = self.last.is_none_or(|last| next <= last);
        more.then(|| format!("{}{next}{behind}", own(listing)))
    }
}

/// The number between two texts of an address.
fn number_in(url: &str, before: &str, behind: &str) -> Option<u32> {
    let (_, rest) = url.split_once(before)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, tail) = rest.split_at_checked(end)?;
    let same_tail = tail.trim_end_matches('/').starts_with(behind.trim_end_matches('/'));
    if same_tail { digits.parse().ok() } else { None }
}

/// The highest number among the links to pages, where `last_page` says where they stand.
fn last_of(configuration: &Configuration, document: &Element) -> Result<Option<u32>, ExtractError> {
    let Some(place) = configuration.value().at("/last_page").filter(|place| place.kind() != Kind::Number) else {
        return Ok(None);
    };
    let mut fields = Fields::default();
    fields.add("last_page", &place);
    let found = items::read_whole(document, configuration, &fields)?;
    Ok(found.iter().flat_map(|cells| cells.every("last_page")).filter_map(|text| text.parse().ok()).max())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbering(template: &str, page_size: Option<usize>, last: Option<u32>, further: &[&str]) -> Numbering {
        let by_offset = template.contains("{offset}");
        Numbering {
            template: template.to_owned(),
            blank: if by_offset { "{offset}" } else { "{page}" },
            first: u32::from(!by_offset),
            step: if by_offset { 20 } else { 1 },
            page_size,
            last,
            further: further.iter().map(|&listing| listing.to_owned()).collect(),
        }
    }

    #[test]
    fn pages_are_counted_up_to_the_last() {
        let pages = numbering("/agenda/page/{page}/", None, Some(3), &[]);
        assert_eq!(pages.after("https://zaal.example/agenda/", 9).as_deref(), Some("/agenda/page/2/"));
        assert_eq!(pages.after("https://zaal.example/agenda/page/2/", 9).as_deref(), Some("/agenda/page/3/"));
        assert_eq!(pages.after("https://zaal.example/agenda/page/3/", 9), None);
    }

    #[test]
    fn offsets_grow_by_the_size_of_a_page_and_a_short_page_is_the_last() {
        let pages = numbering("/list?start={offset}", Some(20), None, &[]);
        assert_eq!(pages.after("https://sala.example/list", 20).as_deref(), Some("/list?start=20"));
        assert_eq!(pages.after("https://sala.example/list?start=40", 20).as_deref(), Some("/list?start=60"));
        assert_eq!(pages.after("https://sala.example/list?start=40", 19), None);
    }

    #[test]
    fn each_listing_counts_its_own_pages() {
        let second = "https://haus.example/p?tab=guests";
        let pages = numbering("{listing}&page={page}", Some(12), None, &[second]);
        let after = |url: &str| pages.after(url, 12);
        assert_eq!(after("https://haus.example/p?tab=own").as_deref(), Some("https://haus.example/p?tab=own&page=2"));
        assert_eq!(
            after("https://haus.example/p?tab=own&page=2").as_deref(),
            Some("https://haus.example/p?tab=own&page=3")
        );
        assert_eq!(after(second).as_deref(), Some("https://haus.example/p?tab=guests&page=2"));
        assert_eq!(
            after("https://haus.example/p?tab=guests&page=2").as_deref(),
            Some("https://haus.example/p?tab=guests&page=3")
        );
    }
}
