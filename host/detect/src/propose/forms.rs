//! The selectors that an element could be meant by, as an item of the page and as a field inside an item.

use super::{
    names::{is_stable, is_utility, unescaped_ident},
    outline::{At, Outline},
    selector::{Nth, Selector, Simple, Test, Under},
};

/// Ancestors that may give an item's selector its context.
const CONTEXTS: usize = 4;

/// Classes of one element that are tried.
const CLASSES: usize = 6;

/// What an element can be called by itself, the strongest first.
fn names_of(outline: &Outline<'_>, at: At) -> Vec<Simple> {
    let Some(element) = outline.get(at) else { return Vec::new() };
    let mut forms = Vec::new();
    let classes: Vec<&String> = element.classes.iter().take(CLASSES).collect();
    for class in &classes {
        forms.push(Simple::class(class));
        forms.push(Simple { name: Some(element.name.clone()), ..Simple::class(class) });
    }
    for (place, first) in classes.iter().enumerate() {
        for second in classes.iter().skip(place + 1) {
            forms.push(Simple { classes: vec![(*first).clone(), (*second).clone()], ..Simple::default() });
        }
    }
    for (name, value) in outline.document.attributes(element.id) {
        let test = match name {
            "itemprop" | "role" if unescaped_ident(value) => Some(Test::Is(name.to_owned(), value.to_owned())),
            "itemtype" if value.ends_with("Event") => Some(Test::Holds(name.to_owned(), "Event".to_owned())),
            "datetime" => Some(Test::Has(name.to_owned())),
            name if name.starts_with("data-") && is_stable(name) && unescaped_ident(name) && value.len() <= 64 => {
                Some(Test::Has(name.to_owned()))
            }
            _ => None,
        };
        forms.extend(test.map(Simple::test));
        // `event-1412`, `post_77`: a word and a number.
        if name == "id" {
            let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
            if word.len() < value.len() && word.len() >= 4 && unescaped_ident(word) {
                forms.push(Simple::test(Test::Begins("id".to_owned(), word.to_owned())));
            }
        }
    }
    forms
}

/// The strong names of the elements around one, for context.
fn contexts(outline: &Outline<'_>, at: At) -> Vec<(Simple, bool)> {
    let mut contexts = Vec::new();
    for (level, above) in outline.around(at).skip(1).take(CONTEXTS).enumerate() {
        let Some(element) = outline.get(above) else { break };
        if let Some(id) = &element.own_id {
            contexts.push((Simple::id(id), level == 0));
        }
        let strong = element.classes.iter().find(|class| !is_utility(class)).or(element.classes.first());
        if let Some(class) = strong {
            contexts.push((Simple::class(class), level == 0));
        }
        if matches!(element.name.as_str(), "main" | "article" | "tbody" | "table" | "ul" | "ol" | "dl") {
            contexts.push((Simple::name(&element.name), level == 0));
        }
    }
    contexts
}

/// Selectors for an element as one of many on the page.
pub(crate) fn as_item(outline: &Outline<'_>, at: At) -> Vec<Selector> {
    let Some(element) = outline.get(at) else { return Vec::new() };
    let mut simples = names_of(outline, at);
    if let Some(id) = &element.own_id {
        simples.push(Simple::id(id));
    }
    let named = Simple::name(&element.name);
    let mut forms: Vec<Selector> = simples.iter().cloned().map(Selector::one).collect();
    forms.push(Selector::one(named.clone()));
    let weak: Vec<Simple> = simples
        .into_iter()
        .filter(|simple| simple.classes.len() == 1 && simple.name.is_none())
        .chain([named])
        .collect();
    for (context, direct) in contexts(outline, at) {
        for inner in &weak {
            forms.push(Selector::under(context.clone(), Under::Below, inner.clone()));
            if direct {
                forms.push(Selector::under(context.clone(), Under::Child, inner.clone()));
            }
        }
    }
    forms
}

/// Selectors for an element inside an item.
pub(crate) fn as_field(outline: &Outline<'_>, at: At, item: At) -> Vec<Selector> {
    let Some(element) = outline.get(at) else { return Vec::new() };
    let mut simples = names_of(outline, at);
    if let Some(id) = &element.own_id {
        simples.push(Simple::id(id));
    }
    let named = Simple::name(&element.name);
    simples.push(named.clone());
    let mut forms: Vec<Selector> = simples.iter().cloned().map(Selector::one).collect();
    let of_type = Simple { nth: Some(Nth::OfType(element.nth_of_type)), ..named.clone() };
    let child = Simple { nth: Some(Nth::Child(element.nth)), ..named.clone() };
    if matches!(element.name.as_str(), "td" | "th") {
        forms.push(Selector::one(child.clone()));
    }
    match outline.parent(at) {
        Some(above) if above == item => {
            for step in [named, of_type, child] {
                forms.push(Selector { of_scope: true, steps: vec![(Under::Below, step)] });
            }
        }
        Some(above) => {
            let outers = names_of(outline, above).into_iter().filter(|simple| simple.classes.len() <= 1);
            let outers: Vec<Simple> = outers.chain(outline.get(above).map(|e| Simple::name(&e.name))).collect();
            for outer in outers {
                for step in [&named, &of_type] {
                    forms.push(Selector::under(outer.clone(), Under::Child, step.clone()));
                }
                for class in element.classes.iter().take(CLASSES) {
                    forms.push(Selector::under(outer.clone(), Under::Child, Simple::class(class)));
                }
            }
            forms.extend(path(outline, at, item));
        }
        None => {}
    }
    forms
}

/// The way from the item by places: what is left where nothing has a name.
fn path(outline: &Outline<'_>, at: At, item: At) -> Option<Selector> {
    const DEEPEST: usize = 4;
    let way: Vec<At> = outline.around(at).take_while(|up| *up != item).collect();
    if way.len() > DEEPEST {
        return None;
    }
    let steps = way
        .into_iter()
        .rev()
        .map(|at| {
            let element = outline.get(at)?;
            Some((Under::Child, Simple { nth: Some(Nth::Child(element.nth)), ..Simple::name(&element.name) }))
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Selector { of_scope: true, steps })
}
