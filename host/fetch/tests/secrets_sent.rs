//! Secrets: put in at the last moment, for the source's own hosts only, and taken out of whatever comes back.

#[cfg(test)]
mod support;

use marquee_fetch::{FetchLimits, FollowScope, Secrets};
use marquee_model::{FollowMethod, PageRequest, Source};
use serde_json::json;
use support::{
    Hostile, OTHER, VENUE, followed, get, post,
    visits::{House, answer, asked, error, page, paths, settings, site, source_with},
};

const VALUE: &str = "s3cr&t value/7";
const ENCODED: &str = "s3cr%26t%20value%2F7";

#[cfg(test)]
fn house() -> House {
    let secrets = Secrets::none().with("KEY", VALUE.to_owned()).unwrap();
    let secrets = secrets.with("FOREIGN", "not-of-this-source".to_owned()).unwrap();
    House::new(FetchLimits::default(), settings(), secrets)
}

fn keyed(url: &str) -> Source {
    let fetching = json!({ "headers": [["authorization", "Bearer {{secret:KEY}}"], ["x-plain", "1"]] });
    source_with(url, &fetching, &json!({}), &[])
}

/// A server that repeats whatever it was asked with, in every way that it can.
async fn echoing() -> Hostile {
    site("", |path, head| {
        let authorization = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
        let location = format!("x-echo: {path}\r\ncontent-type: text/html; for={authorization}\r\n");
        match path.split('?').next().unwrap_or_default() {
            "/from" => answer(302, &format!("location: /to{}\r\n", path.trim_start_matches("/from")), ""),
            "/error" => answer(503, "", path),
            "/picture" => answer(200, &format!("content-type: image/{authorization}\r\n"), ""),
            _ => answer(200, &location, &format!("<a href='{path}'>{authorization}</a>{head}")),
        }
    })
    .await
}

#[tokio::test]
async fn the_host_puts_them_in_and_nobody_else_sees_them() {
    let server = echoing().await;
    let house = house();
    let url = server.url("/%7B%7Bsecret:KEY%7D%7D/list?key={{secret:KEY}}&page=1");
    let source = keyed(&url);
    let session = house.visitor.session(&source);
    let (page, raw) = page(session.visit(&get(&url), &FollowScope::any(), None).await.unwrap());

    let path = format!("/{ENCODED}/list?key={ENCODED}&page=1");
    let head = asked(&server, &path);
    assert!(head.contains(&format!("authorization: bearer {VALUE}")) && head.contains("x-plain: 1"), "{head}");

    let shown = serde_json::to_string(&page).unwrap();
    for hidden in [VALUE, ENCODED, "s3cr"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(page.body.contains("Bearer {{secret:KEY}}") && page.header("x-echo").unwrap().contains("{{secret:KEY}}"));
    assert!(raw.is_none());
    assert_eq!(page.digest, marquee_model::Digest::of(page.body.as_bytes()));
    assert_eq!(page.request.url.as_str(), url);
}

#[tokio::test]
async fn a_redirect_that_repeats_one_is_followed_with_its_name() {
    let server = echoing().await;
    let url = server.url("/from?key={{secret:KEY}}");
    let session = house().visitor.session(&keyed(&url));
    let (page, _) = page(session.visit(&get(&url), &FollowScope::any(), None).await.unwrap());
    assert_eq!(page.url.as_str(), server.url("/to?key={{secret:KEY}}"));
    assert!(asked(&server, &format!("/to?key={ENCODED}")).contains("authorization"));
}

#[tokio::test]
async fn errors_name_them_only() {
    let server = echoing().await;
    for path in ["/error?key={{secret:KEY}}", "/picture?key={{secret:KEY}}"] {
        let url = server.url(path);
        let session = house().visitor.session(&keyed(&url));
        let error = session.visit(&get(&url), &FollowScope::any(), None).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cr") && shown.contains("{{secret:KEY}}"), "{shown}");
    }
}

#[tokio::test]
async fn they_go_to_the_sources_own_hosts_and_to_no_other() {
    let server = echoing().await;
    let elsewhere = server.url("/x").replace(VENUE, OTHER);
    let house = house();
    let session = house.visitor.session(&keyed(&server.url("/")));
    let (page, _) = page(session.visit(&followed(&elsewhere), &FollowScope::any(), None).await.unwrap());
    assert!(!page.body.contains("authorization") && !page.body.contains("x-plain"), "{}", page.body);

    let before = server.requests().len();
    let refused =
        error(session.visit(&followed(&format!("{elsewhere}?k={{{{secret:KEY}}}}")), &FollowScope::any(), None).await);
    assert_eq!(refused.code(), "secret");
    let text = refused.to_string();
    assert!(text.contains("`KEY`") && text.contains(OTHER) && text.contains("follow.hosts"), "{text}");
    assert_eq!(server.requests().len(), before, "nothing was sent");

    let with_other = Source {
        follow: marquee_model::FollowLimits { hosts: vec![OTHER.to_owned()], ..Default::default() },
        ..keyed(&server.url("/"))
    };
    let session = house.visitor.session(&with_other);
    session.visit(&followed(&elsewhere), &FollowScope::any(), None).await.unwrap();
    assert!(asked(&server, "/x").contains("authorization: bearer s3cr"));
}

#[tokio::test]
async fn a_redirect_does_not_carry_one_to_another_host() {
    let server = site("", |path, head| {
        let port = head.to_lowercase().split("host: ").nth(1).unwrap().split(['\r', ':']).nth(1).unwrap().to_owned();
        let query = path.split_once('?').map_or("", |(_, query)| query);
        match path.starts_with("/from") {
            true => answer(302, &format!("location: http://{OTHER}:{port}/to?{query}\r\n"), ""),
            false => answer(200, "", "page"),
        }
    })
    .await;
    let url = server.url("/from?key={{secret:KEY}}");
    let session = house().visitor.session(&keyed(&url));
    let refused = error(session.visit(&get(&url), &FollowScope::any(), None).await);
    assert_eq!(refused.code(), "secret", "{refused}");
    assert!(!paths(&server).iter().any(|path| path.starts_with("/to")), "{:?}", paths(&server));

    let plain = server.url("/from?key=none");
    session.visit(&get(&plain), &FollowScope::any(), None).await.unwrap();
    assert!(!asked(&server, "/to?key=none").contains("authorization"));
}

#[tokio::test]
async fn a_plugin_may_use_those_that_its_source_names_and_no_others() {
    let server = echoing().await;
    let url = server.url("/");
    let house = house();
    let source = source_with(&url, &json!({}), &json!({ "api_key": "{{secret:KEY}}" }), &[]);
    let session = house.visitor.session(&source);
    let request = |name: &str| PageRequest {
        headers: vec![("x-api-key".to_owned(), format!("{{{{secret:{name}}}}}"))],
        method: FollowMethod::Post {
            content_type: "application/x-www-form-urlencoded".to_owned(),
            body: format!("k={{{{secret:{name}}}}}"),
        },
        ..post(&server.url("/graphql"), "", "")
    };
    let scope = FollowScope::of(&source);
    session.visit(&request("KEY"), &scope, None).await.unwrap();
    let head = asked(&server, "/graphql");
    assert!(head.contains(&format!("x-api-key: {VALUE}")), "{head}");
    let length = format!("content-length: {}", format!("k={ENCODED}").len());
    assert!(head.contains(&length), "the body holds the value, percent-encoded: {head}");

    let refused = error(session.visit(&request("FOREIGN"), &scope, None).await);
    assert_eq!(refused.code(), "secret");
    assert!(refused.to_string().contains("`FOREIGN`") && refused.to_string().contains("configuration"), "{refused}");
}

#[tokio::test]
async fn a_missing_one_is_an_error_that_tells_both_ways_to_set_it() {
    let url = format!("http://{VENUE}:9/?k={{{{secret:TICKETS_KEY}}}}");
    let house = House::usual();
    let session = house.visitor.session(&source_with(&url, &json!({}), &json!({}), &[]));
    let missing = error(session.visit(&get(&url), &FollowScope::any(), None).await);
    let text = missing.to_string();
    for part in ["`TICKETS_KEY`", "MARQUEE_SECRET_TICKETS_KEY", "secrets.file"] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn headers_that_belong_to_the_connection_are_refused_of_a_source_too() {
    for name in ["host", "content-length", "cookie", "user-agent", "transfer-encoding", "x-forwarded-for", "bad name"] {
        let url = format!("http://{VENUE}:9/");
        let house = House::usual();
        let source = source_with(&url, &json!({ "headers": [[name, "x"]] }), &json!({}), &[]);
        let refused = error(house.visitor.session(&source).visit(&get(&url), &FollowScope::any(), None).await);
        assert_eq!(refused.code(), "request_refused", "{name}");
    }
}
