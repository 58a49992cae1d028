//! The body: unpacked while it arrives, counted at every layer.
//!
//! A bomb costs no more than the limit: bytes are counted as they come off the wire and as they leave each decoder, so
//! that neither 10 KB that unpack to 10 GB nor a layer of nothing but empty gzip members is worked through.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use async_compression::{
    tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder},
    zstd::DParameter,
};
use bytes::Bytes;
use futures::Stream;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio_util::io::StreamReader;

use crate::{FetchError, FetchLimits, Stage, failure, headers};

/// RFC 9659: zstd as a content encoding needs no window above 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Bytes taken from a decoder at once.
const PIECE: usize = 16 * 1024;

/// Counts the bytes of a body as they come off the wire, also of one that fails. Shared with who wants to know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<AtomicU64>);

impl Meter {
    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The first bytes of a body, unpacked: for a file of which only so much is read, however long it is.
pub(crate) async fn beginning(
    url: &str,
    response: reqwest::Response,
    limits: &FetchLimits,
    most: u64,
    meter: &Meter,
) -> Result<Vec<u8>, FetchError> {
    let encodings = encodings(url, response.headers(), limits)?;
    let failed = |error: io::Error| match error.get_ref().and_then(|inner| inner.downcast_ref::<Ended>()) {
        // What came before the end of what may come is enough.
        Some(Ended::TooLarge) => None,
        Some(Ended::Fetch(error)) => Some(error.clone()),
        None => Some(FetchError::Encoding {
            url: url.to_owned(),
            encoding: encodings.join(", "),
            reason: error.to_string(),
        }),
    };
    let wire = StreamReader::new(pieces(url.to_owned(), response, limits.clone(), meter.clone()));
    let mut reader: Box<dyn AsyncBufRead + Send + Unpin> = Box::new(wire);
    for encoding in encodings.iter().rev() {
        reader = match layer(reader, encoding, limits.decoded_bytes).await {
            Ok(reader) => reader,
            Err(error) => return failed(error).map_or(Ok(Vec::new()), Err),
        };
    }
    let mut body = Vec::new();
    match reader.take(most).read_to_end(&mut body).await {
        Ok(_) => Ok(body),
        Err(error) => failed(error).map_or(Ok(body), Err),
    }
}

/// Receives and unpacks a body.
pub(crate) async fn receive(
    url: &str,
    response: reqwest::Response,
    limits: &FetchLimits,
    meter: &Meter,
) -> Result<Vec<u8>, FetchError> {
    let encodings = encodings(url, response.headers(), limits)?;
    let too_large = || FetchError::BodyTooLarge { url: url.to_owned(), limit: limits.decoded_bytes };
    if response.content_length().is_some_and(|announced| announced > limits.decoded_bytes) {
        return Err(too_large());
    }
    let failed = |error: io::Error| match error.get_ref().and_then(|inner| inner.downcast_ref::<Ended>()) {
        Some(Ended::TooLarge) => too_large(),
        Some(Ended::Fetch(error)) => error.clone(),
        None => FetchError::Encoding { url: url.to_owned(), encoding: encodings.join(", "), reason: error.to_string() },
    };

    let wire = StreamReader::new(pieces(url.to_owned(), response, limits.clone(), meter.clone()));
    let mut reader: Box<dyn AsyncBufRead + Send + Unpin> = Box::new(wire);
    for encoding in encodings.iter().rev() {
        reader = layer(reader, encoding, limits.decoded_bytes).await.map_err(failed)?;
    }
    let mut body = Vec::new();
    loop {
        let before = body.len();
        let mut piece = (&mut reader).take(PIECE as u64);
        piece.read_to_end(&mut body).await.map_err(failed)?;
        if body.len() as u64 > limits.decoded_bytes {
            return Err(too_large());
        }
        if body.len() == before {
            return Ok(body);
        }
    }
}

/// Why a body's stream ended, as it travels through `io::Error`.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("too large")]
    TooLarge,
    #[error("{0}")]
    Fetch(FetchError),
}

/// The body as it comes, each piece in time, and no more bytes than the limit for decoded ones: packing never makes longer.
fn pieces(
    url: String,
    response: reqwest::Response,
    limits: FetchLimits,
    meter: Meter,
) -> Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>> {
    Box::pin(futures::stream::try_unfold((response, 0_u64), move |(mut response, received)| {
        let (url, limits, meter) = (url.clone(), limits.clone(), meter.clone());
        async move {
            let piece = tokio::time::timeout(limits.read(), response.chunk()).await;
            let ended = match piece {
                Ok(Ok(None)) => return Ok(None),
                Ok(Ok(Some(piece))) => {
                    meter.add(piece.len());
                    let received = received.saturating_add(piece.len() as u64);
                    if received <= limits.decoded_bytes {
                        return Ok(Some((piece, (response, received))));
                    }
                    Ended::TooLarge
                }
                Ok(Err(error)) => Ended::Fetch(failure::of_transfer(&url, &error, received)),
                Err(_) => Ended::Fetch(FetchError::Timeout { url, stage: Stage::Body, limit: limits.read() }),
            };
            Err(io::Error::other(ended))
        }
    }))
}

/// The encodings that the answer names, in the order in which they were applied.
fn encodings(url: &str, headers: &reqwest::header::HeaderMap, limits: &FetchLimits) -> Result<Vec<String>, FetchError> {
    let values = headers.get_all(reqwest::header::CONTENT_ENCODING).iter();
    let sent = values.map(|value| headers::text(value).unwrap_or_default()).collect::<Vec<_>>().join(",");
    let names = sent.split(',').map(|name| name.trim().to_ascii_lowercase());
    let names: Vec<String> = names.filter(|name| !name.is_empty() && name != "identity").collect();
    let refuse = |reason: String| FetchError::Encoding { url: url.to_owned(), encoding: sent.clone(), reason };
    if names.len() > usize::from(limits.encodings) {
        return Err(refuse(format!(
            "{} encodings, the limit `fetch.limits.encodings` is {}",
            names.len(),
            limits.encodings
        )));
    }
    const KNOWN: &[&str] = &["gzip", "x-gzip", "br", "zstd", "deflate"];
    match names.iter().find(|name| !KNOWN.contains(&name.as_str())) {
        Some(name) => Err(refuse(format!("`{name}` is not known"))),
        None => Ok(names),
    }
}

/// Unpacks one layer, and counts what it gives.
async fn layer(
    mut packed: Box<dyn AsyncBufRead + Send + Unpin>,
    encoding: &str,
    limit: u64,
) -> io::Result<Box<dyn AsyncBufRead + Send + Unpin>> {
    // An answer may name an encoding and have no body at all.
    let Some(first) = packed.fill_buf().await?.first().copied() else {
        return Ok(packed);
    };
    let unpacked: Box<dyn AsyncRead + Send + Unpin> = match encoding {
        "gzip" | "x-gzip" => {
            let mut decoder = GzipDecoder::new(packed);
            decoder.multiple_members(true);
            Box::new(decoder)
        }
        // The decoder would take "large window" brotli, of which a few bytes reserve a gigabyte. RFC 7932 does not have it.
        "br" if first & 0x7f == 0x11 => {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its window is larger than RFC 7932 allows"));
        }
        "br" => Box::new(BrotliDecoder::new(packed)),
        "zstd" => {
            let mut decoder = ZstdDecoder::with_params(packed, &[DParameter::window_log_max(ZSTD_WINDOW_LOG)]);
            decoder.multiple_members(true);
            Box::new(decoder)
        }
        // "deflate" means zlib (RFC 9110 section 8.4.1.2); some servers send it bare. 8 in the low half byte is zlib's method.
        _ if first & 0x0f == 8 => Box::new(ZlibDecoder::new(packed)),
        _ => Box::new(DeflateDecoder::new(packed)),
    };
    Ok(Box::new(BufReader::with_capacity(PIECE, Counted { inner: unpacked, left: limit })))
}

/// A reader that fails when it gives more than it may.
struct Counted {
    inner: Box<dyn AsyncRead + Send + Unpin>,
    left: u64,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let given = (buf.filled().len() - before) as u64;
        match self.left.checked_sub(given) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(io::Error::other(Ended::TooLarge))),
        }
        Poll::Ready(Ok(()))
    }
}
