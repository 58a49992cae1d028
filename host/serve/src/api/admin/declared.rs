//! A source in the form in which it is declared: what `GET` shows, `PUT` takes.

use chrono::{DateTime, Utc};
use marquee_model::{AgeRestriction, SourceId};
use marquee_store::{Origin, StoredSite, StoredSource, StoredVenue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Who declared a source.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OriginWord {
    /// A file of the operator's source folder: it is changed there.
    File,
    /// This interface.
    Api,
}

impl From<Origin> for OriginWord {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::File => Self::File,
            Origin::Api => Self::Api,
        }
    }
}

/// A source, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminSource)]
pub(super) struct AdminSourceView {
    /// Its id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    pub(super) id: SourceId,
    /// Its short name.
    #[schema(example = "rex")]
    pub(super) slug: String,
    /// Who declared it.
    pub(super) origin: OriginWord,
    /// Whether it is crawled at all.
    pub(super) enabled: bool,
    /// Since when it is paused.
    pub(super) paused_at: Option<DateTime<Utc>>,
    /// When it is crawled next by its schedule.
    pub(super) next_at: Option<DateTime<Utc>>,
    /// The address of its listing.
    pub(super) url: String,
    /// The plugin that reads it.
    pub(super) plugin: String,
}

/// A source with its declaration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclaredSource)]
pub(super) struct DeclaredView {
    #[serde(flatten)]
    pub(super) source: AdminSourceView,
    /// The declaration, in the form that `PUT` takes and that source files have.
    #[schema(value_type = SourceDeclaration)]
    pub(super) declaration: Value,
    /// What of a declaration was left out when it was stored, and why.
    pub(super) notes: Vec<String>,
}

/// A source as it is declared: the keys of a source file. The whole form is in the guide to source files; what is not given has the
/// default that it has there.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SourceDeclaration, example = json!({
    "slug": "rex", "site": {"slug": "toronto", "name": "Toronto"}, "url": "https://venue.example/events", "plugin": "css",
    "zone": "America/Toronto", "venue": {"slug": "rex", "name": "The Rex"}, "configuration": {"items": ".event"}
}))]
#[expect(dead_code, reason = "it only describes the form in the OpenAPI document; whoever reads source files reads it")]
pub(super) struct SourceDeclaration {
    /// Short name, unique: `a-z`, `0-9`, `-`, `_`.
    slug: String,
    /// The site it belongs to: `slug` and `name`.
    #[schema(value_type = Object)]
    site: Value,
    /// The address of its listing.
    url: String,
    /// The plugin that reads it.
    plugin: String,
    /// The zone of the times that it prints, such as `America/Toronto`.
    zone: String,
    /// The venue: `slug`, `name`, and what is known of its place.
    #[schema(value_type = Object)]
    venue: Value,
    /// The plugin's configuration, checked against its schema.
    #[schema(value_type = Option<Object>)]
    configuration: Option<Value>,
    /// Whether it is crawled at all.
    enabled: Option<bool>,
    /// How far it is trusted where another source says something else, 0 to 100; 80 by default.
    trust: Option<u8>,
    /// `get` (by default) or `plugin`.
    first_request: Option<String>,
    /// Codes of ISO 639-1.
    languages: Option<Vec<String>>,
    /// The currency of prices that name none.
    currency: Option<String>,
    /// `all ages`, or a number with a plus, such as `19+`.
    default_age: Option<String>,
    /// How often it is crawled.
    #[schema(value_type = Option<Object>)]
    schedule: Option<Value>,
    /// How far its follow requests may lead.
    #[schema(value_type = Option<Object>)]
    follow: Option<Value>,
    /// How its pages are asked for. A header that names a secret needs the scope `admin`.
    #[schema(value_type = Option<Object>)]
    fetch: Option<Value>,
}

impl AdminSourceView {
    pub(super) fn new(stored: &StoredSource, health: Option<&marquee_store::SourceHealth>) -> Self {
        let source = &stored.source;
        Self {
            id: source.id,
            slug: source.slug.to_string(),
            origin: stored.origin.into(),
            enabled: source.enabled,
            paused_at: health.and_then(|health| health.paused_at),
            next_at: health.and_then(|health| health.next_at),
            url: source.url.to_string(),
            plugin: source.plugin.to_string(),
        }
    }
}

/// The declaration that would make this source again.
pub(super) fn declaration(stored: &StoredSource, site: &StoredSite, venue: &StoredVenue) -> Value {
    let (source, venue) = (&stored.source, &venue.venue);
    let age = source.default_age.map(|age| match age {
        AgeRestriction::AllAges => "all ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    });
    let headers: serde_json::Map<String, Value> =
        source.fetching.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut fetch = json!(source.fetching);
    if let Some(members) = fetch.as_object_mut() {
        members.insert("headers".to_owned(), Value::Object(headers));
    }
    json!({
        "slug": source.slug, "site": {"slug": site.site.slug, "name": site.site.name}, "url": source.url.as_str(),
        "first_request": source.first_request, "plugin": source.plugin, "zone": source.zone.name(),
        "languages": source.languages, "currency": source.currency.map(marquee_model::Currency::code),
        "enabled": source.enabled, "trust": source.trust, "default_age": age,
        "venue": {
            "slug": venue.slug, "name": venue.name, "address": venue.address, "city": venue.city, "state": venue.state,
            "postal_code": venue.postal_code, "country": venue.country, "latitude": venue.latitude,
            "longitude": venue.longitude, "url": venue.url.as_ref().map(marquee_model::WebUrl::as_str),
        },
        "schedule": source.schedule, "follow": source.follow, "fetch": fetch, "configuration": source.configuration,
    })
}
