//! Which pages are asked for: the first, where the source leaves that to the plugin, and the ones after it.

use marquee_sdk::{Configuration, Date, Follow, Header, Listing, Method, Page, PostBody, address, template};

use crate::{
    fields::{Fields, Item},
    pointers::Place,
};

/// The kind of the further pages.
const NEXT: &str = "next";
/// Pages that one answer's own count of pages is believed for: more than any venue has, fewer than the host refuses.
const MOST_PAGES: i64 = 200;
/// Days that a blank such as `{today+30}` may reach: ten years.
const MOST_DAYS: i32 = 3_660;

/// How far the listing was read before this page. Pages hand it on, since nothing else lives from one to the next.
struct Turn {
    page: i64,
    offset: i64,
    cursor: String,
}

impl Turn {
    /// Of this page: what the page before handed on, else the first.
    fn of(page: &Page, first: i64) -> Self {
        let mut parts = page.facts().context.as_deref().unwrap_or_default().splitn(3, ' ');
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let (at, offset) = (number(), number());
        let cursor = parts.next().unwrap_or_default().to_owned();
        Self { page: at.unwrap_or(first), offset: offset.unwrap_or(0), cursor }
    }

    fn context(&self) -> String {
        format!("{} {} {}", self.page, self.offset, self.cursor)
    }
}

/// How a blank's value is written.
#[derive(Clone, Copy)]
enum Form {
    Url,
    Json,
    Plain,
}

/// Asks for the listing itself, on the empty page that a source with `first_request = "plugin"` begins with.
pub(crate) fn first(listing: &mut Listing, page: &Page, configuration: &Configuration) {
    let first = configuration.number("first_page").unwrap_or(1);
    let turn = Turn { page: first, offset: 0, cursor: String::new() };
    let follow = request(page, configuration, &turn, Page::LISTING);
    listing.ask(follow);
    listing.onward();
}

/// Asks for the page after this one. `count`: the items that this page has, whatever became of them.
pub(crate) fn next(
    listing: &mut Listing,
    page: &Page,
    configuration: &Configuration,
    root: &Place,
    count: usize,
) -> Result<(), marquee_sdk::ExtractError> {
    let facts = page.facts();
    if let Some(address) = configuration.text("month_url").filter(|_| page.is(Page::LISTING)) {
        let months = configuration.number("months").and_then(|months| u16::try_from(months).ok()).unwrap_or(1);
        for ahead in 0..months {
            let url = template::fill_month(&address, page.today().first_of_month(ahead));
            if !facts.url.ends_with(&url) {
                listing.follow(&url, NEXT, None);
            }
        }
    }
    if let Some(definition) = configuration.value().at("/next") {
        let mut fields = Fields::default();
        fields.add("next_url", &definition);
        let cells = fields.read(&[Item::of(root.clone())])?;
        let next = cells.first().and_then(|cells| cells.one("next_url"));
        if let Some(next) = next.filter(|next| *next != facts.url && count > 0) {
            listing.follow(&next, NEXT, None);
        }
        return Ok(());
    }
    let first = configuration.number("first_page").unwrap_or(1);
    let turn = Turn::of(page, first);
    let items = i64::try_from(count).unwrap_or(i64::MAX);
    let cursor =
        configuration.text("cursor").map(|pointer| root.texts(&pointer).into_iter().next().unwrap_or_default());
    // The same cursor again, or none, is the end; so is a page that is not full.
    let ended =
        cursor.as_ref().is_some_and(|cursor| matches!(cursor.trim(), "" | "null" | "false") || *cursor == turn.cursor)
            || configuration.number("page_size").is_some_and(|size| items < size);
    if count == 0 || ended || !pages_on(configuration) {
        return Ok(());
    }
    let after = Turn {
        page: turn.page.saturating_add(1),
        offset: turn.offset.saturating_add(items),
        cursor: cursor.unwrap_or_default(),
    };
    let last_page = configuration.value().at("/last_page");
    let pointed = last_page.as_ref().and_then(|value| value.text("")).filter(|text| text.starts_with('/'));
    match pointed {
        // The answer says how many pages there are: all are asked for at once, from the first.
        Some(pointer) if page.facts().kind != NEXT => {
            let last: i64 = root.texts(&pointer).first().and_then(|text| text.trim().parse().ok()).unwrap_or(first);
            for number in after.page..=last.min(first.saturating_add(MOST_PAGES)) {
                let offset = items.saturating_mul(number.saturating_sub(first));
                listing.ask(request(page, configuration, &Turn { page: number, offset, cursor: String::new() }, NEXT));
            }
        }
        Some(_) => {}
        None if configuration.number("last_page").is_none_or(|last| after.page <= last) => {
            listing.ask(request(page, configuration, &after, NEXT));
        }
        None => {}
    }
    Ok(())
}

/// Whether the configuration has a blank that differs from page to page.
fn pages_on(configuration: &Configuration) -> bool {
    let request = configuration.part("request");
    let inside = |name: &str| request.as_ref().and_then(|request| request.text(name));
    let templates = [configuration.text("next_page"), inside("url"), inside("body")];
    templates
        .into_iter()
        .flatten()
        .any(|text| ["{page}", "{offset}", "{cursor}"].iter().any(|blank| text.contains(blank)))
}

/// The request of a page: `next_page` for those after the first, else `request`.
fn request(page: &Page, configuration: &Configuration, turn: &Turn, kind: &str) -> Follow {
    let settings = configuration.part("request");
    let inside = |name: &str| settings.as_ref().and_then(|request| request.text(name));
    let today = page.today();
    let numbered = configuration.text("next_page").filter(|_| kind == NEXT);
    let body = inside("body").filter(|_| numbered.is_none());
    let url = numbered.or_else(|| inside("url")).unwrap_or_else(|| page.facts().url.clone());
    let content_type = inside("content_type").unwrap_or_else(|| "application/json".to_owned());
    let form = match content_type.as_str() {
        kind if kind.contains("json") => Form::Json,
        kind if kind.contains("urlencoded") => Form::Url,
        _ => Form::Plain,
    };
    let method = body
        .map_or(Method::Get, |body| Method::Post(PostBody { content_type, body: filled(&body, turn, today, form) }));
    let headers = settings.as_ref().and_then(|request| request.value().at("/headers")).map(|headers| {
        let names = headers.keys("");
        let of =
            |name: String| headers.text(&format!("/{name}")).map(|value| Header { name: name.to_lowercase(), value });
        names.into_iter().filter_map(of).collect()
    });
    Follow {
        method,
        url: filled(&url, turn, today, Form::Url),
        headers: headers.unwrap_or_default(),
        kind: kind.to_owned(),
        context: Some(turn.context()),
    }
}

fn filled(text: &str, turn: &Turn, today: Date, form: Form) -> String {
    let cursor = match form {
        Form::Url => address::encode(&turn.cursor),
        Form::Json => turn.cursor.replace('\\', "\\\\").replace('"', "\\\""),
        Form::Plain => turn.cursor.clone(),
    };
    let (number, offset) = (turn.page.to_string(), turn.offset.to_string());
    days(&template::fill(text, &[("page", &number), ("offset", &offset), ("cursor", &cursor)]), today)
}

/// Fills `{today}`, `{today+30}` and `{today-1}`.
fn days(text: &str, today: Date) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{today") {
        out.push_str(before);
        let ahead = after.split_once('}').and_then(|(ahead, behind)| {
            let days = if ahead.is_empty() { Some(0) } else { ahead.parse::<i32>().ok() };
            days.filter(|days| days.abs() <= MOST_DAYS).map(|days| (days, behind))
        });
        match ahead {
            Some((ahead, behind)) => {
                out.push_str(&today.plus_days(ahead).to_string());
                rest = behind;
            }
            None => {
                out.push_str("{today");
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date { year: 2026, month: 12, day: 30 };

    #[test]
    fn blanks_for_days_count_from_today() {
        assert_eq!(days("from={today}&to={today+7}", TODAY), "from=2026-12-30&to=2027-01-06");
        assert_eq!(days("{today-1} {today+x} {today+99999}", TODAY), "2026-12-29 {today+x} {today+99999}");
    }

    #[test]
    fn a_cursor_is_written_as_its_place_asks() {
        let turn = Turn { page: 2, offset: 50, cursor: "a\"b=".to_owned() };
        assert_eq!(filled("?after={cursor}&p={page}", &turn, TODAY, Form::Url), "?after=a%22b%3D&p=2");
        assert_eq!(
            filled(r#"{"after":"{cursor}","skip":{offset}}"#, &turn, TODAY, Form::Json),
            r#"{"after":"a\"b=","skip":50}"#
        );
    }
}
