//! Days under a month: `Fri 12` beside each event, and `May 2026` once above them.
//!
//! Only looked at where no whole date is repeated on the page, since numbers stand everywhere.

use super::{
    forms,
    outline::{At, Outline},
    selector::Selector,
    spots::{Calendar, DateWords, Spot},
};

/// Characters of a day without its month, such as `Donnerstag 12.`
const LONGEST_DAY: usize = 18;

/// Characters of a month's heading.
const LONGEST_MONTH: usize = 24;

/// The headings that name months.
#[derive(Debug, Clone)]
pub(crate) struct Months {
    pub(crate) selector: Selector,
    headings: Vec<(At, String)>,
}

impl Months {
    /// The months' headings, where one selector finds them and nothing else.
    pub(crate) fn of(outline: &Outline<'_>, calendar: &Calendar) -> Option<Self> {
        let places: Vec<At> = (0..outline.elements.len()).filter(|at| fits(outline, *at, LONGEST_MONTH)).collect();
        let texts: Vec<String> = places.iter().map(|at| format!("12 {}", outline.text(*at))).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let is_month = |at: At| {
            let digits = outline.text(at).chars().filter(char::is_ascii_digit).count();
            (digits == 0 || digits == 4) && outline.text(at).chars().any(char::is_alphabetic)
        };
        let months: Vec<At> = places
            .iter()
            .zip(calendar.days(&texts))
            .filter(|(at, day)| day.is_some() && is_month(**at))
            .map(|(at, _)| *at)
            .collect();
        // The innermost of elements that hold nothing but the month.
        let inner = |at: &At| !months.iter().any(|other| other != at && outline.is_within(*other, *at));
        let months: Vec<At> = months.iter().copied().filter(inner).collect();
        let first = *months.first()?;
        let mut forms = forms::as_item(outline, first);
        forms.sort_by(|a, b| b.strength().total_cmp(&a.strength()).then_with(|| a.cmp(b)));
        let selector = forms.into_iter().find(|form| form.all(outline).iter().all(|at| months.contains(at)))?;
        let headings = selector.all(outline).into_iter().map(|at| (at, outline.text(at).to_owned())).collect();
        Some(Self { selector, headings })
    }

    /// The month that an element stands under.
    pub(crate) fn above(&self, at: At) -> Option<&str> {
        let before = self.headings.partition_point(|(heading, _)| *heading < at).checked_sub(1)?;
        self.headings.get(before).map(|(_, text)| text.as_str())
    }

    /// The days that are whole dates with their months.
    pub(crate) fn spots(&self, outline: &Outline<'_>, calendar: &Calendar) -> Vec<Spot> {
        let places: Vec<At> = (0..outline.elements.len())
            .filter(|at| fits(outline, *at, LONGEST_DAY) && is_day(outline.text(*at)))
            .filter(|at| self.above(*at).is_some())
            .collect();
        let whole: Vec<String> =
            places.iter().map(|at| format!("{} {}", outline.text(*at), self.above(*at).unwrap_or_default())).collect();
        let whole: Vec<&str> = whole.iter().map(String::as_str).collect();
        let words = DateWords::of(whole.iter().copied(), calendar);
        let spots: Vec<Spot> = places
            .iter()
            .zip(calendar.days(&whole))
            .filter(|(at, _)| words.rest(outline.text(**at)) == 0)
            .filter_map(|(at, day)| Some(Spot { at: *at, day: day? }))
            .collect();
        let inner =
            |spot: &Spot| !spots.iter().any(|other| other.at != spot.at && outline.is_within(other.at, spot.at));
        spots.iter().filter(|spot| inner(spot)).cloned().collect()
    }
}

fn fits(outline: &Outline<'_>, at: At, longest: usize) -> bool {
    outline.get(at).is_some_and(|element| {
        let length = element.text.chars().count();
        !element.frame
            && (1..=longest).contains(&length)
            && !matches!(element.name.as_str(), "option" | "title" | "button")
    })
}

/// One number of one or two digits.
fn is_day(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    numbers.next().is_some_and(|digits| digits.len() <= 2) && numbers.next().is_none()
}
