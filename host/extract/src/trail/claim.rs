//! All values of one claim, each with its way.

use marquee_model::{EventClaim, Provenance, Step};

use super::{
    index::{Index, Part},
    near::Near,
    parts::{age_words, word},
};

impl Index<'_> {
    /// The ways to all values of a claim, in the order of its fields.
    pub(super) fn claim(&self, claim: &EventClaim, near: &Near) -> Vec<Provenance> {
        let one = |field: &str, value: &str, step: Step| Provenance::new(field, value, step);
        let text = |field: &str, value: Option<&String>| value.map(|value| one(field, value, self.value(value, near)));
        let mut all: Vec<Provenance> = Vec::new();
        all.extend(text("key", claim.key.as_ref()));
        all.extend(text("title", claim.title.as_ref()));
        for (at, act) in claim.performers.iter().enumerate() {
            all.extend(text(&format!("performers[{at}]"), Some(&act.name)));
        }
        for (field, moment, part) in
            [("start", &claim.start, Part::Start), ("doors", &claim.doors, Part::Doors), ("end", &claim.end, Part::End)]
        {
            if let Some(moment) = moment {
                let step = self.moment(moment, part, near);
                all.push(one(field, &step.value.clone(), step));
            }
        }
        all.extend(claim.status.map(|status| one("status", &word(&status), self.status(status, near))));
        if let Some(price) = &claim.price {
            let parts = self.price(price, near).into_iter();
            all.extend(parts.map(|(field, value, step)| one(field, &value, step)));
        }
        all.extend(claim.age.map(|age| one("age", &age_words(age), self.age(age, near))));
        all.extend(text("ticket_url", claim.ticket_url.as_ref()));
        all.extend(text("event_url", claim.event_url.as_ref()));
        all.extend(text("image_url", claim.image_url.as_ref()));
        all.extend(text("description", claim.description.as_ref()));
        for (at, genre) in claim.genres.iter().enumerate() {
            all.extend(text(&format!("genres[{at}]"), Some(genre)));
        }
        all.extend(text("room", claim.room.as_ref()));
        all.extend(text("venue", claim.venue.as_ref()));
        all
    }
}
