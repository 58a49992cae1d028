//! New keys, out of the system's randomness.

use chrono::{DateTime, Utc};
use marquee_model::{KeyId, KeyToken};
use ring::rand::{SecureRandom as _, SystemRandom};

/// A key that nobody has yet, made at `now`. `None`: the system gives no randomness.
#[must_use]
pub fn fresh_key(now: DateTime<Utc>) -> Option<KeyToken> {
    let mut secret = [0; 32];
    SystemRandom::new().fill(&mut secret).ok()?;
    Some(KeyToken::new(KeyId::new(now), secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_alike() {
        let key = || fresh_key(DateTime::UNIX_EPOCH).unwrap().expose();
        assert_ne!(key(), key());
    }
}
