//! Keys of the API: what a program sends to say who it is.
//!
//! A key is `mq_`, the 32 hexadecimal digits of its id, `_`, the 64 of its secret, and the 8 of a checksum (CRC-32 as in gzip, RFC 1952
//! section 8, of everything before it). The id finds the row; the secret is compared by its hash, which is all that is kept; the
//! checksum tells a mistyped key from a wrong one before anything is looked up, and lets scanners of leaked secrets be sure.
//! Nothing here draws randomness or prints a secret by accident.

use std::fmt;

use uuid::Uuid;

use crate::KeyId;

/// Before every key.
const PREFIX: &str = "mq_";
/// Digits of the secret: 32 bytes.
const SECRET_DIGITS: usize = 64;
/// Digits of the checksum: 4 bytes.
const CHECK_DIGITS: usize = 8;
/// Keeps this hash apart from all others that are made of the same bytes.
const PURPOSE: &str = "marquee 2026 hash of an API key";

/// A whole key, secret included. Shown once, by [`Self::expose`]; its `Debug` form hides the secret.
#[derive(Clone)]
pub struct KeyToken {
    id: KeyId,
    secret: [u8; 32],
}

/// What is kept of a key's secret. Two are compared in constant time, as `blake3::Hash` does; its `Debug` form tells nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(blake3::Hash);

impl KeyToken {
    /// The key with this id and secret. The secret must be 256 bits of good randomness.
    #[must_use]
    pub const fn new(id: KeyId, secret: [u8; 32]) -> Self {
        Self { id, secret }
    }

    /// Reads what somebody sent. `None` where it is no key at all, or mistyped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (body, check) = text.split_at_checked(text.len().checked_sub(CHECK_DIGITS)?)?;
        if check != checksum(body) {
            return None;
        }
        let (id, secret) = body.strip_prefix(PREFIX)?.split_once('_')?;
        if id.len() != 32 || secret.len() != SECRET_DIGITS {
            return None;
        }
        let secret = *blake3::Hash::from_hex(secret).ok()?.as_bytes();
        Some(Self { id: KeyId::from_uuid(Uuid::try_parse(id).ok()?), secret })
    }

    /// Which key it says it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What is kept of it. Secrets are drawn from 256 bits, so that one fast hash is enough: there is nothing to guess.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        let hasher = &mut blake3::Hasher::new_derive_key(PURPOSE);
        KeyHash(hasher.update(self.id.uuid().as_bytes()).update(&self.secret).finalize())
    }

    /// The whole key as text, for the one who is to use it.
    #[must_use]
    pub fn expose(&self) -> String {
        let body = format!("{PREFIX}{}_{}", self.id.uuid().simple(), blake3::Hash::from_bytes(self.secret).to_hex());
        let check = checksum(&body);
        body + &check
    }
}

impl fmt::Debug for KeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyToken({}, hidden)", self.id)
    }
}

impl KeyHash {
    /// A hash from its 32 bytes, as the database keeps it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(hidden)")
    }
}

fn checksum(text: &str) -> String {
    format!("{:08x}", crc32(text.as_bytes()))
}

/// CRC-32 as in gzip and zip, a bit at a time: a key has a hundred bytes.
fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(secret: [u8; 32]) -> KeyToken {
        KeyToken::new(KeyId::new(chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap()), secret)
    }

    #[test]
    fn the_checksum_is_the_one_of_gzip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926, "the check value of the CRC catalogue");
    }

    #[test]
    fn no_debug_form_shows_a_secret() {
        let token = token([0xab; 32]);
        let said = format!("{token:?} {:?}", token.hash());
        assert!(
            !said.contains("abab") && !said.contains(&blake3::Hash::from_bytes(*token.hash().as_bytes()).to_string())
        );
    }

    #[test]
    fn one_secret_under_two_ids_has_two_hashes() {
        assert_ne!(token([1; 32]).hash(), token([1; 32]).hash());
    }

    proptest! {
        #[test]
        fn a_key_reads_back_and_no_other_text_of_one_change_does(secret in any::<[u8; 32]>(), at in 0_usize..107, with in "[0-9a-f_q]") {
            let token = token(secret);
            let text = token.expose();
            prop_assert_eq!(text.len(), 107 + 1);
            let read = KeyToken::parse(&text).unwrap();
            prop_assert_eq!((read.id(), read.hash()), (token.id(), token.hash()));
            let mut other = text.clone();
            other.replace_range(at..=at, &with);
            prop_assert!(other == text || KeyToken::parse(&other).is_none());
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,130}") {
            let _ = KeyToken::parse(&text);
        }
    }
}
