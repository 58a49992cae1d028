//! Single things, and what a search finds.

use serde_json::Value;

use crate::{
    Client, Error,
    models::{Artist, Event, FoundPage, Venue, Version},
};

impl Client {
    /// An event; where it was merged into another, the one that answers for it.
    ///
    /// # Errors
    /// What the server refuses (404: there is no such event; 410: a person took it out of all lists), and what does not arrive or cannot
    /// be read. The same holds for the others here.
    pub async fn event(&self, id: &str) -> Result<Event, Error> {
        self.value(&["events", id]).await
    }

    /// Why an event is shown as it is: field by field, what each source tells.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn event_why(&self, id: &str) -> Result<Value, Error> {
        self.value(&["events", id, "why"]).await
    }

    /// The way of an event from its page to its row.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn event_trace(&self, id: &str) -> Result<Value, Error> {
        self.value(&["events", id, "trace"]).await
    }

    /// A venue.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn venue(&self, id: &str) -> Result<Venue, Error> {
        self.value(&["venues", id]).await
    }

    /// An artist; where it was merged into another, that one.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn artist(&self, id: &str) -> Result<Artist, Error> {
        self.value(&["artists", id]).await
    }

    /// Events, venues and artists that fit a text, the best first, at most 50.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn search(&self, text: &str, limit: u32) -> Result<FoundPage, Error> {
        let query = [("text".to_owned(), text.to_owned()), ("limit".to_owned(), limit.to_string())];
        self.answer((&["search"], &query)).await.map(|answer| answer.value)
    }

    /// A crawl with its findings.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn crawl(&self, id: &str) -> Result<Value, Error> {
        self.value(&["crawls", id]).await
    }

    /// The plugins in use, and every file in the plugin folder.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn plugins(&self) -> Result<Value, Error> {
        self.value(&["plugins"]).await
    }

    /// A plugin with its past.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn plugin(&self, id: &str) -> Result<Value, Error> {
        self.value(&["plugins", id]).await
    }

    /// What runs at the address.
    ///
    /// # Errors
    /// See [`Client::event`].
    pub async fn version(&self) -> Result<Version, Error> {
        self.outside(&["version"]).await
    }
}
