//! Forms of texts that are compared: folded, bare, letters only; and the fixed forms of days, times and numbers.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::Money;
use marquee_reading::prices;

/// White space folded to single blanks, trimmed: what tells two takings of one text apart is not the value's.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Without signs at the ends.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Letters and digits in lower case.
pub(super) fn skeleton(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters and digits a text has.
pub(super) fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Runs of letters and digits, and each sign by itself, as bytes; white space belongs to none.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.by_ref().find(|(_, c)| !c.is_whitespace())?;
        let mut end = start + first.len_utf8();
        if first.is_alphanumeric() {
            while let Some((at, next)) = chars.next_if(|(_, c)| c.is_alphanumeric()) {
                end = at + next.len_utf8();
            }
        }
        Some((start, end))
    })
}

/// Where `part` stands in `whole` as a piece of its own: no letter or digit goes on across its ends.
pub(super) fn found_in(part: &str, whole: &str) -> Option<usize> {
    let goes_on = |one: Option<char>, other: Option<char>| {
        one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
    };
    whole.match_indices(part).map(|(at, _)| at).find(|at| {
        let before = whole.get(..*at).and_then(|before| before.chars().next_back());
        let after = whole.get(at + part.len()..).and_then(|after| after.chars().next());
        !goes_on(before, part.chars().next()) && !goes_on(part.chars().next_back(), after)
    })
}

/// A day in a fixed form at the beginning of a text, and the time behind it.
pub(super) fn iso(text: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let text = text.trim();
    let (day, rest) = match text.get(..10).and_then(|day| Some((NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, 10)))
    {
        Some((day, end)) => (day, text.get(end..)?),
        None => (NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()?, text.get(8..)?),
    };
    let time = rest.trim_start_matches(['T', ' ']);
    let compact = || NaiveTime::parse_from_str(time.get(..6)?, "%H%M%S").ok();
    Some((day, clock(time.get(..8).unwrap_or(time)).or_else(|| clock(time.get(..5)?)).or_else(compact)))
}

/// A time of a 24-hour clock that stands alone.
pub(super) fn clock(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// An instant: with an offset, or an epoch in milliseconds or seconds.
pub(super) fn instants(text: &str) -> Vec<(DateTime<Utc>, &'static str)> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return vec![(instant.to_utc(), "ISO date and time")];
    }
    // Some write epochs as decimals.
    let Ok(number) = text.split('.').next().unwrap_or_default().parse::<i64>() else { return Vec::new() };
    let millis = DateTime::from_timestamp_millis(number).map(|instant| (instant, "epoch in milliseconds"));
    let seconds = DateTime::from_timestamp(number, 0).map(|instant| (instant, "epoch in seconds"));
    millis.into_iter().chain(seconds).collect()
}

/// The amounts of money that a text may be: a number with or without a sign of a currency, or a text that the host reads a price in.
/// Whole numbers may be hundredths.
pub(super) fn amounts(text: &str) -> Vec<(Money, &'static str)> {
    /// Longer texts are no prices.
    const LONGEST: usize = 200;
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let number = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if text.len() > LONGEST || iso(text).is_some() || clock(text).is_some() {
        return Vec::new();
    }
    let numbers: Vec<&str> = if !number.is_empty() && number.chars().all(is_number) {
        vec![number]
    } else if prices::read(text, None).is_some_and(|price| price.min.is_some() || price.max.is_some()) {
        text.split(|c| !is_number(c)).map(|number| number.trim_matches(['.', ','])).collect()
    } else {
        Vec::new()
    };
    let mut amounts = Vec::new();
    for number in numbers.into_iter().filter(|number| !number.is_empty()) {
        amounts.extend(number.replace(',', ".").parse().ok().map(|amount| (amount, "amount")));
        amounts.extend(number.replace(',', "").parse().ok().map(|amount| (amount, "amount")));
        if number.len() > 2
            && number.bytes().all(|digit| digit.is_ascii_digit())
            && let Some((whole, part)) = number.split_at_checked(number.len() - 2)
        {
            amounts.extend(format!("{whole}.{part}").parse().ok().map(|amount| (amount, "amount in hundredths")));
        }
    }
    amounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_only_as_a_piece_of_its_own() {
        assert_eq!(found_in("moon", "blue moon, live"), Some(5));
        assert_eq!(found_in("moon", "moonlight moon"), Some(10));
        assert_eq!(found_in("/e/7", "https://venue.example/e/7"), Some(21));
        assert_eq!(found_in("/e/7", "https://venue.example/e/77"), None);
    }

    #[test]
    fn fixed_forms_are_recognised_whatever_follows() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 1);
        let eight = NaiveTime::from_hms_opt(20, 0, 0);
        for text in ["2026-05-01T20:00:00-04:00", "2026-05-01 20:00", "20260501T200000Z", "2026-05-01T20:00"] {
            assert_eq!(iso(text), day.map(|day| (day, eight)), "{text}");
        }
        assert_eq!(iso("2026-05-01"), day.map(|day| (day, None)));
        assert_eq!(iso("é026-05-01"), None);
        assert_eq!(iso("May 1"), None);
    }

    #[test]
    fn numbers_are_amounts_in_units_or_hundredths() {
        let read = |text: &str| amounts(text).iter().map(|(amount, _)| amount.to_string()).collect::<Vec<_>>();
        assert!(read("$12.5 / $15").contains(&"12.50".to_owned()));
        assert!(read("2500").contains(&"25.00".to_owned()) && read("12,50 €").contains(&"12.50".to_owned()));
        for text in ["free", "2026-05-01T20:30:00Z", "20:30", "Doors at 7, show at 8"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn tokens_are_words_and_single_signs() {
        let text = "8:00 pm–é";
        let words: Vec<&str> = tokens(text).filter_map(|(start, end)| text.get(start..end)).collect();
        assert_eq!(words, ["8", ":", "00", "pm", "–", "é"]);
    }
}
