//! Where a value comes from: the steps from an event's field back to a line of the page.
//!
//! Pure data, made by `extract` (what a plugin read) and `crawl` (what the normaliser made of it) when somebody asks for it, and
//! fit to be kept beside an event. A step holds the steps that gave it what it worked on, so that a date put together out of two
//! cells is a tree with two leaves. Nothing here is needed to read a page.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One value of an event and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The field, such as `title`, `price.min` or `performers[1]`.
    pub field: String,
    /// The value as text; long ones are shortened.
    pub value: String,
    /// The last step that made it; those before stand inside.
    pub step: Step,
}

impl Provenance {
    /// A value of a field, and its last step.
    #[must_use]
    pub fn new(field: &str, value: &str, step: Step) -> Self {
        Self { field: field.to_owned(), value: shown(value), step }
    }
}

/// One step on a value's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub how: How,
    /// What came out of it; long texts are shortened.
    pub value: String,
    /// Where it was read, for steps that read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
    /// The steps that gave this one what it worked on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub from: Vec<Self>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum How {
    /// The plugin read it from the page, at the place.
    Read {
        /// What was taken: `text`, `attribute href`, `address in href`, `markup`, `value`.
        take: String,
    },
    /// It stands in the body, which the plugin read as one text.
    Body,
    /// It stands in the source's configuration, at the place.
    Configuration,
    /// It is a key of the source file beside the plugin's configuration, such as `currency`.
    Source {
        /// The key.
        key: String,
    },
    /// It is a fact of the page: its address, the day of fetching, what the follow request handed on.
    Fact {
        /// The name in the contract, such as `context`.
        name: String,
    },
    /// A reading function of the host made it out of a text.
    Reading {
        /// The function's name in the contract: `dates`, `price`, `age`, `status`, `performers`, `clean`, `capture`.
        function: String,
        /// Which part of the answer it is, or what was asked: `doors`, a pattern.
        detail: String,
    },
    /// The text was parsed once more, as HTML or JSON.
    Parsed {
        /// `HTML` or `JSON`.
        language: String,
    },
    /// The plugin took a part of the text.
    Part,
    /// The plugin put texts together.
    Joined {
        /// What it put between or around them itself.
        with: Vec<String>,
    },
    /// The plugin wrote the text otherwise: case, punctuation, white space.
    Rewritten,
    /// The plugin read a number or a fixed form, such as an epoch or `2026-05-01`.
    FixedForm {
        /// Which: `epoch`, `ISO date`, `amount`.
        form: String,
    },
    /// The plugin concluded it from what stands there: a status from a class name.
    Concluded,
    /// The normaliser made it, as the words say.
    Normalized {
        /// What it did, in a few words.
        what: String,
    },
    /// The page says nothing of it, and this is what that means.
    Default {
        /// The rule.
        rule: String,
    },
    /// The plugin itself gave it: nothing that it read has it.
    Plugin,
}

/// Where something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The kind of page, where several are spoken of: `listing`, or the tag of the follow request that led there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<String>,
    /// The selectors or pointers by which it was found, outermost first, such as `article.show » h2 a`.
    pub expression: String,
    /// The element, such as `ul.shows > li:nth-of-type(3) > h2`; for JSON inside a page the one that holds it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub element: Option<String>,
    /// The line of the page on which it begins, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// Its place in that line, in characters from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
}

/// How many values are explained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Values that page, configuration or source file account for.
    pub explained: usize,
    /// All values but the defaults.
    pub values: usize,
    /// Values that stand for "the page does not say"; in neither of the other numbers.
    pub defaults: usize,
}

impl Step {
    /// Characters of a value that are kept: a title in full, the beginning of a description.
    pub const SHOWN: usize = 200;

    /// A step without place or steps before it.
    #[must_use]
    pub fn new(how: How, value: &str) -> Self {
        Self { how, value: shown(value), place: None, from: Vec::new() }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, out of other steps.
    #[must_use]
    pub fn out_of(mut self, from: Vec<Self>) -> Self {
        self.from = from;
        self
    }

    /// Whether the way leads to the page, the configuration or the source file in every branch.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        match self.how {
            How::Plugin => false,
            How::Read { .. }
            | How::Body
            | How::Configuration
            | How::Source { .. }
            | How::Fact { .. }
            | How::Default { .. } => self.from.iter().all(Self::is_explained),
            _ => !self.from.is_empty() && self.from.iter().all(Self::is_explained),
        }
    }

    /// Whether it stands for "the page does not say".
    #[must_use]
    pub const fn is_default(&self) -> bool {
        matches!(self.how, How::Default { .. })
    }

    /// The lowest line of the page that the way leads to.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        let own = self.place.as_ref().and_then(|place| place.line);
        own.into_iter().chain(self.from.iter().filter_map(Self::line)).min()
    }
}

impl Explained {
    /// Counts a value.
    pub fn count(&mut self, value: &Provenance) {
        if value.step.is_default() {
            self.defaults += 1;
            return;
        }
        self.values += 1;
        self.explained += usize::from(value.step.is_explained());
    }

    /// The sum of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            explained: self.explained + other.explained,
            values: self.values + other.values,
            defaults: self.defaults + other.defaults,
        }
    }
}

impl<'a> FromIterator<&'a Provenance> for Explained {
    fn from_iter<I: IntoIterator<Item = &'a Provenance>>(values: I) -> Self {
        values.into_iter().fold(Self::default(), |mut counted, value| {
            counted.count(value);
            counted
        })
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "explained {} of {} values", self.explained, self.values)?;
        if self.defaults > 0 {
            write!(f, " ({} more are defaults: the page says nothing of them)", self.defaults)?;
        }
        Ok(())
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { take } => write!(f, "{take}"),
            Self::Body => write!(f, "found in the body"),
            Self::Configuration => write!(f, "the source's configuration"),
            Self::Source { key } => write!(f, "`{key}` of the source file"),
            Self::Fact { name } => write!(f, "`{name}` of the page"),
            Self::Reading { function, detail } if detail.is_empty() => write!(f, "read by the host's `{function}`"),
            Self::Reading { function, detail } => write!(f, "read by the host's `{function}`: {detail}"),
            Self::Parsed { language } => write!(f, "parsed as {language}"),
            Self::Part => write!(f, "a part of it, taken by the plugin"),
            Self::Joined { with } if with.is_empty() => write!(f, "put together by the plugin"),
            Self::Joined { with } => {
                let with: Vec<String> = with.iter().map(|words| format!("`{words}`")).collect();
                write!(f, "put together by the plugin, with {} of its own", with.join(", "))
            }
            Self::Rewritten => write!(f, "written otherwise by the plugin"),
            Self::FixedForm { form } => write!(f, "the plugin read the {form}"),
            Self::Concluded => write!(f, "concluded by the plugin from it"),
            Self::Normalized { what } => write!(f, "normalised: {what}"),
            Self::Default { rule } => write!(f, "{rule}"),
            Self::Plugin => write!(f, "given by the plugin itself"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expression)?;
        if let Some(element) = &self.element {
            write!(f, ", at {element}")?;
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ", line {line}, column {column}"),
            (Some(line), None) => write!(f, ", line {line}"),
            (None, _) => Ok(()),
        }
    }
}

/// The beginning of a text on one line.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(Step::SHOWN).collect();
    if text.chars().nth(Step::SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str, line: u32) -> Step {
        let place = Place { expression: "h2".to_owned(), line: Some(line), ..Place::default() };
        Step::new(How::Read { take: "text".to_owned() }, value).at(place)
    }

    fn value(step: Step) -> Provenance {
        Provenance { field: "title".to_owned(), value: step.value.clone(), step }
    }

    #[test]
    fn a_value_is_explained_where_every_branch_leads_to_the_page() {
        let joined = |from| Step::new(How::Joined { with: Vec::new() }, "Fri 8 PM").out_of(from);
        assert!(joined(vec![read("Fri", 3), read("8 PM", 7)]).is_explained());
        assert!(!joined(vec![read("Fri", 3), Step::new(How::Plugin, "8 PM")]).is_explained());
        assert!(!joined(Vec::new()).is_explained(), "a step that works on nothing explains nothing");
        assert_eq!(joined(vec![read("Fri", 3), read("8 PM", 7)]).line(), Some(3));
    }

    #[test]
    fn defaults_are_counted_apart() {
        let default = Step::new(How::Default { rule: "nothing says otherwise".to_owned() }, "scheduled");
        let counted: Explained =
            [value(read("Moon", 1)), value(Step::new(How::Plugin, "x")), value(default)].iter().collect();
        assert_eq!(counted, Explained { explained: 1, values: 2, defaults: 1 });
        assert!(counted.to_string().starts_with("explained 1 of 2 values (1 more"));
    }

    #[test]
    fn it_survives_being_kept_as_json() {
        let kept = value(Step::new(How::Part, "oo").out_of(vec![read("Moon", 4)]));
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Provenance>(&json).unwrap(), kept);
    }
}
