//! Servers that misbehave: each ends in time, with its own error.

#[cfg(test)]
mod support;

use std::time::{Duration, Instant};

use marquee_fetch::FetchLimits;
use support::{Act, Hostile, limits, send};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";
const TICK: Duration = Duration::from_millis(20);

fn ok(rest: &str) -> Act {
    send(&format!("{OK}{rest}"))
}

/// What the server does, and the code of the error that it must end with.
fn cases() -> Vec<(&'static str, Vec<Act>, &'static str)> {
    let many_headers = format!("{OK}{}\r\n", "x-a: b\r\n".repeat(200));
    let big_headers = format!("{OK}{}\r\n", format!("x-a: {}\r\n", "b".repeat(3000)).repeat(40));
    let huge_header = format!("{OK}x-a: {}\r\n\r\n", "b".repeat(2_000_000));
    vec![
        ("closes without an answer", vec![], "connection_cut"),
        ("resets without an answer", vec![Act::Reset], "connection_cut"),
        ("speaks another protocol", vec![send("SSH-2.0-OpenSSH_9.9\r\n"), Act::Hold], "not_http"),
        ("answers with bare HTML", vec![send("<html><body>no head</body></html>\r\n\r\n")], "not_http"),
        ("has no number as status", vec![send("HTTP/1.1 OK yes\r\n\r\n")], "not_http"),
        ("cuts the status line", vec![send("HTTP/1.1 2")], "connection_cut"),
        ("cuts the headers", vec![ok("x-half: ")], "connection_cut"),
        ("never answers", vec![Act::Hold], "head_timeout"),
        ("drips headers", vec![Act::EndlessDrip(b"x".to_vec(), TICK)], "not_http"),
        ("drips good headers", vec![ok(""), Act::EndlessDrip(b"x-a: b\r\n".to_vec(), TICK)], "head_timeout"),
        (
            "sends early hints for ever",
            vec![Act::EndlessDrip(b"HTTP/1.1 103 Early\r\n\r\n".to_vec(), TICK)],
            "head_timeout",
        ),
        (
            "sends early hints as fast as it can",
            vec![Act::Endless(b"HTTP/1.1 103 E\r\n\r\n".repeat(99))],
            "head_timeout",
        ),
        ("switches protocols unasked", vec![send("HTTP/1.1 101 S\r\nupgrade: x\r\n\r\n"), Act::Hold], "http_status"),
        ("sends no body", vec![ok("content-length: 10\r\n\r\n"), Act::Hold], "read_timeout"),
        ("stops in the body", vec![ok("content-length: 10\r\n\r\nabc"), Act::Hold], "read_timeout"),
        ("drips the body", vec![ok("\r\n"), Act::EndlessDrip(b"x".to_vec(), TICK)], "total_timeout"),
        (
            "drips chunks",
            vec![ok("transfer-encoding: chunked\r\n\r\n"), Act::EndlessDrip(b"1\r\nx\r\n".to_vec(), TICK)],
            "total_timeout",
        ),
        (
            "sends chunks for ever",
            vec![
                ok("transfer-encoding: chunked\r\n\r\n"),
                Act::Endless([&b"1000\r\n"[..], &[b'x'; 4096], b"\r\n"].concat()),
            ],
            "body_too_large",
        ),
        ("sends a body for ever", vec![ok("\r\n"), Act::Endless(vec![b'x'; 65536])], "body_too_large"),
        ("announces 10 GB", vec![ok("content-length: 10000000000\r\n\r\n"), Act::Hold], "body_too_large"),
        ("announces more than it sends", vec![ok("content-length: 10\r\n\r\nabc")], "connection_cut"),
        ("resets in the body", vec![ok("content-length: 10\r\n\r\nabc"), Act::Reset], "connection_cut"),
        ("announces a negative length", vec![ok("content-length: -1\r\n\r\n")], "not_http"),
        ("announces two lengths", vec![ok("content-length: 3\r\ncontent-length: 4\r\n\r\nabcd")], "not_http"),
        (
            "has letters as a chunk size",
            vec![ok("transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")],
            "not_http",
        ),
        (
            "has a chunk size beyond 64 bits",
            vec![ok("transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc")],
            "not_http",
        ),
        ("cuts a chunk", vec![ok("transfer-encoding: chunked\r\n\r\n10\r\nabc")], "connection_cut"),
        ("cuts before the last chunk", vec![ok("transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")], "connection_cut"),
        ("has 200 headers", vec![send(&many_headers)], "headers_too_large"),
        ("has 120 KB of headers", vec![send(&big_headers)], "headers_too_large"),
        ("has a header of 2 MB", vec![send(&huge_header), Act::Hold], "headers_too_large"),
        ("sends headers for ever", vec![ok(""), Act::Endless(b"x-a: b\r\n".repeat(100))], "headers_too_large"),
        ("has a NUL in a header", vec![ok("x-a: a\0b\r\n\r\nabc")], "not_http"),
        ("says gzip and sends text", vec![ok("content-encoding: gzip\r\n\r\n<html>plain</html>")], "content_encoding"),
        ("uses an encoding of long ago", vec![ok("content-encoding: compress\r\n\r\nabc")], "content_encoding"),
        ("wraps three times", vec![ok("content-encoding: gzip, gzip, gzip\r\n\r\nabc")], "content_encoding"),
        (
            "wraps three times, by headers",
            vec![ok(&"content-encoding: br\r\n".repeat(3)), send("\r\nabc")],
            "content_encoding",
        ),
        (
            "asks brotli for a window of a gigabyte",
            vec![ok("content-encoding: br\r\n\r\n"), Act::Send(vec![0x11, 0x1e, 0, 0, 0])],
            "content_encoding",
        ),
        (
            "asks zstd for a window of 128 MiB",
            vec![ok("content-encoding: zstd\r\n\r\n"), Act::Send(vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x88, 1, 0, 0])],
            "content_encoding",
        ),
        ("sends a picture", vec![send("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n\u{89}PNG")], "content_type"),
        ("is overloaded", vec![send("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")], "http_status"),
        ("has an unknown status", vec![send("HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n")], "http_status"),
        ("redirects to nowhere", vec![send("HTTP/1.1 302 F\r\ncontent-length: 0\r\n\r\n")], "http_status"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_misbehaviour_ends_in_time_with_its_own_error() {
    let all = cases().into_iter().map(|(what, acts, code)| async move {
        let server = Hostile::doing(acts).await;
        let started = Instant::now();
        let outcome = server.fetch(limits()).await;
        let took = started.elapsed();
        match outcome {
            // The total is 2.5 s; the rest is what a busy machine may take.
            _ if took > Duration::from_secs(10) => Some(format!("a server that {what}: took {took:?}")),
            Err(error) if error.code() == code && error.to_string().contains("venue.test") => None,
            outcome => Some(format!("a server that {what}: {outcome:?} instead of {code}")),
        }
    });
    let wrong: Vec<String> = futures::future::join_all(all).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_an_error_and_never_half_a_page() {
    let whole = format!("{OK}transfer-encoding: chunked\r\n\r\n6\r\n<html>\r\n8\r\n</html>\n\r\n0\r\n\r\n");
    for length in 0..whole.len() {
        let server = Hostile::doing(vec![Act::Send(whole.as_bytes()[..length].to_vec())]).await;
        let error = server.fetch(FetchLimits::default()).await.unwrap_err();
        assert_eq!(error.code(), "connection_cut", "after {length} of {} bytes: {error}", whole.len());
        assert!(error.may_heal());
    }
    let server = Hostile::doing(vec![send(&whole)]).await;
    assert_eq!(server.fetch(FetchLimits::default()).await.unwrap().body, "<html></html>\n");
}

#[tokio::test]
async fn odd_but_readable_answers_are_pages() {
    for (what, acts, body) in [
        ("HTTP/1.0 without a length", vec![send("HTTP/1.0 200 OK\r\n\r\nold")], "old"),
        ("no reason phrase", vec![send("HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nhi")], "hi"),
        ("more bytes than announced", vec![ok("content-length: 2\r\n\r\nhi there")], "hi"),
        ("the same length twice", vec![ok("content-length: 2\r\ncontent-length: 2\r\n\r\nhi")], "hi"),
        (
            "early hints first",
            vec![send("HTTP/1.1 103 Early\r\nlink: x\r\n\r\n"), ok("content-length: 2\r\n\r\nhi")],
            "hi",
        ),
        ("an encoding, and nothing to decode", vec![ok("content-encoding: gzip\r\ncontent-length: 0\r\n\r\n")], ""),
        ("identity", vec![ok("content-encoding: identity\r\ncontent-length: 2\r\n\r\nhi")], "hi"),
        ("no content", vec![send("HTTP/1.1 204 No Content\r\n\r\n")], ""),
        (
            "an empty media type",
            vec![send("HTTP/1.1 200 OK\r\ncontent-type: ; charset=utf-8\r\ncontent-length: 2\r\n\r\nhi")],
            "hi",
        ),
        (
            "headers one byte at a time",
            vec![Act::Drip(format!("{OK}content-length: 2\r\n\r\nhi").into_bytes(), Duration::from_millis(1))],
            "hi",
        ),
    ] {
        let server = Hostile::doing(acts).await;
        let page = server.fetch(FetchLimits::default()).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(page.body, body, "{what}");
    }
}

#[tokio::test]
async fn a_fetcher_is_as_good_as_new_after_all_of_them() {
    let fetcher = support::fetcher(FetchLimits { connect_ms: 50, read_ms: 50, total_ms: 200, per_host: 1, ..limits() });
    for (_, acts, _) in cases() {
        let server = Hostile::doing(acts).await;
        let outcome = fetcher.fetch(&support::get(&server.url("/")), &marquee_fetch::FollowScope::any()).await;
        assert!(outcome.is_err());
    }
    let server = Hostile::doing(vec![ok("content-length: 2\r\n\r\nhi")]).await;
    let fetched = fetcher.fetch(&support::get(&server.url("/")), &marquee_fetch::FollowScope::any()).await;
    assert_eq!(fetched.unwrap().body, "hi");
}
