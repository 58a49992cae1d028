//! From a column's value to a valid noun of the model, or an error that names table, column and row; and back, for values that
//! a column cannot hold as they are.

use std::{fmt::Display, str::FromStr};

use marquee_model::{AgeRestriction, Digest, PluginVersion};
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer as _, value::StringDeserializer},
};
use serde_json::Value;

use crate::{Result, StoreError};

/// A row under reading: where an error points to.
pub(crate) struct Row<'a> {
    pub(crate) table: &'static str,
    /// `Sync`, since readers hold it across an await and their futures move between threads.
    pub(crate) id: &'a (dyn Display + Sync),
}

impl Row<'_> {
    pub(crate) fn bad(&self, column: &'static str, reason: impl Display) -> StoreError {
        StoreError::BadRow { table: self.table, column, id: self.id.to_string(), reason: reason.to_string() }
    }

    /// A newtype from its text.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, column: &'static str, text: &str) -> Result<T> {
        text.parse().map_err(|error| self.bad(column, error))
    }

    /// The same, where the column may be null.
    pub(crate) fn maybe<T: FromStr<Err: Display>>(
        &self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// A word of an enumeration, as serde writes it.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str, word: String) -> Result<T> {
        let word: StringDeserializer<serde_json::Error> = word.into_deserializer();
        T::deserialize(word).map_err(|error| self.bad(column, error))
    }

    /// A value out of JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str, value: Value) -> Result<T> {
        serde_json::from_value(value).map_err(|error| self.bad(column, error))
    }

    /// A value out of JSON as it lies in the row: without a tree in between, which costs more than all the rest of reading a row.
    pub(crate) fn raw<T: DeserializeOwned>(&self, column: &'static str, value: &Raw) -> Result<T> {
        serde_json::from_str(value.get()).map_err(|error| self.bad(column, error))
    }

    /// A whole number of another width or sign.
    pub(crate) fn number<T: TryFrom<i64, Error: Display>>(
        &self,
        column: &'static str,
        value: impl Into<i64>,
    ) -> Result<T> {
        T::try_from(value.into()).map_err(|error| self.bad(column, error))
    }

    pub(crate) fn digest(&self, column: &'static str, bytes: &[u8]) -> Result<Digest> {
        <[u8; 32]>::try_from(bytes)
            .map(Digest::from_bytes)
            .map_err(|_| self.bad(column, format!("{} bytes are no digest", bytes.len())))
    }

    pub(crate) fn age(&self, column: &'static str, years: Option<i16>) -> Result<Option<AgeRestriction>> {
        years
            .map(|years| match years {
                0 => Ok(AgeRestriction::AllAges),
                years => self.number(column, years).map(AgeRestriction::Minimum),
            })
            .transpose()
    }

    pub(crate) fn plugin(&self, id: &str, version: &str, digest: &[u8]) -> Result<PluginVersion> {
        Ok(PluginVersion {
            id: self.parse("plugin_id", id)?,
            version: self.parse("version", version)?,
            digest: self.digest("digest", digest)?,
        })
    }
}

/// An age restriction as its column keeps it: 0 is "all ages".
pub(crate) fn age(age: AgeRestriction) -> i16 {
    match age {
        AgeRestriction::AllAges => 0,
        AgeRestriction::Minimum(years) => i16::from(years),
    }
}

/// A count as its column keeps it. What exceeds 63 bits was never counted.
pub(crate) fn count(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// The word that serde writes for a unit variant.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// JSON that was not looked into yet.
pub(crate) type Raw = sqlx::types::Json<Box<serde_json::value::RawValue>>;

/// Text as Postgres can keep it: U+0000 becomes U+FFFD. Pages contain it, text columns cannot.
pub(crate) fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A value as `jsonb` can keep it; see [`text`].
pub(crate) fn json(value: &impl Serialize) -> Value {
    fn clean(value: Value) -> Value {
        match value {
            Value::String(string) => Value::String(text(&string)),
            Value::Array(items) => Value::Array(items.into_iter().map(clean).collect()),
            Value::Object(members) => {
                Value::Object(members.into_iter().map(|(name, value)| (text(&name), clean(value))).collect())
            }
            other => other,
        }
    }
    // Only maps with keys that are no text, and failing implementations, cannot be written; the model has neither.
    clean(serde_json::to_value(value).unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_column_cannot_hold_is_replaced_and_not_lost() {
        assert_eq!(text("a\0b"), "a\u{fffd}b");
        assert_eq!(json(&serde_json::json!({"k\0": ["\0"]})), serde_json::json!({"k\u{fffd}": ["\u{fffd}"]}));
    }

    #[test]
    fn a_bad_value_names_table_column_and_row() {
        let error = Row { table: "venues", id: &7 }.parse::<marquee_model::Zone>("zone", "Mars/Base").unwrap_err();
        assert!(error.to_string().starts_with("table venues, column zone, row 7: "), "{error}");
    }
}
