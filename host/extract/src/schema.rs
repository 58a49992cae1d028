//! JSON Schemas of plugins' configurations: a subset that can be checked in bounded time.
//!
//! A schema comes from a plugin, so it is hostile until proven otherwise. `$ref` may lead to `#` and a pointer only, must not lead
//! back to itself, and what the schema is when all references are written out is bounded: else a few lines could stand for 2^60
//! of them. Patterns use the `regex` crate, which is linear, not a backtracking one.

use std::collections::BTreeMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use crate::{ConfigurationProblem, LoadError};

/// Values of a schema with all references written out. The largest so far has 900.
const MOST_VALUES: u64 = 20_000;
/// References inside each other: every one takes stack.
const MOST_NESTED: usize = 32;
/// Bytes of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;
/// Problems told at once.
const MOST_PROBLEMS: usize = 50;
/// Bytes of one problem's message: they quote the value.
const MESSAGE_BYTES: usize = 500;
/// Keywords that refer by other ways than a pointer. Nothing that a configuration needs.
const REFUSED: [&str; 6] = ["$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$vocabulary"];

/// A compiled schema.
pub(crate) struct ConfigurationSchema(Validator);

impl ConfigurationSchema {
    /// Checks and compiles a schema.
    pub(crate) fn new(schema: &Value) -> Result<Self, LoadError> {
        let bad = |reason: String| LoadError::BadDescription { field: "configuration-schema", reason };
        let mut expansion = Expansion { root: schema, known: BTreeMap::new(), open: Vec::new() };
        expansion.values(schema).map_err(bad)?;
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
            .build(schema)
            .map(Self)
            .map_err(|error| bad(format!("{} at `{}`", shown(&error.to_string()), error.instance_path())))
    }

    /// Every place of the configuration that the schema does not allow.
    pub(crate) fn check(&self, configuration: &Value) -> Result<(), Vec<ConfigurationProblem>> {
        let problems: Vec<_> = self
            .0
            .iter_errors(configuration)
            .take(MOST_PROBLEMS)
            .map(|error| ConfigurationProblem {
                pointer: error.instance_path().to_string(),
                message: shown(&error.to_string()),
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

fn shown(message: &str) -> String {
    crate::log_book::presentable(message, MESSAGE_BYTES)
}

/// Counts what a schema is when all references are written out.
struct Expansion<'s> {
    root: &'s Value,
    known: BTreeMap<&'s str, u64>,
    open: Vec<&'s str>,
}

impl<'s> Expansion<'s> {
    fn values(&mut self, schema: &'s Value) -> Result<u64, String> {
        let mut values = 1_u64;
        match schema {
            Value::Array(items) => {
                for item in items {
                    values = values.saturating_add(self.values(item)?);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    if REFUSED.contains(&name.as_str()) {
                        return Err(format!(
                            "`{name}` is not supported: use `$ref` with a pointer such as `#/$defs/name`"
                        ));
                    }
                    values = values.saturating_add(match (name.as_str(), member) {
                        ("$ref", Value::String(reference)) => self.reference(reference)?,
                        _ => self.values(member)?,
                    });
                }
            }
            _ => {}
        }
        if values > MOST_VALUES {
            return Err(format!("it has more than {MOST_VALUES} values with its references written out: simplify it"));
        }
        Ok(values)
    }

    fn reference(&mut self, reference: &'s str) -> Result<u64, String> {
        if let Some(values) = self.known.get(reference) {
            return Ok(*values);
        }
        if self.open.contains(&reference) || reference == "#" {
            return Err(format!("`$ref` to `{}` leads back to itself: write the levels out", shown(reference)));
        }
        if self.open.len() >= MOST_NESTED {
            return Err(format!("more than {MOST_NESTED} references stand inside each other: simplify it"));
        }
        let target = reference
            .strip_prefix('#')
            .filter(|pointer| pointer.starts_with('/'))
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| {
                format!("`$ref` to `{}` leads nowhere: use a pointer such as `#/$defs/name`", shown(reference))
            })?;
        self.open.push(reference);
        let values = self.values(target)?;
        self.open.pop();
        self.known.insert(reference, values);
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn problems_name_the_place() {
        let schema = ConfigurationSchema::new(&json!({
            "type": "object", "additionalProperties": false, "required": ["items"],
            "properties": { "items": { "$ref": "#/$defs/selector" } },
            "$defs": { "selector": { "type": "string", "minLength": 1 } }
        }))
        .unwrap();
        assert!(schema.check(&json!({ "items": ".event" })).is_ok());
        let problems = schema.check(&json!({ "items": 3, "x": 1 })).unwrap_err();
        assert!(problems.iter().any(|problem| problem.pointer == "/items"), "{problems:?}");
        assert!(problems.iter().any(|problem| problem.message.contains('x')), "{problems:?}");
    }

    #[test]
    fn schemas_that_never_end_or_explode_are_refused() {
        let mut definitions = serde_json::Map::new();
        for level in 0..60 {
            let next = format!("#/$defs/l{}", level + 1);
            definitions.insert(format!("l{level}"), json!({ "allOf": [{ "$ref": next }, { "$ref": next }] }));
        }
        definitions.insert("l60".to_owned(), json!({}));
        let schemas = [
            json!({ "$ref": "#" }),
            json!({ "$ref": "#/$defs/a", "$defs": { "a": { "anyOf": [{ "$ref": "#/$defs/a" }] } } }),
            json!({ "$ref": "#/$defs/a/x/..", "$defs": { "a": {} } }),
            json!({ "$ref": "https://example.com/schema" }),
            json!({ "$dynamicRef": "#a" }),
            json!({ "$ref": "#/$defs/l0", "$defs": definitions }),
            json!({ "type": "nonsense" }),
            json!({ "pattern": "(" }),
        ];
        for schema in schemas {
            assert!(ConfigurationSchema::new(&schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn patterns_do_not_backtrack() {
        let schema = ConfigurationSchema::new(&json!({ "pattern": "^(a+)+$" })).unwrap();
        assert!(schema.check(&json!("a".repeat(50_000) + "b")).is_err());
    }
}
