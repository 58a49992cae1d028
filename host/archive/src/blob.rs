//! A blob's packed form: one zstd frame with a checksum of its own.

use std::io::Read as _;

use marquee_model::Digest;

/// What is wrong with a packed blob.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// It unpacks to more than is allowed.
    TooLarge,
    /// It cannot be unpacked, or unpacks to something else.
    Corrupted(String),
}

/// Largest window that unpacking may ask for, as a power of two: 32 MiB. Level 3 writes 2 MiB, level 19 8 MiB.
const WINDOW_LOG: u32 = 25;

/// Packs bytes.
pub(crate) fn pack(bytes: &[u8], level: i32) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(bytes, level)
}

/// Unpacks a blob, to at most `limit` bytes, and sees that it is what it should be.
pub(crate) fn unpack(packed: &[u8], digest: Digest, limit: u64) -> Result<Vec<u8>, Spoilt> {
    let bad = |error: std::io::Error| Spoilt::Corrupted(format!("it cannot be unpacked ({error})"));
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(bad)?;
    decoder.window_log_max(WINDOW_LOG).map_err(bad)?;
    let mut bytes = Vec::new();
    decoder.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(bad)?;
    if bytes.len() as u64 > limit {
        return Err(Spoilt::TooLarge);
    }
    let found = Digest::of(&bytes);
    if found != digest {
        return Err(Spoilt::Corrupted(format!("its {} bytes have the digest {found}", bytes.len())));
    }
    Ok(bytes)
}

/// Most bytes that a packed blob of at most `limit` bytes has: zstd adds less than a 256th to what it cannot pack.
pub(crate) const fn most_packed(limit: u64) -> u64 {
    limit.saturating_add(limit / 256).saturating_add(1024)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..4096), level in 1..=19i32) {
            let packed = pack(&bytes, level).unwrap();
            prop_assert!(packed.len() as u64 <= most_packed(bytes.len() as u64));
            prop_assert_eq!(unpack(&packed, Digest::of(&bytes), 4096).unwrap(), bytes);
        }

        #[test]
        fn a_changed_byte_is_noticed_and_nothing_panics(
            bytes in proptest::collection::vec(any::<u8>(), 1..512), at in any::<prop::sample::Index>(), change in 1..=255u8,
        ) {
            let mut packed = pack(&bytes, 3).unwrap();
            let at = at.index(packed.len());
            packed[at] ^= change;
            // Some bits of a frame's head mean nothing: then what comes out is still what went in.
            if let Ok(read) = unpack(&packed, Digest::of(&bytes), 1 << 20) {
                prop_assert_eq!(read, bytes);
            }
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = vec![0; 64 << 20];
        let packed = pack(&bomb, 3).unwrap();
        assert!(packed.len() < 10_000);
        assert_eq!(unpack(&packed, Digest::of(&bomb), 1 << 20), Err(Spoilt::TooLarge));
    }
}
