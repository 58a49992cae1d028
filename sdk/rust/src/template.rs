//! Addresses with blanks, such as `/events/page/{page}/`: how a source's configuration names further pages.

use crate::Date;

/// Fills the blanks of a template.
#[must_use]
pub fn fill(template: &str, blanks: &[(&str, &str)]) -> String {
    blanks.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Fills the blanks of a month: `{yyyy}`, `{mm}` (two digits), `{m}`, and `{month}` (English, lower case).
#[must_use]
pub fn fill_month(template: &str, month: Date) -> String {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = MONTHS.get(usize::from(month.month.saturating_sub(1))).copied().unwrap_or_default();
    let (year, number) = (month.year.to_string(), month.month.to_string());
    fill(template, &[("yyyy", &year), ("mm", &format!("{number:0>2}")), ("m", &number), ("month", name)])
}

/// The number that stands at `{page}` when `url` is laid out as the template says.
#[must_use]
pub fn page_number(template: &str, url: &str) -> Option<u32> {
    let (before, after) = template.split_once("{page}")?;
    let (_, rest) = url.split_once(before)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, tail) = rest.split_at_checked(end)?;
    let same_tail = tail.trim_end_matches('/').starts_with(after.trim_end_matches('/'));
    if same_tail { digits.parse().ok() } else { None }
}

/// The address of the page after this one, for a listing whose pages are numbered from 1; absent at the last page. An address
/// that the template does not fit is the first page.
#[must_use]
pub fn next_page(template: &str, url: &str, last: Option<i64>) -> Option<String> {
    let page = page_number(template, url).unwrap_or(1);
    let more = last.is_none_or(|last| i64::from(page) < last);
    more.then(|| fill(template, &[("page", &page.saturating_add(1).to_string())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: &str = "https://venue.example/events/list/page/{page}/";

    #[test]
    fn numbered_pages_end_at_the_last() {
        let next = |url| next_page(PAGES, url, Some(4));
        assert_eq!(next("https://venue.example/events/").as_deref(), Some("https://venue.example/events/list/page/2/"));
        assert_eq!(
            next("https://venue.example/events/list/page/3/").as_deref(),
            Some("https://venue.example/events/list/page/4/")
        );
        assert_eq!(next("https://venue.example/events/list/page/4/"), None);
    }

    #[test]
    fn a_path_is_a_template_too() {
        assert_eq!(page_number("/shows?p={page}", "https://venue.example/shows?p=12"), Some(12));
        assert_eq!(page_number("/shows?p={page}", "https://venue.example/shows"), None);
    }

    #[test]
    fn months_are_filled_in_every_form() {
        let may = Date { year: 2026, month: 5, day: 1 };
        assert_eq!(fill_month("?month={mm}-{yyyy}&m={m}&name={month}", may), "?month=05-2026&m=5&name=may");
    }
}
