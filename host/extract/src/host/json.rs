//! The import `json`: values of the page's JSON, and of JSON inside other data.

use marquee_reading::{JsonDocument, JsonKind, JsonValue};
use wasmtime::component::Resource;

use super::CallState;
use crate::{
    bindings::marquee::extractor::{json, types::ReadError},
    stop::read_error,
};

impl CallState {
    pub(super) fn push_value(&mut self, value: JsonValue) -> wasmtime::Result<Resource<JsonValue>> {
        Ok(self.table.push(value)?)
    }

    fn value(&mut self, value: &Resource<JsonValue>) -> wasmtime::Result<JsonValue> {
        self.enter()?;
        Ok(self.table.get(value)?.clone())
    }
}

impl json::Host for CallState {
    fn parse(&mut self, text: String) -> wasmtime::Result<Result<Resource<JsonValue>, ReadError>> {
        self.enter()?;
        match JsonDocument::parse_within(&text, &self.budget) {
            Ok(value) => Ok(Ok(self.push_value(value)?)),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }
}

impl json::HostValue for CallState {
    fn kind(&mut self, value: Resource<JsonValue>) -> wasmtime::Result<json::Kind> {
        Ok(match self.value(&value)?.kind() {
            JsonKind::Null => json::Kind::Null,
            JsonKind::Boolean => json::Kind::Boolean,
            JsonKind::Number => json::Kind::Number,
            JsonKind::Text => json::Kind::Text,
            JsonKind::Array => json::Kind::Array,
            JsonKind::Object => json::Kind::Object,
        })
    }

    fn at(&mut self, value: Resource<JsonValue>, pointer: String) -> wasmtime::Result<Option<Resource<JsonValue>>> {
        let found = self.value(&value)?.at(&pointer);
        found.map(|value| self.push_value(value)).transpose()
    }

    fn text(&mut self, value: Resource<JsonValue>, pointer: String) -> wasmtime::Result<Option<String>> {
        Ok(self.value(&value)?.text(&pointer))
    }

    fn items(&mut self, value: Resource<JsonValue>, pointer: String) -> wasmtime::Result<Vec<Resource<JsonValue>>> {
        let items = self.value(&value)?.items(&pointer);
        items.into_iter().map(|value| self.push_value(value)).collect()
    }

    fn keys(&mut self, value: Resource<JsonValue>, pointer: String) -> wasmtime::Result<Vec<String>> {
        Ok(self.value(&value)?.keys(&pointer))
    }

    fn rows(
        &mut self,
        value: Resource<JsonValue>,
        items: String,
        pointers: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<json::Row>, ReadError>> {
        match self.value(&value)?.rows(&items, &pointers) {
            Ok(rows) => rows
                .into_iter()
                .map(|row| Ok(json::Row { item: self.push_value(row.item)?, cells: row.cells }))
                .collect::<wasmtime::Result<_>>()
                .map(Ok),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn serialize(&mut self, value: Resource<JsonValue>) -> wasmtime::Result<Result<String, ReadError>> {
        Ok(self.value(&value)?.serialize().map_err(|error| read_error(&error)))
    }

    fn drop(&mut self, value: Resource<JsonValue>) -> wasmtime::Result<()> {
        self.table.delete(value)?;
        Ok(())
    }
}
