//! A guest that plays the part named in its configuration (`{"part": "loop"}`): honest ones and every hostile one.
//!
//! Its id and version stand in two marks of fixed length, which the tests change in the finished component: so they have as many
//! plugins and versions as they need without building each.

mod parts;

use std::hint::black_box;

use marquee_sdk::{Description, ExtractError, Extraction, Extractor, Page};

/// The id, padded with blanks. `tests/src/guests.rs` finds it by its beginning.
static ID: [u8; 40] = *b"marquee-mark-id:actor                   ";
/// The version, padded with blanks.
static VERSION: [u8; 40] = *b"marquee-mark-version:1.0.0              ";

/// The guest.
pub struct Actor;

/// What stands in a mark after the colon. The black box keeps the compiler from reading it at build time.
fn mark(mark: &'static [u8; 40]) -> String {
    let text = String::from_utf8_lossy(black_box(mark)).into_owned();
    text.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

impl Extractor for Actor {
    fn describe() -> Description {
        Description::new(&mark(&ID), &mark(&VERSION), "Behaves as its configuration says.")
            .reads(&["nothing but its configuration"])
            .configuration(SCHEMA)
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        parts::play(page, &mark(&VERSION))
    }
}

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["part"],
  "properties": {
    "part": { "type": "string", "pattern": "^[a-z-]+$" },
    "times": { "type": "integer", "minimum": 0 }
  }
}"#;

marquee_sdk::export!(Actor);
