//! Cursors: a place in a list, as a text that only this server can make.
//!
//! The text is the place as JSON with a keyed BLAKE3 digest, in URL-safe base64 (RFC 4648 section 5). The digest covers the
//! list and its filters too, so a cursor that was changed, made up, or taken to another list is refused instead of answering
//! with rows of somewhere else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::settings::{Secret, ServeSettings};

/// Length of the digest before the place.
const DIGEST_LEN: usize = blake3::OUT_LEN;

/// Why a text is no cursor of this list; the sentence is for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor of this list with these filters; start again without it")]
pub(crate) struct NotACursor;

/// A cursor for `place` in the list that `scope` names (the list and its filters).
pub(crate) fn write<P: Serialize>(
    settings: &ServeSettings,
    scope: &str,
    place: &P,
) -> Result<String, serde_json::Error> {
    write_under(&key(settings), scope, place)
}

/// The same under a key of the caller's.
pub(crate) fn write_under<P: Serialize>(key: &[u8; 32], scope: &str, place: &P) -> Result<String, serde_json::Error> {
    let place = serde_json::to_vec(place)?;
    let mut bytes = digest(key, scope, &place).as_bytes().to_vec();
    bytes.extend_from_slice(&place);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The place that a cursor names.
pub(crate) fn read<P: DeserializeOwned>(settings: &ServeSettings, scope: &str, text: &str) -> Result<P, NotACursor> {
    read_under(&key(settings), scope, text)
}

/// The same under a key of the caller's.
pub(crate) fn read_under<P: DeserializeOwned>(key: &[u8; 32], scope: &str, text: &str) -> Result<P, NotACursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
    let (given, place) = bytes.split_first_chunk::<DIGEST_LEN>().ok_or(NotACursor)?;
    // `blake3::Hash` compares in constant time.
    if blake3::Hash::from_bytes(*given) != digest(key, scope, place) {
        return Err(NotACursor);
    }
    serde_json::from_slice(place).map_err(|_| NotACursor)
}

fn key(settings: &ServeSettings) -> [u8; 32] {
    settings.cursor_secret.as_ref().map(|s| s.key_for("marquee 2026 list cursor")).unwrap_or_default()
}

fn digest(key: &[u8; 32], scope: &str, place: &[u8]) -> blake3::Hash {
    // The length keeps scope and place apart: without it, letters could move from one to the other.
    blake3::Hasher::new_keyed(key).update(&scope.len().to_le_bytes()).update(scope.as_bytes()).update(place).finalize()
}

/// A secret for a server that was given none: 148 random bits, out of two UUIDs of version 7.
pub(crate) fn random_secret() -> Secret {
    let random = || Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 0, 0)).simple().to_string();
    Secret::new(random() + &random())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ServeSettings {
        ServeSettings { cursor_secret: Some(Secret::new("k")), ..ServeSettings::default() }
    }

    #[test]
    fn a_cursor_reads_back_its_place() {
        let text = write(&settings(), "events", &(7, "x")).unwrap();
        assert_eq!(read::<(i32, String)>(&settings(), "events", &text), Ok((7, "x".to_owned())));
    }

    #[test]
    fn a_cursor_of_another_list_or_another_server_is_refused() {
        let text = write(&settings(), "events", &7).unwrap();
        assert_eq!(read::<i32>(&settings(), "venues", &text), Err(NotACursor));
        let other = ServeSettings { cursor_secret: Some(random_secret()), ..ServeSettings::default() };
        assert_eq!(read::<i32>(&other, "events", &text), Err(NotACursor));
    }

    #[test]
    fn a_cursor_with_any_byte_changed_is_refused() {
        let text = write(&settings(), "events", &7).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(read::<i32>(&settings(), "events", &URL_SAFE_NO_PAD.encode(changed)), Err(NotACursor), "{at}");
        }
        for text in ["", "x", "====", "é"] {
            assert_eq!(read::<i32>(&settings(), "events", text), Err(NotACursor), "{text}");
        }
    }
}
