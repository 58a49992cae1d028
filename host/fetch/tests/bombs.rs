//! Bodies that unpack to far more than they are: they cost no more than the limit.

#[cfg(test)]
mod support;

use async_compression::{
    Level,
    tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder},
};
use marquee_fetch::{FetchError, FetchLimits};
use support::{Act, Hostile, memory_kib, send};
use tokio::io::AsyncWriteExt;

const MIB: usize = 1024 * 1024;

/// gzip as small as it gets.
#[cfg(test)]
async fn best(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzipEncoder::with_quality(Vec::new(), Level::Best);
    encoder.write_all(bytes).await.unwrap();
    encoder.shutdown().await.unwrap();
    encoder.into_inner()
}

#[cfg(test)]
async fn pack(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    macro_rules! with {
        ($encoder:ident) => {{
            let mut encoder = $encoder::with_quality(Vec::new(), Level::Fastest);
            encoder.write_all(bytes).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }
    match encoding {
        "gzip" => with!(GzipEncoder),
        "br" => with!(BrotliEncoder),
        "zstd" => with!(ZstdEncoder),
        _ => with!(ZlibEncoder),
    }
}

async fn serve(encodings: &str, body: Vec<u8>) -> Hostile {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: {encodings}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Hostile::doing(vec![send(&head), Act::Send(body)]).await
}

/// Fetches and tells by how many MiB memory rose above what it was, at its peak.
#[cfg(test)]
async fn cost(server: &Hostile) -> (FetchError, u64) {
    let before = memory_kib("VmRSS").max(memory_kib("VmHWM"));
    let error = server.fetch(FetchLimits::default()).await.unwrap_err();
    (error, memory_kib("VmHWM").saturating_sub(before) / 1024)
}

/// 16 times the limit of 4 MiB for the body and its buffer, and the largest window (16 MiB, brotli).
const MOST: u64 = 64;

#[tokio::test]
async fn ten_kilobytes_that_unpack_to_ten_gigabytes_cost_nothing() {
    // 16 MiB of zeros, 640 members of it, packed once more.
    let member = best(&vec![0; 16 * MIB]).await;
    let bomb = best(&member.repeat(640)).await;
    assert!(bomb.len() < 40_000, "the bomb has {} bytes", bomb.len());
    let server = serve("gzip, gzip", bomb).await;
    let (error, mib) = cost(&server).await;
    println!("ten gigabytes: {error}; {mib} MiB");
    assert_eq!(error.code(), "body_too_large");
    assert!(mib < MOST, "{mib} MiB");
}

#[tokio::test]
async fn bombs_of_every_encoding_and_nesting_end_at_the_limit() {
    let zeros = vec![0; 32 * MIB];
    for outer in ["gzip", "br", "zstd", "deflate"] {
        let bomb = pack(outer, &zeros).await;
        let (error, mib) = cost(&serve(outer, bomb.clone()).await).await;
        assert_eq!((error.code(), mib < MOST), ("body_too_large", true), "{outer}: {mib} MiB");
        for inner in ["gzip", "br", "zstd", "deflate"] {
            let (error, mib) = cost(&serve(&format!("{outer}, {inner}"), pack(inner, &bomb).await).await).await;
            assert_eq!((error.code(), mib < MOST), ("body_too_large", true), "{outer}, {inner}: {mib} MiB");
        }
    }
}

#[tokio::test]
async fn a_layer_of_nothing_but_empty_members_ends_at_the_limit() {
    let empty = pack("gzip", b"").await;
    let bomb = pack("gzip", &empty.repeat(400_000)).await;
    let (error, mib) = cost(&serve("gzip, gzip", bomb).await).await;
    assert_eq!((error.code(), mib < MOST), ("body_too_large", true), "{mib} MiB");
}

#[tokio::test]
async fn every_encoding_and_nesting_is_read_to_the_last_byte() {
    // Not the same over and over, so that windows and blocks matter.
    let page: String = (0..40_000).map(|n| format!("<li>{n} {}</li>", n * 7919 % 10_007)).collect();
    for outer in ["gzip", "br", "zstd", "deflate"] {
        let packed = pack(outer, page.as_bytes()).await;
        let fetched = serve(outer, packed.clone()).await.fetch(FetchLimits::default()).await.unwrap();
        assert_eq!(fetched.body, page, "{outer}");
        assert_eq!(fetched.digest, marquee_model::Digest::of(page.as_bytes()));
        assert_eq!(fetched.bytes, page.len() as u64);
        let twice = serve(&format!("{outer}, br"), pack("br", &packed).await).await;
        assert_eq!(twice.fetch(FetchLimits::default()).await.unwrap().body, page, "{outer}, br");
    }
}

#[tokio::test]
async fn bare_deflate_and_joined_members_are_read() {
    use async_compression::tokio::write::DeflateEncoder;
    let mut bare = DeflateEncoder::new(Vec::new());
    bare.write_all(b"<p>bare</p>").await.unwrap();
    bare.shutdown().await.unwrap();
    let server = serve("deflate", bare.into_inner()).await;
    assert_eq!(server.fetch(FetchLimits::default()).await.unwrap().body, "<p>bare</p>");

    let joined = [pack("gzip", b"<p>one</p>").await, pack("gzip", b"<p>two</p>").await].concat();
    let server = serve("x-gzip", joined).await;
    assert_eq!(server.fetch(FetchLimits::default()).await.unwrap().body, "<p>one</p><p>two</p>");
}

#[tokio::test]
async fn a_packed_body_cut_short_is_an_error_even_where_the_length_is_right() {
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        let packed = pack(encoding, "<p>a page</p>".repeat(1000).as_bytes()).await;
        let half = packed[..packed.len() / 2].to_vec();
        let error = serve(encoding, half).await.fetch(FetchLimits::default()).await.unwrap_err();
        assert_eq!(error.code(), "content_encoding", "{encoding}: {error}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_a_page_and_one_byte_more_is_not() {
    let limits = FetchLimits { decoded_bytes: 100_000, ..FetchLimits::default() };
    for (length, fits) in [(100_000, true), (100_001, false)] {
        let packed = pack("gzip", &vec![b'a'; length]).await;
        let fetched = serve("gzip", packed).await.fetch(limits.clone()).await;
        assert_eq!(fetched.is_ok(), fits, "{length}");
        let plain = Hostile::doing(vec![send("HTTP/1.1 200 OK\r\n\r\n"), Act::Send(vec![b'a'; length])]).await;
        assert_eq!(plain.fetch(limits.clone()).await.is_ok(), fits, "{length}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_drunk_up() {
    use std::sync::atomic::Ordering;
    for head in ["", "transfer-encoding: chunked\r\n"] {
        // One chunk of a terabyte, or no length at all.
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n10000000000\r\n");
        let server = Hostile::doing(vec![send(&head), Act::Endless(vec![b'x'; 65_536])]).await;
        let (error, mib) = cost(&server).await;
        let sent = server.sent.load(Ordering::SeqCst);
        assert_eq!((error.code(), mib < MOST), ("body_too_large", true), "{mib} MiB");
        // The limit, and what the buffers of two sockets on loopback take.
        assert!(sent < 4 * MIB as u64 + 16 * MIB as u64, "{sent} bytes were taken");
    }
}
