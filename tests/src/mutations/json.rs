//! Changes to JSON answers. A place is a pointer with a star for every index.

use serde_json::{Value, json};

use super::{Choices, Kind, Mutation};

/// Where a value stands, step by step.
type Path = Vec<Step>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

pub(super) fn mutate(answer: &Value, kind: Kind, choices: &mut Choices) -> Option<Mutation> {
    const TRIES: usize = 40;
    let mut paths = Vec::new();
    collect(answer, &mut Vec::new(), &mut paths);
    (0..TRIES).find_map(|_| try_once(answer, &paths, kind, choices))
}

fn try_once(answer: &Value, paths: &[Path], kind: Kind, choices: &mut Choices) -> Option<Mutation> {
    let chosen = choices.one(paths)?;
    let last = chosen.last()?;
    let place = place(chosen);
    // The deepest first, so that what is changed above finds its place unchanged.
    let alike = || paths.iter().rev().filter(|path| self::place(path) == place);
    let mut changed = answer.clone();
    let (mut struck, mut strikes) = (String::new(), 0);
    let mut strike = |path: &Path, edit: &mut dyn FnMut(&mut Value, &Step) -> Option<()>| {
        let text = at(answer, path).map(Value::to_string).unwrap_or_default();
        let (last, above) = path.split_last()?;
        edit(at_mut(&mut changed, above)?, last)?;
        struck.push_str(&text);
        strikes += 1;
        Some(())
    };
    let rename = |new: &str, above: &mut Value, last: &Step| match (above, last) {
        (Value::Object(members), Step::Name(name)) => {
            // In place, so that the order of members stays.
            let old = std::mem::take(members);
            for (key, value) in old {
                let key = if key == *name { format!("{key}{new}") } else { key };
                members.insert(key, value);
            }
            Some(())
        }
        _ => None,
    };
    let mut remove = |above: &mut Value, last: &Step| match (above, last) {
        (Value::Object(members), Step::Name(name)) => members.remove(name).map(drop),
        (Value::Array(items), Step::Index(at)) if *at < items.len() => {
            items.remove(*at);
            Some(())
        }
        _ => None,
    };
    match (kind, last) {
        (Kind::Renamed, Step::Name(_)) => {
            for path in alike() {
                strike(path, &mut |above, last| rename("_v2", above, last));
            }
        }
        (Kind::Removed | Kind::AttributeDropped, Step::Name(_)) => {
            for path in alike() {
                strike(path, &mut remove);
            }
        }
        (Kind::Wrapped, Step::Name(_)) => {
            for path in alike() {
                strike(path, &mut |above, last| {
                    let value = step_mut(above, last)?;
                    *value = json!({ "value": value.take() });
                    Some(())
                });
            }
        }
        (Kind::OtherElement, _) => {
            // Another type: a number as a text, a text in a list of one.
            for path in alike() {
                strike(path, &mut |above, last| {
                    let value = step_mut(above, last)?;
                    *value = match value {
                        Value::Number(number) => Value::String(number.to_string()),
                        Value::String(text) => json!([text]),
                        _ => return None,
                    };
                    Some(())
                });
            }
        }
        (Kind::Moved, _) => {
            for path in alike() {
                strike(path, &mut |above, last| match step_mut(above, last)? {
                    Value::Array(items) if items.len() > 1 => {
                        items.rotate_left(1);
                        Some(())
                    }
                    _ => None,
                });
            }
        }
        (Kind::OneRemoved, _) => {
            strike(chosen, &mut remove);
        }
        (Kind::OneMoved, Step::Index(_)) => {
            strike(chosen, &mut |above, last| match (above, last) {
                (Value::Array(items), Step::Index(at)) if *at + 1 < items.len() => {
                    let item = items.remove(*at);
                    items.push(item);
                    Some(())
                }
                _ => None,
            });
        }
        (Kind::OneText, _) => {
            let texts: Vec<&Value> = alike().filter_map(|path| at(answer, path)).filter(|v| v.is_string()).collect();
            let new = (*choices.one(&texts)?).clone();
            (at(answer, chosen)?.is_string() && *at(answer, chosen)? != new).then_some(())?;
            strike(chosen, &mut |above, last| {
                *step_mut(above, last)? = new.clone();
                Some(())
            });
        }
        _ => return None,
    }
    let body = changed.to_string();
    (strikes > 0).then_some(Mutation { kind, place, body, struck, strikes, days: 0 })
}

fn place(path: &Path) -> String {
    path.iter().fold(String::new(), |place, step| match step {
        Step::Name(name) => format!("{place}/{name}"),
        Step::Index(_) => format!("{place}/*"),
    })
}

fn collect(value: &Value, path: &mut Path, paths: &mut Vec<Path>) {
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        paths.push(path.clone());
        collect(value, path, paths);
        path.pop();
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(Step::Name(name.clone()), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| below(Step::Index(at), value)),
        _ => {}
    }
}

fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(at) => value.get(*at),
    })
}

fn at_mut<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| step_mut(value, step))
}

fn step_mut<'v>(value: &'v mut Value, step: &Step) -> Option<&'v mut Value> {
    match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(at) => value.get_mut(*at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Value {
        json!({"events": [{"title": "Moon", "price": 5}, {"title": "Sun", "price": 6}]})
    }

    fn some(kind: Kind, place: &str) -> Value {
        let all = (0..500).filter_map(|seed| mutate(&page(), kind, &mut Choices::new(seed)));
        all.filter(|one| one.place == place).map(|one| serde_json::from_str(&one.body).unwrap()).next().unwrap()
    }

    #[test]
    fn a_template_edit_strikes_every_member_of_the_place() {
        assert_eq!(
            some(Kind::Renamed, "/events/*/title"),
            json!({"events": [{"title_v2": "Moon", "price": 5}, {"title_v2": "Sun", "price": 6}]})
        );
        assert_eq!(some(Kind::Removed, "/events/*/price"), json!({"events": [{"title": "Moon"}, {"title": "Sun"}]}));
        assert_eq!(some(Kind::Wrapped, "/events")["events"], json!({"value": page()["events"]}));
        assert_eq!(some(Kind::OtherElement, "/events/*/price")["events"][1]["price"], json!("6"));
    }

    #[test]
    fn a_content_edit_strikes_one() {
        assert_eq!(some(Kind::OneRemoved, "/events/*")["events"].as_array().unwrap().len(), 1);
        let texts = some(Kind::OneText, "/events/*/title");
        assert_eq!(texts["events"][0]["title"], texts["events"][1]["title"]);
    }
}
