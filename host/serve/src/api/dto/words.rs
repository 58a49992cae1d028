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
    /// What became of a plugin file.
    StandingWord as "FileStanding": "active" "refused" "shadowed" "loading";
    /// How much a remark matters.
    SeverityWord as "Severity": "debug" "info" "warning" "error";
    /// How a source is doing. `good`: its last crawl read everything. `partial`: it read some of it. `failing`: it read nothing,
    /// or the next one will not. `never_crawled`: it has not been tried yet. `off`: it is switched off.
    HealthWord as "SourceHealth": "good" "partial" "suspect" "failing" "never_crawled" "paused" "off";
    /// What became of a wish for a crawl.
    RequestedWord as "CrawlRequested": "queued" "already_queued";
}

#[cfg(test)]
mod tests {
    use marquee_model::{FileStanding, PriceKind, Resolution, Role, Severity, Status};

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
