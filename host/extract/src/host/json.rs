//! The import `json`: values of the page's JSON, and of JSON inside other data.

use marquee_reading::{JsonDocument, JsonKind};
use wasmtime::component::Resource;

use super::{CallState, Value};
use crate::{
    bindings::marquee::extractor::{json, types::ReadError},
    reads::question::Question,
    stop::read_error,
    trail::record::{Given, HandleId, Origin},
};

impl CallState {
    fn note_text(&mut self, handle: HandleId, pointer: &str, text: Option<&str>) {
        if let (Some(recorder), Some(text)) = (&mut self.recorder, text) {
            recorder.read(Given::Value { handle, pointer: pointer.to_owned(), name: false }, text);
        }
    }
}

impl json::Host for CallState {
    fn parse(&mut self, text: String) -> wasmtime::Result<Result<Resource<Value>, ReadError>> {
        self.enter()?; // what is asked of it follows from the text, which the guest was given
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
        let kind = self.value(&value, || Question::Kind)?.0.kind();
        self.answered(|ink| ink.kind(kind));
        Ok(match kind {
            JsonKind::Null => json::Kind::Null,
            JsonKind::Boolean => json::Kind::Boolean,
            JsonKind::Number => json::Kind::Number,
            JsonKind::Text => json::Kind::Text,
            JsonKind::Array => json::Kind::Array,
            JsonKind::Object => json::Kind::Object,
        })
    }

    fn at(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Option<Resource<Value>>> {
        let (value, from) = self.value(&value, || Question::At(pointer.clone()))?;
        let found = value.at(&pointer);
        self.answered(|ink| ink.truth(found.is_some()));
        found.map(|value| self.push_value(value, || Origin::At { from, pointer, many: false })).transpose()
    }

    fn text(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Option<String>> {
        let (value, handle) = self.value(&value, || Question::Text(pointer.clone()))?;
        let text = value.text(&pointer);
        self.answered(|ink| ink.maybe_text(text.as_deref()));
        self.note_text(handle, &pointer, text.as_deref());
        Ok(text)
    }

    fn items(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Vec<Resource<Value>>> {
        let (value, from) = self.value(&value, || Question::Items(pointer.clone()))?;
        let items = value.items(&pointer);
        self.answered(|ink| ink.handles(items.len()));
        let origin = || Origin::At { from, pointer: pointer.clone(), many: true };
        items.into_iter().map(|value| self.push_value(value, origin)).collect()
    }

    fn keys(&mut self, value: Resource<Value>, pointer: String) -> wasmtime::Result<Vec<String>> {
        let (value, handle) = self.value(&value, || Question::Keys(pointer.clone()))?;
        let keys = value.keys(&pointer);
        self.answered(|ink| ink.texts(&keys));
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
        let question = || Question::JsonRows { items: items.clone(), pointers: pointers.clone() };
        let (value, from) = self.value(&value, question)?;
        let origin = || Origin::At { from, pointer: items.clone(), many: true };
        let rows = value.rows(&items, &pointers);
        self.answered(|ink| ink.given(rows.as_ref(), |ink, rows| ink.json_rows(rows)));
        match rows {
            Ok(rows) => rows
                .into_iter()
                .map(|row| {
                    let item = self.push_value(row.item, origin)?;
                    let handle = self.handle_of_value(&item)?;
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
        let (value, handle) = self.value(&value, || Question::Serialize)?;
        let json = value.serialize();
        self.answered(|ink| ink.given(json.as_ref(), |ink, json| ink.text(json)));
        self.note_text(handle, "", json.as_ref().ok().map(String::as_str));
        Ok(json.map_err(|error| read_error(&error)))
    }

    fn drop(&mut self, value: Resource<Value>) -> wasmtime::Result<()> {
        self.table.delete(value)?;
        Ok(())
    }
}
