//! Servers that misbehave: each ends in time, with its own error.

#[cfg(test)]
mod support;

use std::time::{Duration, Instant};

use marquee_fetch::{FetchLimits, HostBook as _, Pace as _, PolitenessSettings, Secrets, polite::Turn};
use support::{
    Act, Hostile, VENUE, limits, send,
    visits::{House, settings, site},
};

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

/// Short where time itself is the case; else a busy machine is not what is tested.
fn limits_for(code: &str) -> FetchLimits {
    if code.ends_with("_timeout") {
        FetchLimits { connect_ms: 2_000, read_ms: 500, total_ms: 5_000, ..FetchLimits::default() }
    } else {
        FetchLimits::default()
    }
}

/// Some of them at a time, so that a busy machine keeps their limits.
async fn at_once(cases: impl Iterator<Item = impl Future<Output = Option<String>>>) -> Vec<String> {
    use futures::StreamExt as _;
    futures::stream::iter(cases).buffer_unordered(10).filter_map(std::future::ready).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_misbehaviour_ends_in_time_with_its_own_error() {
    let all = cases().into_iter().map(|(what, acts, code)| async move {
        let server = Hostile::doing(acts).await;
        let started = Instant::now();
        let outcome = server.fetch(limits_for(code)).await;
        let took = started.elapsed();
        match outcome {
            // The total is 5 s; the rest is what a busy machine may take.
            _ if took > Duration::from_secs(20) => Some(format!("a server that {what}: took {took:?}")),
            Err(error) if error.code() == code && error.to_string().contains("venue.test") => None,
            outcome => Some(format!("a server that {what}: {outcome:?} instead of {code}")),
        }
    });
    let wrong: Vec<String> = at_once(all).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A whole answer, and the page that is in it.
struct Whole {
    what: &'static str,
    bytes: Vec<u8>,
    body: &'static str,
}

#[cfg(test)]
async fn wholes() -> Vec<Whole> {
    use tokio::io::AsyncWriteExt as _;
    const BODY: &str = "<html><p>a page that is long enough to be packed, packed, packed</p></html>\n";
    let mut encoder = async_compression::tokio::write::GzipEncoder::new(Vec::new());
    encoder.write_all(BODY.as_bytes()).await.unwrap();
    encoder.shutdown().await.unwrap();
    let packed = encoder.into_inner();
    let (first, second) = BODY.split_at(6);
    let chunks =
        format!("{:x}\r\n{first}\r\n{:x};ext=1\r\n{second}\r\n0\r\nx-trailer: 1\r\n\r\n", first.len(), second.len());
    let packed_chunks = [format!("{:x}\r\n", packed.len()).as_bytes(), packed.as_slice(), b"\r\n0\r\n\r\n"].concat();
    let head = |rest: &str| format!("{OK}{rest}\r\n").into_bytes();
    vec![
        Whole {
            what: "plain",
            bytes: [head(&format!("content-length: {}\r\n", BODY.len())), BODY.into()].concat(),
            body: BODY,
        },
        Whole {
            what: "chunked",
            bytes: [head("transfer-encoding: chunked\r\n"), chunks.into_bytes()].concat(),
            body: BODY,
        },
        Whole {
            what: "gzip",
            bytes: [head(&format!("content-encoding: gzip\r\ncontent-length: {}\r\n", packed.len())), packed.clone()]
                .concat(),
            body: BODY,
        },
        Whole {
            what: "gzip in chunks",
            bytes: [head("content-encoding: gzip\r\ntransfer-encoding: chunked\r\n"), packed_chunks].concat(),
            body: BODY,
        },
        Whole {
            what: "gzip up to the end of the connection",
            bytes: [head("content-encoding: gzip\r\n"), packed].concat(),
            body: BODY,
        },
    ]
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_an_error_and_never_half_a_page() {
    let fetcher = support::fetcher(FetchLimits::default());
    let mut cuts = 0;
    for Whole { what, bytes, body } in wholes().await {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        for length in 0..bytes.len() {
            for end in [vec![], vec![Act::Reset]] {
                let resets = !end.is_empty();
                let acts = [vec![Act::Send(bytes[..length].to_vec())], end].concat();
                let server = Hostile::doing(acts).await;
                let outcome = fetcher.fetch(&support::get(&server.url("/")), &marquee_fetch::FollowScope::any()).await;
                let at = format!("{what}, {length} of {} bytes, reset: {resets}", bytes.len());
                cuts += 1;
                match outcome {
                    // Nothing says how long such a body is but its packing, which is broken then; an empty body has none.
                    Err(error) if what.ends_with("connection") && length > head && !resets => {
                        assert_eq!(error.code(), "content_encoding", "{at}: {error}");
                    }
                    Ok(page) if what.ends_with("connection") && length == head => assert_eq!(page.body, "", "{at}"),
                    // A reset may overtake what was sent before it, but then it is the same error.
                    Err(error) => {
                        assert_eq!(error.code(), "connection_cut", "{at}: {error}");
                        assert!(error.may_heal());
                    }
                    // The page's own bytes had all come; what is cut off is the framing after them.
                    Ok(page) => panic!("{at}: a page of {} bytes", page.body.len()),
                }
            }
        }
        let server = Hostile::doing(vec![Act::Send(bytes)]).await;
        let page = fetcher.fetch(&support::get(&server.url("/")), &marquee_fetch::FollowScope::any()).await.unwrap();
        assert_eq!(page.body, body, "{what}");
    }
    println!("cut at {cuts} offsets");
}

#[tokio::test]
async fn an_error_page_with_status_200_is_a_page() {
    let body = "<title>503 Service Unavailable</title>";
    let server = Hostile::doing(vec![ok(&format!("content-length: {}\r\n\r\n{body}", body.len()))]).await;
    assert_eq!(server.fetch(limits()).await.unwrap().body, body);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_visit_ends_as_well_and_gives_its_turn_back() {
    let before = support::memory_kib("VmRSS");
    let all = cases().into_iter().map(|(what, acts, code)| async move {
        // The site has no robots.txt, and misbehaves with its page.
        let server = site("", move |_, _| acts.clone()).await;
        let house = House::new(limits_for(code), PolitenessSettings { retries: 1, ..settings() }, Secrets::none());
        let started = Instant::now();
        let outcome = house.get(&server.url("/")).await;
        let took = started.elapsed();
        let probe = house.book.turn(&format!("{VENUE}:{}", server.port), "probe", house.pace.now()).await.unwrap();
        match outcome {
            _ if took > Duration::from_secs(30) => Some(format!("a server that {what}: took {took:?}")),
            _ if probe == Turn::Busy => Some(format!("a server that {what}: its turn was not given back")),
            Err(error) if error.error.code() == code => None,
            outcome => Some(format!("a server that {what}: {outcome:?} instead of {code}")),
        }
    });
    let wrong: Vec<String> = at_once(all).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mib = support::memory_kib("VmRSS").saturating_sub(before) / 1024;
    println!("{} servers at once: {mib} MiB more than before", cases().len());
    // Each of them may hold one body of 4 MiB and its buffers, and the allocator keeps what it was given.
    assert!(mib < 256, "{mib} MiB");
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
