//! https: only with a certificate that this machine trusts, and a clear word where it has none to trust.

#[cfg(test)]
mod support;

use std::{process::Command, sync::Arc};

use marquee_fetch::FollowScope;
use support::{Act, Hostile, OTHER, VENUE, fetcher, get, limits, patient, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

const CERTIFICATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates");

/// A server for `venue.test` that speaks TLS and answers every request with this.
#[cfg(test)]
async fn secure(answer: &'static str) -> u16 {
    let certificate = CertificateDer::from_pem_file(format!("{CERTIFICATES}/venue.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{CERTIFICATES}/venue.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.is_ok_and(|n| n > 0) {}
            let _left = stream.write_all(answer.as_bytes()).await;
            let _left = stream.shutdown().await;
        }
    });
    port
}

#[test]
fn a_certificate_is_trusted_for_its_own_host_by_its_own_authority() {
    let authority = format!("{CERTIFICATES}/authority.pem");
    run_inner("inner_with_the_authority", &[("SSL_CERT_FILE", &authority), ("SSL_CERT_DIR", "/nonexistent")]);
}

#[tokio::test]
#[ignore = "run by a_certificate_is_trusted_for_its_own_host_by_its_own_authority"]
async fn inner_with_the_authority() {
    let fetcher = fetcher(patient());
    let port = secure("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let page = fetcher.fetch(&get(&format!("https://{VENUE}:{port}/")), &FollowScope::any()).await.unwrap();
    assert_eq!(page.body, "hi");
    let error = fetcher.fetch(&get(&format!("https://{OTHER}:{port}/")), &FollowScope::any()).await.unwrap_err();
    assert_eq!(error.code(), "tls_failed", "{error}");

    let port = secure("HTTP/1.1 302 Found\r\nlocation: http://venue.test/\r\ncontent-length: 0\r\n\r\n").await;
    let error = fetcher.fetch(&get(&format!("https://{VENUE}:{port}/")), &FollowScope::any()).await.unwrap_err();
    assert_eq!(error.code(), "redirect_refused");
    assert!(error.to_string().contains("from https to http"), "{error}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    if !has_certificates() {
        println!("skipped: this machine has no CA certificates");
        return;
    }
    let port = secure("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let url = format!("https://{VENUE}:{port}/");
    let error = fetcher(patient()).fetch(&get(&url), &FollowScope::any()).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("tls_failed", false), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_an_error_of_tls() {
    if !has_certificates() {
        println!("skipped: this machine has no CA certificates");
        return;
    }
    let server = Hostile::doing(vec![send("HTTP/1.1 400 Bad\r\n\r\n"), Act::Hold]).await;
    // What a TLS client sends holds no empty line, so the server waits for one.
    let silent = fetcher(limits()).fetch(&get(&format!("https://{VENUE}:{}/", server.port)), &FollowScope::any()).await;
    assert_eq!(silent.unwrap_err().code(), "connect_timeout");

    let garbage = garbage_server().await;
    let error = fetcher(limits()).fetch(&get(&format!("https://{VENUE}:{garbage}/")), &FollowScope::any()).await;
    let error = error.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("tls_failed", false), "{error}");
}

/// Answers whatever comes with something that is no TLS record.
#[cfg(test)]
async fn garbage_server() -> u16 {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _left = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    port
}

fn has_certificates() -> bool {
    !rustls_native_certs::load_native_certs().certs.is_empty()
}

/// The trust of a process is read from its environment, so these run this test binary once more with another one.
#[cfg(test)]
fn run_inner(test: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn a_machine_without_certificates_fetches_http_and_says_what_https_needs() {
    run_inner("inner_without_certificates", &[("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")]);
}

#[tokio::test]
#[ignore = "run by a_machine_without_certificates_fetches_http_and_says_what_https_needs"]
async fn inner_without_certificates() {
    let server = Hostile::doing(vec![send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")]).await;
    assert_eq!(server.fetch(limits()).await.unwrap().body, "hi");
    let error = fetcher(limits()).fetch(&get("https://venue.test/"), &FollowScope::any()).await.unwrap_err();
    assert_eq!(error.code(), "no_certificates");
    assert!(error.to_string().contains("ca-certificates"), "{error}");
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let proxy = "http://127.0.0.1:9";
    let all = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    run_inner("inner_with_a_proxy", &all.map(|name| (name, proxy)));
}

#[tokio::test]
#[ignore = "run by a_proxy_in_the_environment_is_not_used"]
async fn inner_with_a_proxy() {
    let server = Hostile::doing(vec![send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")]).await;
    assert_eq!(server.fetch(limits()).await.unwrap().body, "hi");
}
