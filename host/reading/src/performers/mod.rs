//! Performers: the acts that a title names.
//!
//! A title is first freed of status words, remarks in brackets and presenters; then cut into who the night is about and who else plays
//! (`w/`, `feat.`, `support:`); then each of these into names. A name kept whole is better than a name cut wrongly: "&" and "and" cut only
//! at the end of a list with commas, a comma only in a list of three or behind `w/`. It knows no artists but a few famous names that look
//! like lists.

mod marks;

use marquee_model::{PerformerClaim, Role};

use crate::{
    status,
    words::{
        performers::{BillWord, WHOLE_NAMES},
        token::{Kind, capped, fold},
    },
};
use marks::{Mark, Part, cut, meanings};

/// Bytes of a title that are read: the longest seen (a festival's line-up in a title) has 600.
pub const LONGEST_TITLE: usize = 2048;

/// Names that one title gives at most.
pub const MOST_PERFORMERS: usize = 64;

/// Parts that a list must have for its commas or bars to separate names.
const SHORTEST_LIST: usize = 3;

/// Words that a presenter's name has at most ("Empty Hall and Northern Lights Present").
const LONGEST_PRESENTER: usize = 8;

/// The acts that a title names, in billing order. Where the evidence for a cut is thin the name stays whole; a title that names no one
/// is given back as one act.
#[must_use]
pub fn read(title: &str) -> Vec<PerformerClaim> {
    let (_, title) = status::read(capped(title, LONGEST_TITLE));
    let (title, asides) = unbracketed(&title);
    let title = presented(&title);
    let mut bill = Bill::default();
    match evening_with(title) {
        Some(rest) => bill.clauses(rest, true),
        None => bill.clauses(title, false),
    }
    for aside in &asides {
        bill.list(aside);
    }
    if bill.performers.is_empty() && !title.trim().is_empty() {
        bill.add(title, Role::Headliner);
    }
    bill.performers
}

/// The bill as it grows.
#[derive(Default)]
struct Bill {
    performers: Vec<PerformerClaim>,
}

impl Bill {
    fn add(&mut self, name: &str, role: Role) {
        let Some(name) = tidy(name) else { return };
        let role = if role != Role::Headliner && fold(&name).starts_with("dj ") { Role::Dj } else { role };
        let known = self.performers.iter().any(|p| fold(&p.name) == fold(&name));
        if !known && self.performers.len() < MOST_PERFORMERS {
            self.performers.push(PerformerClaim { name, role });
        }
    }

    /// The role of the next act of the main part.
    fn next_role(&self) -> Role {
        if self.performers.is_empty() { Role::Headliner } else { Role::Support }
    }

    /// A title or the inside of a bracket: the main part, then clauses of others. `whole`: the main part is a list of names.
    fn clauses(&mut self, text: &str, whole: bool) {
        let parts = cut(text, |mark| matches!(mark, Mark::With | Mark::WithName | Mark::Host));
        let companions = parts.len() > 1;
        for part in parts {
            match part.mark {
                None if companions && is_evening(part.text) => {}
                None if whole => self.list(part.text),
                None => self.main(part.text),
                Some(Mark::Host) => part_names(part.text).iter().for_each(|name| self.add(name, Role::Host)),
                Some(_) => self.list(part.text),
            }
        }
    }

    /// Names that stand in a list for sure: behind `w/`.
    fn list(&mut self, text: &str) {
        for name in part_names(without_descriptor(text)) {
            let role = self.next_role();
            self.add(name, role);
        }
    }

    /// Who the night is about.
    fn main(&mut self, text: &str) {
        let text = without_descriptor(text);
        let versus = cut(text, |mark| mark == Mark::Versus);
        if versus.len() > 1 {
            versus.iter().for_each(|part| self.add(part.text, Role::Headliner));
            return;
        }
        for part in co_bill(text) {
            let role = self.next_role();
            self.add(part, role);
        }
    }
}

/// Acts that share the main part: `A / B`, `A + B`, `A, B, C`, `A | B | C`.
fn co_bill(text: &str) -> Vec<&str> {
    if is_whole(text) {
        return vec![text];
    }
    let strong = cut(text, |mark| matches!(mark, Mark::Plus | Mark::Slash));
    if strong.len() > 1 {
        let several = strong.len() >= SHORTEST_LIST;
        return strong.iter().flat_map(|part| if several { vec![part.text] } else { commas(part.text) }).collect();
    }
    let bars = cut(text, |mark| mark == Mark::Bar);
    if bars.len() >= SHORTEST_LIST {
        return bars.iter().map(|part| part.text).collect();
    }
    commas(text)
}

/// `A, B and C`, if it has three parts or more and is no famous name.
fn commas(text: &str) -> Vec<&str> {
    let parts = cut(text, |mark| mark == Mark::Comma);
    let names = with_last_pair(&parts);
    if names.len() < SHORTEST_LIST || parts.len() < 2 || is_whole(text) || names.iter().any(|name| name.is_empty()) {
        return vec![text];
    }
    // "Earth, Wind & Fire": two commas' worth of single words with "&" are more often one name.
    let words = |name: &&str| name.split_whitespace().count();
    if parts.len() == 2 && names.iter().all(|name| words(name) == 1) {
        return vec![text];
    }
    names
}

/// The parts of a comma list, the last one cut at its "and".
fn with_last_pair<'a>(parts: &[Part<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = parts.iter().map(|part| part.text).collect();
    if let (Some(last), true) = (names.pop(), parts.len() > 1) {
        let pair = cut(last, |mark| mark == Mark::And);
        match pair.as_slice() {
            [first, second] if first.text.is_empty() => names.push(second.text),
            [first, second] if !is_backing(second.text) => names.extend([first.text, second.text]),
            _ => names.push(last),
        }
    } else if let [only] = parts {
        names.push(only.text);
    }
    names.iter().map(|name| without_leading_and(name)).collect()
}

/// "& The Voltage", "and his Band", "& Friends" go with the name before them.
fn is_backing(text: &str) -> bool {
    const STARTS: [&str; 24] = [
        "the",
        "his",
        "her",
        "their",
        "friends",
        "co",
        "sons",
        "los",
        "las",
        "les",
        "die",
        "seine",
        "ses",
        "company",
        "band",
        "freunde",
        "amis",
        "de",
        "the_",
        "orchestra",
        "i",
        "his_",
        "thee",
        "son",
    ];
    fold(text).split_whitespace().next().is_none_or(|word| STARTS.contains(&word))
}

fn without_leading_and(text: &str) -> &str {
    let mut text = text;
    for word in ["and ", "& ", "und ", "et ", "en ", "y ", "e ", "i ", "plus ", "+ "] {
        if let Some(start) = text.get(..word.len())
            && start.eq_ignore_ascii_case(word)
        {
            text = text.get(word.len()..).unwrap_or_default().trim_start();
        }
    }
    text
}

/// The names behind `w/`: commas, slashes, pluses and bars all separate.
fn part_names(text: &str) -> Vec<&str> {
    cut(text, |mark| matches!(mark, Mark::Plus | Mark::Slash | Mark::Bar | Mark::Versus))
        .iter()
        .flat_map(|part| {
            if is_whole(part.text) {
                return vec![part.text];
            }
            with_last_pair(&cut(part.text, |mark| mark == Mark::Comma))
        })
        .collect()
}

fn is_whole(text: &str) -> bool {
    let folded = fold(text).replace(" and ", " & ");
    WHOLE_NAMES.iter().any(|name| folded == name.replace(" and ", " & "))
}

/// "Jazz Night": the last word makes the words before it the name of an evening.
fn is_evening(text: &str) -> bool {
    let last = text.split_whitespace().last().unwrap_or_default();
    text.split_whitespace().count() > 1 && meanings(last).0.contains(&BillWord::Evening)
}

/// `Concert: Act`: a single word before a colon that names no one.
fn is_heading(text: &str) -> bool {
    let (words, others) = meanings(text);
    others == 0 && matches!(words.as_slice(), [BillWord::Evening | BillWord::Descriptor])
}

/// Whether a text behind a dash or colon says something of the act before it.
fn is_descriptor(text: &str) -> bool {
    let (words, _) = meanings(text);
    words.iter().any(|w| matches!(w, BillWord::Descriptor | BillWord::Tribute | BillWord::Presents)) || is_evening(text)
}

/// The act of `Act - Farewell Tour`, `Act: A Tribute to Another`, `Act “Album” Tour`; the acts of `Jazz Night: A, B`.
fn without_descriptor(text: &str) -> &str {
    let parts = cut(text, |mark| matches!(mark, Mark::Dash | Mark::Colon | Mark::Bar));
    if let [left, right] = parts.as_slice() {
        if right.mark == Some(Mark::Colon)
            && (is_evening(left.text) || is_heading(left.text) || commas(right.text).len() >= SHORTEST_LIST)
            && !is_descriptor(right.text)
        {
            return right.text;
        }
        if !left.text.is_empty() && is_descriptor(right.text) && !is_evening(left.text) {
            return quoted_away(left.text);
        }
        if right.mark == Some(Mark::Dash) && is_evening(left.text) && !is_descriptor(right.text) {
            return right.text;
        }
    } else if let [left, rest @ ..] = parts.as_slice()
        && !left.text.is_empty()
        && rest.iter().all(|part| is_descriptor(part.text))
        && !rest.is_empty()
    {
        return quoted_away(left.text);
    }
    quoted_away(text)
}

/// `Act “Album” World Tour` is `Act`.
fn quoted_away(text: &str) -> &str {
    for (open, close) in [('“', '”'), ('"', '"'), ('‘', '’'), ('«', '»'), ('„', '“')] {
        let Some((before, rest)) = text.split_once(open) else { continue };
        let Some((_, behind)) = rest.split_once(close) else { continue };
        let (words, _) = meanings(behind);
        let says = words.iter().any(|w| matches!(w, BillWord::Descriptor | BillWord::Evening));
        if before.ends_with(char::is_whitespace) && !before.trim().is_empty() && says {
            return before.trim();
        }
    }
    text
}

/// `Somebody presents: Act` is `Act`; `Act, presented by Somebody` too.
fn presented(title: &str) -> &str {
    let parts = cut(title, |mark| mark == Mark::Presents);
    let [presenter, act] = parts.as_slice() else { return title };
    if presenter.text.split_whitespace().count() > LONGEST_PRESENTER {
        return title;
    }
    let act_text = act.text.trim_start_matches([':', '.', '…', '-', '–', ' ']);
    if let Some(by) = act_text.get(..3)
        && (by.eq_ignore_ascii_case("by ") || by.eq_ignore_ascii_case("von"))
    {
        return presenter.text.trim_end_matches(['-', '–', ',', ' ', '(', '|']);
    }
    let says_more = cut(presenter.text, |mark| matches!(mark, Mark::With | Mark::Slash | Mark::Plus)).len() > 1;
    if act_text.is_empty() || says_more { title } else { act_text }
}

/// The acts of `An Evening with Act`.
fn evening_with(title: &str) -> Option<&str> {
    let tokens = crate::words::token::tokens(title);
    match marks::BOOK.at(&tokens, 0)? {
        (BillWord::EveningWith, end) => title.get(tokens.get(end)?.start..),
        _ => None,
    }
}

/// The title without brackets that only remark something, and the insides of those that name others: `(feat. B)`.
fn unbracketed(title: &str) -> (String, Vec<String>) {
    let mut kept = String::with_capacity(title.len());
    let mut asides = Vec::new();
    let mut rest = title;
    while let Some(start) = rest.find(['(', '[']) {
        let close = if rest.get(start..).is_some_and(|r| r.starts_with('(')) { ')' } else { ']' };
        let Some(length) = rest.get(start..).and_then(|r| r.find(close)) else { break };
        let inner = rest.get(start + 1..start + length).unwrap_or_default();
        kept.push_str(rest.get(..start).unwrap_or_default());
        // What is taken out leaves a blank, so that the words around it do not become one.
        if is_remark(inner) {
            kept.push(' ');
        } else if let Some(others) = others_in(inner) {
            asides.push(others.to_owned());
            kept.push(' ');
        } else {
            kept.push_str(rest.get(start..=start + length).unwrap_or_default());
        }
        rest = rest.get(start + length + 1..).unwrap_or_default();
    }
    kept.push_str(rest);
    (kept.split_whitespace().collect::<Vec<_>>().join(" "), asides)
}

/// The names in a bracket that begins with a word such as "feat."
fn others_in(inner: &str) -> Option<&str> {
    let tokens = crate::words::token::tokens(inner);
    // `1ère partie : B`
    let first = usize::from(
        tokens.first().is_some_and(|t| matches!(t.kind, Kind::Number { .. })) && tokens.get(1).is_some_and(|t| t.glued),
    );
    let end = match marks::BOOK.at(&tokens, first) {
        Some((BillWord::With | BillWord::WithName, end)) => end,
        _ if tokens.first().and_then(|t| t.word()) == Some("w") => 1,
        _ => return None,
    };
    let names = inner.get(tokens.get(end)?.start..)?;
    Some(names.trim_start_matches(['.', ':', '/', ' ']))
}

/// "record release", "10 year anniversary", "18+", "Berlin, DE" are remarks only if every word is known; a single country code is.
fn is_remark(inner: &str) -> bool {
    let (words, others) = meanings(inner);
    let about = words
        .iter()
        .any(|w| matches!(w, BillWord::Descriptor | BillWord::Evening | BillWord::Tribute | BillWord::Presents));
    let only_known = others == 0 && words.iter().all(|w| !matches!(w, BillWord::With | BillWord::WithName));
    only_known || (about && others_in(inner).is_none())
}

/// A name without what hangs around it; `None` for "special guests" and the like.
fn tidy(name: &str) -> Option<String> {
    let mut name = name.trim();
    loop {
        let before = name.len();
        name = name
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '|' | '/' | '–' | '—'))
            .trim_end_matches(" -")
            .trim_end_matches(" +")
            .trim_end_matches(" &");
        name = name
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '|' | '–' | '—'))
            .trim_start_matches("- ")
            .trim_start_matches("+ ")
            .trim_start_matches("& ");
        if name.len() == before {
            break;
        }
    }
    let (words, others) = meanings(name);
    let unnamed = others == 0
        && !words.is_empty()
        && words.iter().all(|w| matches!(w, BillWord::Unnamed | BillWord::With))
        && !name.chars().any(|c| c.is_ascii_digit());
    let only_sign = matches!(name, "" | "+" | "&" | "-");
    let unnamed = unnamed || matches!(fold(name).as_str(), "t.b.a." | "t.b.a" | "t.b.c." | "t.b.c" | "n.n." | "n.n");
    (!only_sign && !unnamed).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use marquee_model::Role;
    use proptest::prelude::*;

    use super::read;

    #[test]
    fn titles_name_their_acts() {
        let mut wrong = Vec::new();
        for line in include_str!("../../tests/cases/performers.txt")
            .lines()
            .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        {
            let (title, expected) = line.split_once(" => ").unwrap();
            let found = read(title)
                .into_iter()
                .map(|p| match p.role {
                    Role::Headliner => format!("*{}", p.name),
                    Role::Support => p.name,
                    Role::Dj => format!("dj:{}", p.name),
                    Role::Host => format!("host:{}", p.name),
                    Role::Performer => format!("?{}", p.name),
                })
                .collect::<Vec<_>>()
                .join(" ; ");
            if found != expected.trim() {
                wrong.push(format!("{title} gives {found}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_bracket_that_is_taken_out_does_not_join_the_words_around_it() {
        let names: Vec<String> = read("Moth(w/ Lamp)Light").into_iter().map(|performer| performer.name).collect();
        assert_eq!(names, ["Moth Light", "Lamp"]);
    }

    proptest! {
        #[test]
        fn no_title_makes_the_reading_panic(title in "(\\PC|[-(),&+/:|\"“”w]| w/ | with | and ){0,40}") {
            for performer in read(&title) {
                prop_assert!(!performer.name.trim().is_empty());
                prop_assert!(title.contains(performer.name.split_whitespace().next().unwrap()));
            }
        }
    }
}
