//! The fixed words of the interface: their schemas, and the lists that parameters are read against.
//!
//! The model's own enums are what is sent; these name their words once for the document. A test holds the two together.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident as $schema:literal: $($word:literal)+;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl $name {
            /// Every word there is.
            pub(crate) const ALL: &[&str] = &[$($word),+];
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let description = [$($doc.trim()),+].join(" ");
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(description))
                    .enum_values(Some(Self::ALL.iter().copied()))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($schema)
            }
        }
    )*};
}

words! {
    /// Whether an event takes place.
    StatusWord as "Status": "scheduled" "cancelled" "postponed" "rescheduled" "moved" "sold_out";
    /// How a crawl ended.
    OutcomeWord as "Outcome": "complete" "partial" "empty" "not_a_listing" "not_recognized" "failed";
    /// How an act appears.
    RoleWord as "Role": "headliner" "support" "dj" "host" "performer";
    /// What kind of price it is.
    PriceKindWord as "PriceKind": "fixed" "range" "from" "free" "donation" "pay_what_you_can" "unknown";
    /// `day`: only the day is known. `minute`: the time is known.
    PrecisionWord as "Precision": "day" "minute";
    /// How wall-clock time became an instant. `unique`: the clock shows it once that day. `gap`: it is skipped when clocks go
    /// forward; moved forward by the gap. `fold`: it occurs twice when clocks go back; the first is meant (RFC 5545).
    ResolutionWord as "Resolution": "unique" "gap" "fold";
    /// What a value rests on: the page; the source's configuration or file; a rule of the host for what no page says; or the plugin itself,
    /// where nothing that it read has the value.
    RestsOnWord as "RestsOn": "page" "configuration" "rule" "plugin";
    /// Who did something with what was read.
    DoerWord as "WayDoer": "plugin" "host";
    /// What became of a plugin file.
    StandingWord as "FileStanding": "active" "refused" "shadowed" "loading";
    /// How much a remark matters.
    SeverityWord as "Severity": "debug" "info" "warning" "error";
    /// How a source is doing. `good`: its last crawl read everything. `partial`: it read some of it. `failing`: it read nothing,
    /// or the next one will not. `never_crawled`: it has not been tried yet. `off`: it is switched off.
    HealthWord as "SourceHealth": "good" "partial" "suspect" "failing" "never_crawled" "paused" "off";
    /// Whether an event takes place, for filtering: `presumed_cancelled` is cancelled by what Marquee concludes from absence.
    StatusFilterWord as "StatusFilter": "scheduled" "cancelled" "postponed" "rescheduled" "moved" "sold_out" "presumed_cancelled";
    /// A day of the week.
    WeekdayWord as "Weekday": "mon" "tue" "wed" "thu" "fri" "sat" "sun";
    /// Whether events whose time is to be announced are in.
    TbaWord as "Tba": "include" "exclude" "only";
    /// Whether events that are over are in.
    PastWord as "Past": "include" "exclude" "only";
    /// Yes or no.
    YesNoWord as "YesNo": "true" "false";
    /// The order of a list of events; `-` turns it around.
    SortWord as "EventSort": "start" "-start" "announced" "-announced" "updated" "-updated" "distance" "relevance";
    /// What the events of a list are counted by.
    FacetWord as "FacetName": "venue" "genre" "status" "day";
    /// What can be told beside the events of a list.
    IncludeWord as "Include": "venues" "artists" "sources" "sites";
    /// A member of an event.
    EventFieldWord as "EventField": "id" "title" "status" "status_detail" "site" "venue" "elsewhere" "room" "doors" "start" "end" "previous_starts" "performers"
        "price" "offers" "age" "ticket_url" "event_url" "image_url" "description" "genres" "sources" "freshness" "corrected" "created_at" "updated_at" "revision"
        "distance_meters";
    /// How lately somebody said so. `fresh`: a source listed it within the last two days. `stale`: none did. `over`: it is history, and nobody need
    /// list it any more.
    FreshnessWord as "Freshness": "fresh" "stale" "over";
    /// Whether an offer can be had, as far as the event's status tells.
    AvailabilityWord as "Availability": "open" "sold_out" "cancelled" "postponed";
    /// What happened to an event.
    HappenedWord as "Happened": "created" "field" "learnt" "standing" "missing" "reappeared" "corrected" "withdrawn" "hidden" "unhidden" "merged" "split";
    /// A kind of search result.
    FoundWord as "Found": "event" "venue" "artist";
    /// What became of a wish for a crawl.
    RequestedWord as "CrawlRequested": "queued" "already_queued";
    /// What happened to an event. `created`: it was not there before. `changed`: something about it is new. `removed`: it is no longer
    /// in lists, since a person hid it or since another event answers for it. `returned`: it is in lists again.
    ChangeKindWord as "ChangeKind": "created" "changed" "removed" "returned";
    /// How a subscription stands. `paused`: by its owner. `ended`: the receiver answered 410. `disabled`: by this server, see the reason.
    WebhookStateWord as "WebhookState": "active" "paused" "ended" "disabled";
    /// What a delivery is. `start_over`: changes are gone that were not delivered.
    DeliveryKindWord as "DeliveryKind": "changes" "start_over" "test";
    /// How a delivery stands. `asked`: a test that is to be tried. `waiting`: it is tried until it is taken. `failed`: it was not taken and
    /// is not tried again by itself.
    DeliveryStateWord as "DeliveryState": "asked" "waiting" "delivered" "failed";
}

/// The schemas of words that stand in parameters alone: those the document's maker does not find by itself.
pub(crate) fn of_parameters() -> Vec<(String, RefOr<Schema>)> {
    fn of<T: ToSchema>() -> (String, RefOr<Schema>) {
        (T::name().into_owned(), T::schema())
    }
    vec![
        of::<StatusFilterWord>(),
        of::<WeekdayWord>(),
        of::<TbaWord>(),
        of::<PastWord>(),
        of::<YesNoWord>(),
        of::<SortWord>(),
        of::<FacetWord>(),
        of::<IncludeWord>(),
        of::<EventFieldWord>(),
    ]
}

#[cfg(test)]
mod tests {
    use marquee_model::{Doer, FileStanding, PriceKind, Resolution, RestsOn, Role, Severity, Status};

    use super::*;

    fn all_are_words<T: serde::de::DeserializeOwned + serde::Serialize>(words: &[&str]) -> usize {
        words.iter().filter(|word| serde_json::from_value::<T>(serde_json::json!(word)).is_ok()).count()
    }

    #[test]
    fn the_documented_words_are_those_of_the_model() {
        assert_eq!(all_are_words::<Status>(StatusWord::ALL), StatusWord::ALL.len());
        assert_eq!(all_are_words::<Role>(RoleWord::ALL), RoleWord::ALL.len());
        assert_eq!(all_are_words::<PriceKind>(PriceKindWord::ALL), PriceKindWord::ALL.len());
        assert_eq!(all_are_words::<Resolution>(ResolutionWord::ALL), ResolutionWord::ALL.len());
        assert_eq!(all_are_words::<RestsOn>(RestsOnWord::ALL), RestsOnWord::ALL.len());
        assert_eq!(all_are_words::<Doer>(DoerWord::ALL), DoerWord::ALL.len());
        assert_eq!(all_are_words::<FileStanding>(StandingWord::ALL), StandingWord::ALL.len());
        assert_eq!(all_are_words::<Severity>(SeverityWord::ALL), SeverityWord::ALL.len());
        assert_eq!(OutcomeWord::ALL, marquee_store::OUTCOMES);
    }

    /// Fails to compile when the model gets a word that is not documented above.
    #[test]
    fn no_word_of_the_model_is_undocumented() {
        const fn status(status: Status) -> usize {
            match status {
                Status::Scheduled => 0,
                Status::Cancelled => 1,
                Status::Postponed => 2,
                Status::Rescheduled => 3,
                Status::Moved => 4,
                Status::SoldOut => 5,
            }
        }
        assert_eq!(StatusWord::ALL[status(Status::SoldOut)], "sold_out");
    }
}
