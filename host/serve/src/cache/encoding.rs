//! Content codings: which one a client wants (RFC 9110 section 12.5.3), and bytes in that coding.

use std::io;

use async_compression::{
    Level,
    tokio::write::{BrotliEncoder, GzipEncoder, ZstdDecoder, ZstdEncoder},
};
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// As it is.
    Identity,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
}

/// Level of Brotli, 0 to 11. 5: a tenth larger than 9 and four times as fast.
const BROTLI_LEVEL: i32 = 5;

impl Coding {
    /// All that compress, the best first: for texts of this kind Brotli is the smallest, and Zstandard the fastest to read.
    pub(crate) const COMPRESSED: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// The name in `content-encoding`; also what marks the tag of such a body.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The coding that the client likes best, of those that it can read; among equals the first of [`Self::COMPRESSED`]. As it is, where
    /// none is named: even a client that refuses that is better served by a body than by an error.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let values = || headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        if values().next().is_none() {
            return Self::Identity;
        }
        let mut best = (0, Self::Identity);
        for coding in Self::COMPRESSED {
            let quality = values().filter_map(|value| quality(value, coding.name())).next_back().unwrap_or(0);
            if quality > best.0 {
                best = (quality, coding);
            }
        }
        best.1
    }

    /// The bytes in this coding.
    pub(crate) async fn encode(self, bytes: &Bytes) -> io::Result<Bytes> {
        let out = Vec::with_capacity(bytes.len() / 4);
        let written = match self {
            Self::Identity => return Ok(bytes.clone()),
            Self::Brotli => {
                let mut encoder = BrotliEncoder::with_quality(out, Level::Precise(BROTLI_LEVEL));
                encoder.write_all(bytes).await?;
                encoder.shutdown().await?;
                encoder.into_inner()
            }
            Self::Zstd => {
                let mut encoder = ZstdEncoder::new(out);
                encoder.write_all(bytes).await?;
                encoder.shutdown().await?;
                encoder.into_inner()
            }
            Self::Gzip => {
                let mut encoder = GzipEncoder::new(out);
                encoder.write_all(bytes).await?;
                encoder.shutdown().await?;
                encoder.into_inner()
            }
        };
        Ok(written.into())
    }

    /// The value of `content-encoding`.
    pub(crate) const fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }
}

/// Takes Zstandard apart, up to `max` bytes.
pub(crate) async fn unzstd(packed: &[u8], max: usize) -> io::Result<Bytes> {
    /// Takes at most so many bytes: a few packed ones can stand for gigabytes.
    const PIECE: usize = 4 * 1024;
    let mut decoder = ZstdDecoder::new(Vec::new());
    for piece in packed.chunks(PIECE) {
        decoder.write_all(piece).await?;
        if decoder.get_ref().len() > max {
            return Err(io::Error::other("it is longer than any answer"));
        }
    }
    decoder.shutdown().await?;
    Ok(decoder.into_inner().into())
}

/// The quality of a coding in one value of `Accept-Encoding`, in thousandths; `*` stands for what is not named.
fn quality(value: &str, name: &str) -> Option<u16> {
    let mut other = None;
    for part in value.split(',') {
        let mut words = part.split(';').map(str::trim);
        let coding = words.next().unwrap_or_default();
        let q = words.find_map(|word| word.strip_prefix("q=").or_else(|| word.strip_prefix("Q=")));
        let thousandths = || q.map_or(1000, thousandths);
        if coding.eq_ignore_ascii_case(name) || name == "gzip" && coding.eq_ignore_ascii_case("x-gzip") {
            return Some(thousandths());
        }
        if coding == "*" {
            other = Some(thousandths());
        }
    }
    other
}

fn thousandths(q: &str) -> u16 {
    let quality = q.parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000 after clamping")]
    let whole = (quality * 1000.0) as u16;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_coding_that_the_client_reads_is_taken() {
        for (accept, coding) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, deflate", Coding::Gzip),
            ("gzip;q=1, br;q=0.5", Coding::Gzip),
            ("br;q=0, gzip;q=0", Coding::Identity),
            ("*", Coding::Brotli),
            ("*;q=0.1, gzip", Coding::Gzip),
            ("br;q=0, *", Coding::Zstd),
            ("identity", Coding::Identity),
            ("", Coding::Identity),
            ("GZIP", Coding::Gzip),
            ("gzip;q=nonsense", Coding::Identity),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
            assert_eq!(Coding::wanted(&headers), coding, "{accept}");
        }
        assert_eq!(Coding::wanted(&HeaderMap::new()), Coding::Identity);
    }

    #[tokio::test]
    async fn what_was_packed_comes_apart_within_bounds() {
        let bytes = Bytes::from("Moon Quartet ".repeat(1000));
        let packed = Coding::Zstd.encode(&bytes).await.unwrap();
        assert!(packed.len() < bytes.len() / 10);
        assert_eq!(unzstd(&packed, bytes.len()).await.unwrap(), bytes);
        let bomb = Coding::Zstd.encode(&Bytes::from(vec![0; 50_000_000])).await.unwrap();
        assert!(unzstd(&bomb, 1 << 20).await.is_err());
        assert!(unzstd(b"nonsense", 1 << 20).await.is_err());
    }
}
