//! The bill: title, status and performers.

use std::collections::BTreeSet;

use marquee_model::{Performer, PerformerClaim, Role, Severity, Status};
use marquee_reading::{performers, status};

use crate::{
    NormalizeLimits, codes,
    grouping::Sighting,
    report::{Report, Subject},
    words::{folded, line},
};

/// A title without its status words, and the status that they tell. A title that is nothing but status words stays as it is.
pub(crate) fn title(
    raw: &str,
    limits: &NormalizeLimits,
    subject: &Subject,
    report: &mut Report<'_>,
) -> (Option<String>, Option<Status>) {
    let Some(printed) = line(raw, "title", limits.title_chars, subject, report) else { return (None, None) };
    let (words, rest) = status::read(&printed);
    let rest = rest.trim();
    let title = if rest.is_empty() || words.is_none() { printed } else { rest.to_owned() };
    (Some(title), words)
}

/// Whether the event takes place. `scheduled` is what templates print for everything, so anything else that a page says stands
/// against it, and words in a title stand against a field that says less.
pub(crate) fn settled_status(sightings: &[Sighting<'_, '_>], subject: &Subject, report: &mut Report<'_>) -> Status {
    let field = sightings.iter().filter_map(|s| s.seen.claim.status).find(|status| *status != Status::Scheduled);
    let words = sightings.iter().filter_map(|s| s.seen.words).max_by_key(|status| gravity(*status));
    let printed = sightings
        .iter()
        .filter_map(|s| s.seen.claim.price.as_ref()?.text.as_deref())
        .filter_map(|text| status::read(text).0)
        .find(|status| *status == Status::SoldOut);
    if let (Some(field), Some(words)) = (field, words)
        && field != words
    {
        let message = format!("the page calls it {field:?} and its title says {words:?}; the graver one stands");
        report.remark(Severity::Warning, codes::STATUS_CONFLICT, Some(subject), message, None);
    }
    [field, words, printed].into_iter().flatten().max_by_key(|status| gravity(*status)).unwrap_or(Status::Scheduled)
}

/// What a reader must know first comes last.
const fn gravity(status: Status) -> u8 {
    match status {
        Status::Scheduled => 0,
        Status::SoldOut => 1,
        Status::Moved => 2,
        Status::Rescheduled => 3,
        Status::Postponed => 4,
        Status::Cancelled => 5,
    }
}

/// The acts: those that the deepest page names, else those that the title names.
pub(crate) fn performers(
    sightings: &[Sighting<'_, '_>],
    title: &str,
    limits: &NormalizeLimits,
    subject: &Subject,
    report: &mut Report<'_>,
) -> Vec<Performer> {
    for sighting in sightings {
        let named = cleaned(&sighting.seen.claim.performers, limits, &sighting.seen.subject, report);
        if !named.is_empty() {
            return named;
        }
    }
    // What is longer than a name was not cut where it should have been; the title holds it still.
    let mut named = performers::read(title);
    named.retain(|act| act.name.chars().nth(limits.name_chars).is_none());
    cleaned(&named, limits, subject, report)
}

fn cleaned(
    claims: &[PerformerClaim],
    limits: &NormalizeLimits,
    subject: &Subject,
    report: &mut Report<'_>,
) -> Vec<Performer> {
    let mut named: Vec<(String, Role)> = Vec::new();
    let mut known = BTreeSet::new();
    for claim in claims {
        let Some(printed) = line(&claim.name, "performers", limits.name_chars, subject, report) else {
            report.field(subject, "performers", "an act has no name", Some(&claim.name));
            continue;
        };
        let (words, rest) = status::read(&printed);
        let name = if words.is_some() && !rest.trim().is_empty() { rest.trim().to_owned() } else { printed };
        if !known.insert(folded(&name)) {
            continue; // the same act twice on one bill is a slip of the page, and nothing is lost
        }
        if named.len() >= limits.performers {
            let reason = format!("the bill has more than {} acts; the rest is left out", limits.performers);
            report.field(subject, "performers", reason, Some(&claim.name));
            break;
        }
        named.push((name, claim.role));
    }
    (1_u16..).zip(named).map(|(billing, (name, role))| Performer { name, role, billing }).collect()
}
