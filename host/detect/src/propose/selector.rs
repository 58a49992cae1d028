//! Selectors that a proposal is made of: built from an element's names, matched on the outline, printed as CSS, and judged by how
//! long they are likely to hold.

use std::fmt;

use super::{
    names::{is_utility, unescaped_ident},
    outline::{At, Outline},
};

/// A place among siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nth {
    /// `:nth-child`
    Child(usize),
    /// `:nth-of-type`
    OfType(usize),
}

/// A test on an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    /// `[name]`
    Has(String),
    /// `[name="value"]`
    Is(String, String),
    /// `[name^="value"]`
    Begins(String, String),
    /// `[name*="value"]`
    Holds(String, String),
}

/// What is asked of one element.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Simple {
    pub(crate) name: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) test: Option<Test>,
    pub(crate) nth: Option<Nth>,
}

/// How a step hangs together with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Under {
    /// Anywhere below.
    Below,
    /// Directly below.
    Child,
}

/// A selector: steps from the outermost to the element that is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Selector {
    /// The first step is a child of the item, `:scope > `.
    pub(crate) of_scope: bool,
    pub(crate) steps: Vec<(Under, Simple)>,
}

impl Simple {
    pub(crate) fn name(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }

    pub(crate) fn class(class: &str) -> Self {
        Self { classes: vec![class.to_owned()], ..Self::default() }
    }

    pub(crate) fn id(id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..Self::default() }
    }

    pub(crate) fn test(test: Test) -> Self {
        Self { test: Some(test), ..Self::default() }
    }

    fn matches(&self, outline: &Outline<'_>, at: At) -> bool {
        let Some(element) = outline.get(at) else { return false };
        self.name.as_ref().is_none_or(|name| *name == element.name)
            && self.id.as_ref().is_none_or(|id| element.own_id.as_ref() == Some(id))
            && self.classes.iter().all(|class| element.classes.contains(class))
            && self.test.as_ref().is_none_or(|test| test.holds(outline, at))
            && match self.nth {
                None => true,
                Some(Nth::Child(n)) => element.nth == n,
                Some(Nth::OfType(n)) => element.nth_of_type == n,
            }
    }

    /// 0 to 1: how likely it holds after the next redesign of details.
    fn strength(&self) -> f64 {
        let mut strength: f64 = 0.3;
        if let Some(class) = self.classes.first() {
            strength = if self.classes.iter().all(|class| is_utility(class)) { 0.15 } else { 0.9 };
            if self.classes.len() > 1 {
                strength -= 0.08;
            }
            strength -= 0.002 * f64::from(u32::try_from(class.len()).unwrap_or(60));
        }
        if self.id.is_some() {
            strength = strength.max(0.85);
        }
        strength = match &self.test {
            Some(Test::Is(name, _)) if name == "itemprop" => 0.95,
            Some(Test::Has(name)) if name == "datetime" => 0.92,
            Some(Test::Has(_)) => strength.max(0.8),
            Some(Test::Is(..) | Test::Begins(..) | Test::Holds(..)) => strength.max(0.75),
            None => strength,
        };
        match self.name.as_deref() {
            Some("h1" | "h2" | "h3" | "h4" | "h5" | "time" | "article" | "tr" | "dt" | "dd" | "summary") => {
                strength = strength.max(0.7);
            }
            Some("a" | "td" | "th" | "li" | "img" | "strong" | "b" | "em") => strength = strength.max(0.5),
            _ => {}
        }
        if self.nth.is_some() {
            strength -= if matches!(self.name.as_deref(), Some("td" | "th")) { 0.05 } else { 0.25 };
        }
        strength
    }
}

impl Test {
    fn holds(&self, outline: &Outline<'_>, at: At) -> bool {
        let (name, value) = match self {
            Self::Has(name) => return outline.attribute(at, name).is_some(),
            Self::Is(name, value) | Self::Begins(name, value) | Self::Holds(name, value) => (name, value),
        };
        let Some(found) = outline.attribute(at, name) else { return false };
        match self {
            Self::Begins(..) => found.starts_with(value.as_str()),
            Self::Holds(..) => found.contains(value.as_str()),
            _ => found == value,
        }
    }
}

impl Selector {
    pub(crate) fn one(simple: Simple) -> Self {
        Self { of_scope: false, steps: vec![(Under::Below, simple)] }
    }

    pub(crate) fn under(outer: Simple, how: Under, inner: Simple) -> Self {
        Self { of_scope: false, steps: vec![(Under::Below, outer), (how, inner)] }
    }

    /// Whether the element matches; `scope` is the item that a field is looked for in.
    pub(crate) fn matches(&self, outline: &Outline<'_>, at: At, scope: Option<At>) -> bool {
        let Some(((how, last), before)) = self.steps.split_last() else { return false };
        last.matches(outline, at) && self.leads(outline, at, *how, before, scope)
    }

    fn leads(&self, outline: &Outline<'_>, at: At, how: Under, before: &[(Under, Simple)], scope: Option<At>) -> bool {
        let Some(((above, step), rest)) = before.split_last() else {
            return !self.of_scope || outline.parent(at) == scope;
        };
        let mut ancestors = outline.around(at).skip(1);
        match how {
            Under::Child => ancestors
                .next()
                .is_some_and(|up| step.matches(outline, up) && self.leads(outline, up, *above, rest, scope)),
            Under::Below => {
                ancestors.any(|up| step.matches(outline, up) && self.leads(outline, up, *above, rest, scope))
            }
        }
    }

    /// Every match on the page.
    pub(crate) fn all(&self, outline: &Outline<'_>) -> Vec<At> {
        let Some((_, last)) = self.steps.last() else { return Vec::new() };
        let key = last
            .id
            .as_ref()
            .map(|id| format!("#{id}"))
            .or_else(|| last.classes.first().map(|class| format!(".{class}")))
            .or_else(|| last.name.clone());
        match key {
            Some(key) => outline.indexed(&key).iter().copied().filter(|at| self.matches(outline, *at, None)).collect(),
            None => (0..outline.elements.len()).filter(|at| self.matches(outline, *at, None)).collect(),
        }
    }

    /// The first match inside an item.
    pub(crate) fn first_in(&self, outline: &Outline<'_>, item: At) -> Option<At> {
        outline.below(item).find(|at| self.matches(outline, *at, Some(item)))
    }

    /// 0 to 1: how likely it is to hold.
    pub(crate) fn strength(&self) -> f64 {
        let last = self.steps.last().map_or(0.0, |(_, simple)| simple.strength());
        let best = self.steps.iter().map(|(_, simple)| simple.strength()).fold(0.0, f64::max);
        let more = f64::from(u32::try_from(self.steps.len().saturating_sub(1)).unwrap_or(9));
        let scope = if self.of_scope { 0.1 } else { 0.0 };
        // A weak name is as good as half of what the strong name around it adds.
        last.max(last.midpoint(best)) - 0.06 * more - scope
    }

    /// The class and id names that it uses.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|(_, simple)| {
            let test = match &simple.test {
                Some(Test::Is(_, value) | Test::Begins(_, value)) => Some(value),
                _ => None,
            };
            simple.classes.iter().chain(&simple.id).chain(test).map(String::as_str)
        })
    }
}

impl fmt::Display for Simple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.as_deref().unwrap_or_default())?;
        if let Some(id) = &self.id {
            write!(f, "#{id}")?;
        }
        for class in &self.classes {
            write!(f, ".")?;
            ident(class, f)?;
        }
        match &self.test {
            Some(Test::Has(name)) => write!(f, "[{name}]")?,
            Some(Test::Is(name, value)) => write!(f, "[{name}={}]", Quoted(value))?,
            Some(Test::Begins(name, value)) => write!(f, "[{name}^={}]", Quoted(value))?,
            Some(Test::Holds(name, value)) => write!(f, "[{name}*={}]", Quoted(value))?,
            None => {}
        }
        match self.nth {
            Some(Nth::Child(n)) => write!(f, ":nth-child({n})"),
            Some(Nth::OfType(n)) => write!(f, ":nth-of-type({n})"),
            None => Ok(()),
        }
    }
}

/// A value in single quotes: TOML and JSON write these without escapes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for c in self.0.chars().filter(|c| !c.is_control()) {
            if matches!(c, '\'' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str("'")
    }
}

fn ident(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if unescaped_ident(name) {
        return f.write_str(name);
    }
    for (place, c) in name.chars().enumerate() {
        match c {
            'a'..='z' | 'A'..='Z' | '_' => write!(f, "{c}")?,
            '-' if place > 0 || name.len() > 1 => write!(f, "-")?,
            '0'..='9' if place > 0 => write!(f, "{c}")?,
            '0'..='9' => write!(f, "\\{:x} ", u32::from(c))?,
            c => write!(f, "\\{c}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of_scope {
            f.write_str(":scope > ")?;
        }
        for (place, (how, simple)) in self.steps.iter().enumerate() {
            match (place, how) {
                (0, _) => {}
                (_, Under::Below) => f.write_str(" ")?,
                (_, Under::Child) => f.write_str(" > ")?,
            }
            write!(f, "{simple}")?;
        }
        Ok(())
    }
}
