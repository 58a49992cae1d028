//! The import `json`: values of the page's JSON, and of JSON inside other data.

use marquee_reading::{JsonDocument, JsonKind, JsonValue};
use wasmtime::component::Resource;

use super::{CallState, Value};
use crate::{
    bindings::marquee::extractor::{json, types::ReadError},
    stop::read_error,
    trail::record::{Given, HandleId, Origin, Thing},
};

impl CallState {
    pub(super) fn push_value(
        &mut self,
        value: JsonValue,
        origin: impl FnOnce() -> Origin,
    ) -> wasmtime::Result<Resource<Value>> {
        let noted = self.note(origin, || Thing::Value(value.clone()));
        Ok(self.table.push(Value { value, noted })?)
    }

    fn value(&mut self, value: &Resource<Value>) -> wasmtime::Result<(JsonValue, HandleId)> {
        self.enter()?;
        let value = self.table.get(value)?;
        Ok((value.value.clone(), value.noted))
    }

    fn note_text(&mut self, handle: HandleId, pointer: &str, text: Option<&str>) {
        if let (Some(recorder), Some(text)) = (&mut self.recorder, text) {
            recorder.read(Given::Value { handle, pointer: pointer.to_owned(), name: false }, text);
        }
    }
}

impl json::Host for CallState {
    fn parse(&mut self, text: String) -> wasmtime::Result<Result<Resource<Value>, ReadError>> {
        self.enter()?;
        match JsonDocument::parse_within(&text, &self.budget) {
            Ok(value) => {
                let after = self.recorder.as_ref().map_or(0, |recorder| recorder.reads.len());
                let origin = || Origin::Parsed { language: "JSON", text, after };
                Ok(Ok(self.push_value(value, origin)?))
            }
            Err(error) => Ok(Err(read_error(&error))),
        }
    }
}

impl json::HostValue for CallState {
    fn kind(&mut self, value: Resource<Value>) -> wasmtime::Result<json::Kind> {
        Ok(match self.value(&value)?.0.kind() {
            JsonKind::Null => json::Kind::Null,
            JsonKind::Boolean => json::Kind::Boolean,
            JsonKind::Number => json::Kind::Number,
            JsonKind::Text => json::Kind::Text,
            JsonKind::Array => json::Kind::Array,
            JsonKind::Object => json::Kind::Object,
        })
    }

    fn at(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Option<Resource<Value>>> {
        let (value, from) = self.value(&value)?;
        let found = value.at(&pointer);
        found.map(|value| self.push_value(value, || Origin::At { from, pointer, many: false })).transpose()
    }

    fn text(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Option<String>> {
        let (value, handle) = self.value(&value)?;
        let text = value.text(&pointer);
        self.note_text(handle, &pointer, text.as_deref());
        Ok(text)
    }

    fn items(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Vec<Resource<Value>>> {
        let (value, from) = self.value(&value)?;
        let items = value.items(&pointer);
        let origin = || Origin::At { from, pointer: pointer.clone(), many: true };
        items.into_iter().map(|value| self.push_value(value, origin)).collect()
    }

    fn keys(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Vec<String>> {
        let (value, handle) = self.value(&value)?;
        let keys = value.keys(&pointer);
        if let Some(recorder) = &mut self.recorder {
            for key in &keys {
                recorder.read(Given::Value { handle, pointer: format!("{pointer}/{key}"), name: true }, key);
            }
        }
        Ok(keys)
    }

    fn rows(
        &mut self,
        value: Resource<Value>,
        items: String,
        pointers: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<json::Row>, ReadError>> {
        let (value, from) = self.value(&value)?;
        let origin = || Origin::At { from, pointer: items.clone(), many: true };
        match value.rows(&items, &pointers) {
            Ok(rows) => rows
                .into_iter()
                .map(|row| {
                    let item = self.push_value(row.item, origin)?;
                    let handle = self.table.get(&item)?.noted;
                    for (pointer, cell) in pointers.iter().zip(&row.cells) {
                        self.note_text(handle, pointer, cell.as_deref());
                    }
                    Ok(json::Row { item, cells: row.cells })
                })
                .collect::<wasmtime::Result<_>>()
                .map(Ok),
            Err(error) => Ok(Err(read_error(&error))),
        }
    }

    fn serialize(&mut self, value: Resource<Value>) -> wasmtime::Result<Result<String, ReadError>> {
        let (value, handle) = self.value(&value)?;
        let json = value.serialize();
        self.note_text(handle, "", json.as_ref().ok().map(String::as_str));
        Ok(json.map_err(|error| read_error(&error)))
    }

    fn drop(&mut self, value: Resource<Value>) -> wasmtime::Result<()> {
        self.table.delete(value)?;
        Ok(())
    }
}
