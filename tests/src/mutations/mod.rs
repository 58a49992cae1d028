//! Pages changed a little: what redesigns and editors do to them, seeded, so that every run makes the same pages.
//!
//! Two kinds of change. A *template edit* strikes every element (or member) of the same place, as a change of a site's template
//! does. A *content edit* strikes one. What a change does to the reading, and whether it is noticed, is judged in [`trial`].

use std::ops::Range;

mod html;
pub mod items;
mod json;
pub mod trial;

/// A source of choices that gives the same ones for the same seed (xorshift64*).
#[derive(Debug, Clone)]
pub struct Choices(u64);

impl Choices {
    /// Choices by this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len());
        of.get(at)
    }
}

/// What is done to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A class, or a member's name, gets another name wherever it stands.
    Renamed,
    /// An attribute is dropped from every element of a place.
    AttributeDropped,
    /// Every element, or value, of a place is wrapped in another.
    Wrapped,
    /// Every element of a place is of another name: `h3` becomes `h4`.
    OtherElement,
    /// Every element of a place moves to the end of what it stands in.
    Moved,
    /// Every element, or member, of a place is removed.
    Removed,
    /// One element, or member, is removed.
    OneRemoved,
    /// One element moves to the end of what it stands in.
    OneMoved,
    /// One text becomes that of another element of the same place.
    OneText,
    /// Nothing is done to the page; it is read some days later.
    LaterDay,
}

impl Kind {
    /// Every kind, in the order in which they are tried.
    pub const ALL: [Self; 10] = [
        Self::Renamed,
        Self::AttributeDropped,
        Self::Wrapped,
        Self::OtherElement,
        Self::Moved,
        Self::Removed,
        Self::OneRemoved,
        Self::OneMoved,
        Self::OneText,
        Self::LaterDay,
    ];

    /// Whether it is a change of the template.
    #[must_use]
    pub const fn is_template_edit(self) -> bool {
        !matches!(self, Self::OneRemoved | Self::OneMoved | Self::OneText | Self::LaterDay)
    }

    /// Words for a table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Renamed => "class or member renamed",
            Self::AttributeDropped => "attribute dropped",
            Self::Wrapped => "wrapped",
            Self::OtherElement => "other element",
            Self::Moved => "block moved",
            Self::Removed => "part removed",
            Self::OneRemoved => "one element removed",
            Self::OneMoved => "one block moved",
            Self::OneText => "one text changed",
            Self::LaterDay => "read some days later",
        }
    }
}

/// A changed page.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// What was done.
    pub kind: Kind,
    /// To what: a class, a place, a pointer.
    pub place: String,
    /// The page after it.
    pub body: String,
    /// The text that was struck, to know whose it is.
    pub struck: String,
    /// How many elements were struck.
    pub strikes: usize,
    /// Days by which the day of reading moves on.
    pub days: u64,
}

/// Changes a page, every second time within `listing`, the part of it where the events stand. `None`: there is nothing on it to which
/// this can be done.
#[must_use]
pub fn mutate(body: &str, listing: &Range<usize>, kind: Kind, choices: &mut Choices) -> Option<Mutation> {
    if kind == Kind::LaterDay {
        let days = 1 + u64::try_from(choices.below(3)).unwrap_or_default();
        let place = format!("{days} days");
        return Some(Mutation { kind, place, body: body.to_owned(), struck: String::new(), strikes: 0, days });
    }
    match serde_json::from_str(body) {
        Ok(value) => json::mutate(&value, kind, choices),
        Err(_) => html::mutate(body, listing, kind, choices),
    }
}
