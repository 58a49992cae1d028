//! Pages that scripts build, read by a real Chromium.

#[cfg(test)]
mod browser_support;
#[cfg(test)]
mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use browser_support::{Bench, answer, asked, html, idle, is_absent, items, missing, redirect, site, until};
use marquee_fetch::browser::{BrowserCookies, BrowserError, BrowserSettings, Browsers, FetcherAsker, Manner};
use marquee_fetch::{FollowScope, strategy};
use marquee_model::{BrowserStep, BrowserSteps, BrowserWait};
use support::{Hostile, OTHER, fetcher, followed, get, patient, post, send};

#[cfg(test)]
fn click(selector: &str, times: u8) -> BrowserStep {
    BrowserStep::Click { selector: selector.to_owned(), times }
}

const JSON: &str = r#"["Fri 2 Oct: The Example Band","Sat 3 Oct: Die Beispiele","Sun 4 Oct: Müller & Söhne"]"#;

/// A list that is fetched by the page's script.
const FETCHED: &str = "<ul id=list></ul><script>
    fetch('/events.json').then(r => r.json()).then(all => {
        for (const one of all) { const li = document.createElement('li'); li.textContent = one; list.append(li); }
    });
    </script>";

#[tokio::test]
async fn a_list_that_a_script_fetches_is_in_the_page() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html(FETCHED),
        "/events.json" => answer("application/json", JSON),
        _ => missing(),
    })
    .await;
    let rendered = Bench::new().show(&site, "/#shows", &idle()).await.unwrap();
    assert_eq!(
        items(&rendered),
        ["Fri 2 Oct: The Example Band", "Sat 3 Oct: Die Beispiele", "Sun 4 Oct: Müller &amp; Söhne"]
    );
    assert!(rendered.html.starts_with("<!DOCTYPE html><html>"), "{}", rendered.html);
    assert_eq!((rendered.url.as_str(), rendered.status), (&*site.url("/"), 200));
    assert!(rendered.headers.contains(&("content-type".to_owned(), "text/html; charset=utf-8".to_owned())));
    assert_eq!((rendered.requests, rendered.remarks.len()), (2, 0), "{:?}", asked(&site));
    // The host names itself, to the site and to nobody else.
    for request in site.requests() {
        assert!(request.contains("user-agent: Marquee/0.1.0 (+https://marquee.example/about)\r\n"), "{request}");
        assert!(!request.contains("Chrome") && !request.to_lowercase().contains("sec-"), "{request}");
    }
}

#[tokio::test]
async fn load_more_is_clicked_while_it_is_there() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html(
            "<ul id=list></ul><button id=more>Load more</button><script>
            let page = 0;
            more.onclick = async () => {
                const all = await (await fetch('/page?' + ++page)).json();
                for (const one of all) list.insertAdjacentHTML('beforeend', '<li>' + one + '</li>');
                if (page === 3) more.style.display = 'none';
            };
            more.onclick();
            page = 0;
            </script>",
        ),
        "/page?1" => answer("application/json", "[\"a\"]"),
        "/page?2" => answer("application/json", "[\"b\"]"),
        "/page?3" => answer("application/json", "[\"c\"]"),
        _ => missing(),
    })
    .await;
    let bench = Bench::new();
    let steps = BrowserSteps { steps: vec![click("#more", 10)], ..idle() };
    let rendered = bench.show(&site, "/", &steps).await.unwrap();
    assert_eq!(items(&rendered), ["a", "a", "b", "c"]);
    let steps = BrowserSteps { steps: vec![click("#more", 3)], ..until("li") };
    assert_eq!(items(&bench.show(&site, "/", &steps).await.unwrap()), ["a", "a", "b", "c"]);
    let steps = BrowserSteps { steps: vec![click("#more", 1)], ..idle() };
    assert_eq!(items(&bench.show(&site, "/", &steps).await.unwrap()), ["a", "a"]);
}

#[tokio::test]
async fn a_page_that_grows_while_it_is_scrolled_is_scrolled_to_its_end() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html(
            "<ul id=list></ul><div id=end>.</div><script>
            let page = 0;
            new IntersectionObserver(async entries => {
                if (!entries[0].isIntersecting || page === 4) return;
                const text = await (await fetch('/page?' + ++page)).text();
                list.insertAdjacentHTML('beforeend', '<li>' + text + '</li><div style=\"height:3000px\"></div>');
            }).observe(end);
            </script>",
        ),
        path => answer("text/plain", path.trim_start_matches("/page?")),
    })
    .await;
    let bench = Bench::new();
    let rendered = bench.show(&site, "/", &idle()).await.unwrap();
    assert_eq!(items(&rendered), ["1"]);
    let steps = BrowserSteps { steps: vec![BrowserStep::Scroll { times: 20 }], ..idle() };
    assert_eq!(items(&bench.show(&site, "/", &steps).await.unwrap()), ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_selector_is_waited_for_and_one_that_never_comes_is_remarked_upon() {
    if is_absent() {
        return;
    }
    let site = site(|_| {
        html("<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<li>late</li>'), 1500)</script>")
    })
    .await;
    let bench = Bench::new();
    let rendered = bench.show(&site, "/", &until("li")).await.unwrap();
    assert_eq!((items(&rendered), rendered.remarks.len()), (vec!["late".to_owned()], 0));

    let never = BrowserSteps { wait_ms: 300, ..until("table.events") };
    let rendered = bench.show(&site, "/", &never).await.unwrap();
    assert_eq!(
        rendered.remarks,
        ["wait-not-met: `table.events` did not appear within 300 ms after loading; the page was taken as it stood"]
    );
    assert!(rendered.html.contains("<title>The Hall</title>"));

    let error = bench.show(&site, "/", &until("li[")).await.unwrap_err();
    assert_eq!(error.code(), "browser_selector", "{error}");
    assert!(error.to_string().contains("`li[` is not a CSS selector"), "{error}");
}

#[tokio::test]
async fn a_page_that_is_never_idle_is_taken_when_the_wait_is_over() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html("<li>here</li><script>setInterval(() => fetch('/tick'), 50)</script>"),
        _ => answer("text/plain", "tick"),
    })
    .await;
    // Longer than a busy machine keeps the script from its turn.
    let steps = BrowserSteps { wait: BrowserWait::Idle(2_500), wait_ms: 3_000, steps: Vec::new() };
    let rendered = Bench::new().show(&site, "/", &steps).await.unwrap();
    assert_eq!(items(&rendered), ["here"]);
    assert!(rendered.remarks[0].starts_with("wait-not-met: there were not 2500 ms"), "{:?}", rendered.remarks);
    // The operator's bound is below what the source asks for.
    let bench = Bench::with(BrowserSettings { wait_ms: 1_000, ..browser_support::patient() });
    let steps = BrowserSteps { wait_ms: 60_000, ..steps };
    let rendered = bench.show(&site, "/", &steps).await.unwrap();
    assert!(rendered.remarks[0].contains("within 1000 ms"), "{:?}", rendered.remarks);
}

#[tokio::test]
async fn images_fonts_media_and_beacons_are_never_asked_for() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html(
            "<link rel=stylesheet href=/style.css><link rel=icon href=/icon.ico><img src=/a.png onerror=\"document.body.append('no picture')\">
            <picture><source srcset=/b.webp><img></picture><video src=/c.mp4 autoplay></video><audio src=/d.mp3 autoplay></audio>
            <p class=x>text</p><script>navigator.sendBeacon('/beacon', 'x'); new EventSource('/stream'); new Image().src = '/pixel.gif';
            fetch('/thing', { method: 'DELETE' }).catch(() => {});</script><a href=/ ping=/ping>x</a>",
        ),
        "/style.css" => answer(
            "text/css",
            "@font-face { font-family: f; src: url(/f.woff2) } .x { font-family: f; background: url(/bg.png) }",
        ),
        _ => answer("image/png", "x"),
    })
    .await;
    let rendered = Bench::new().show(&site, "/", &idle()).await.unwrap();
    assert_eq!(asked(&site), ["/", "/style.css"]);
    assert!(rendered.blocked >= 7, "{}", rendered.blocked);
    assert!(rendered.html.contains("no picture"), "{}", rendered.html);
}

#[tokio::test]
async fn redirects_are_followed_by_the_browser_and_asked_one_by_one() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => redirect("/shows"),
        "/shows" => html("<li>x</li><script>history.pushState({}, '', '/shows/october#top')</script>"),
        "/by-script" => html("<script>location.replace('/')</script>"),
        _ => missing(),
    })
    .await;
    let bench = Bench::new();
    let rendered = bench.show(&site, "/", &idle()).await.unwrap();
    assert_eq!((rendered.url.as_str(), rendered.requests), (&*site.url("/shows/october"), 2));
    let rendered = bench.show(&site, "/by-script", &until("li")).await.unwrap();
    assert_eq!((rendered.url.as_str(), rendered.requests), (&*site.url("/shows/october"), 3));
}

#[tokio::test]
async fn a_page_that_is_not_there_is_the_same_error_as_without_a_browser() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/busy" => vec![send("HTTP/1.1 503 Busy\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n")],
        "/file" => vec![send(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-disposition: attachment; filename=x\r\ncontent-length: 1\r\n\r\nx",
        )],
        "/zip" => answer("application/zip", "PK"),
        _ => missing(),
    })
    .await;
    let bench = Bench::new();
    let error = bench.show(&site, "/gone", &idle()).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("http_status", false), "{error}");
    let error = bench.show(&site, "/busy", &idle()).await.unwrap_err();
    assert_eq!((error.may_heal(), error.retry_after().unwrap().as_secs()), (true, 120), "{error}");
    for download in ["/file", "/zip"] {
        assert_eq!(bench.show(&site, download, &idle()).await.unwrap_err().code(), "browser_not_shown", "{download}");
    }
    // A followed page that is gone is something to read.
    let gone = Hostile::doing(vec![send(
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 11\r\n\r\n<p>gone</p>",
    )])
    .await;
    let rendered =
        bench.render(&fetcher(patient()), &followed(&gone.url("/")), &idle(), Manner::default()).await.unwrap();
    assert_eq!(rendered.status, 404);
    let request = post(&site.url("/"), "text/plain", "x");
    let error = bench.render(&fetcher(patient()), &request, &idle(), Manner::default()).await.unwrap_err();
    assert_eq!(error.code(), "browser_method");
}

#[tokio::test]
async fn a_script_on_another_host_is_given_what_that_host_allows() {
    if is_absent() {
        return;
    }
    // Another origin whose interface wants a key and answers the preflight.
    let interface = Hostile::answering(|request| {
        let open = "access-control-allow-origin: *\r\naccess-control-allow-headers: x-key, content-type\r\n";
        if request.starts_with("OPTIONS") {
            vec![send(&format!("HTTP/1.1 204 No Content\r\n{open}\r\n"))]
        } else {
            vec![send(&format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{open}content-length: 7\r\nconnection: close\r\n\r\n[\"one\"]"))]
        }
    })
    .await;
    let address = format!("http://{OTHER}:{}/search", interface.port);
    let page = format!(
        "<iframe srcdoc='<p>inside</p>'></iframe><script>
        fetch('{address}', {{ method: 'POST', headers: {{ 'x-key': 'public', 'content-type': 'application/json' }}, body: '{{\"q\":1}}' }})
            .then(r => r.json()).then(all => document.body.insertAdjacentHTML('beforeend', '<li>' + all[0] + '</li>'));
        </script>"
    );
    let site = site(move |_| html(&page)).await;
    let rendered = Bench::new().show(&site, "/", &idle()).await.unwrap();
    println!("{:#?}", interface.requests());
    assert_eq!(items(&rendered), ["one"]);
    let posted = interface.requests().into_iter().find(|request| request.starts_with("POST")).unwrap();
    assert!(posted.contains("x-key: public") && posted.contains("content-length: 7"), "{posted}");
    assert!(posted.contains(&format!("origin: http://venue.test:{}\r\n", site.port)), "{posted}");
}

#[tokio::test]
async fn cookies_live_in_one_crawl_and_only_where_the_source_asks() {
    if is_absent() {
        return;
    }
    let site = Hostile::answering(|request| {
        let seen = request.lines().find(|line| line.starts_with("cookie: ")).unwrap_or("none").to_owned();
        let body = format!("<li>{seen}</li>");
        vec![send(&format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nset-cookie: visit=1; HttpOnly\r\nset-cookie: lang=de; Max-Age=900\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ))]
    })
    .await;
    let (bench, fetcher, request) = (Bench::new(), fetcher(patient()), get(&site.url("/")));
    let crawl = BrowserCookies::default();
    for seen in ["none", "cookie: lang=de; visit=1"] {
        let manner = Manner { agent: "", cookies: Some(&crawl) };
        let rendered = bench.render(&fetcher, &request, &idle(), manner).await.unwrap();
        let mut found: Vec<&str> = rendered.html.split(['>', '<', ';']).map(str::trim).collect();
        found.retain(|word| word.contains("visit") || word.contains("lang") || *word == "none");
        assert_eq!(found.len(), seen.matches('=').count().max(1), "{}", rendered.html);
        assert!(!rendered.headers.iter().any(|(name, _)| name == "set-cookie"));
    }
    // Another crawl begins with none, and without the source's wish none is ever sent.
    let other = BrowserCookies::default();
    for cookies in [Some(&other), None, None] {
        let rendered = bench.render(&fetcher, &request, &idle(), Manner { agent: "", cookies }).await.unwrap();
        assert_eq!(items(&rendered), ["none"]);
    }
}

#[tokio::test]
async fn a_browser_that_is_not_there_is_named_with_its_setting() {
    let settings = BrowserSettings { executable: Some("/nowhere/chromium".into()), ..BrowserSettings::default() };
    let bench = Bench::with(settings);
    let site = site(|_| html("x")).await;
    let error = bench.show(&site, "/", &idle()).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("browser_missing", false));
    assert!(error.to_string().contains("Install the package `chromium`, or set `fetch.browser.executable`"), "{error}");
    assert_eq!(bench.browsers.version().await.unwrap_err().code(), "browser_missing");

    let off = Bench::with(BrowserSettings { enabled: false, ..BrowserSettings::default() });
    let error = off.show(&site, "/", &idle()).await.unwrap_err();
    assert!(error.to_string().contains("fetch.browser.enabled"), "{error}");
    assert!(site.requests().is_empty());
}

#[tokio::test]
async fn a_program_that_is_no_browser_is_told_by_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let program = |name: &str, script: &str| {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join(name);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        BrowserSettings { executable: Some(path), launch_ms: 500, ..BrowserSettings::default() }
    };
    let site = site(|_| html("x")).await;
    let fetcher = fetcher(patient());
    let show = async |settings: BrowserSettings| -> BrowserError {
        let request = get(&site.url("/"));
        let asker = FetcherAsker::new(&fetcher, &request.url, None, &[]);
        let browsers = Browsers::new(settings).unwrap();
        browsers.render(&request, &idle(), &asker, Manner::default()).await.unwrap_err()
    };
    let error = show(program("broken", "echo 'libnss3.so: cannot open shared object file' >&2; exit 127")).await;
    assert_eq!(error.code(), "browser_launch");
    assert!(error.to_string().contains("libnss3.so"), "{error}");
    // Nothing of this process's environment is in the browser's, where a secret might stand.
    let error = show(program("nosy", "env | grep -c CARGO >&2; exit 1")).await;
    assert!(error.to_string().contains(": 0."), "{error}");
    let error = show(program("boxed", "echo 'No usable sandbox!' >&2; exit 1")).await;
    assert!(error.to_string().contains("fetch.browser.sandbox"), "{error}");
    // Silence is given a second chance, and named with its setting.
    let error = show(program("silent", "exec sleep 60")).await;
    assert_eq!((error.code(), error.may_heal()), ("browser_no_answer", true));
    assert!(error.to_string().contains("fetch.browser.launch_ms"), "{error}");
    let old = r#"printf '{"id":1,"result":{"protocolVersion":"1.3","product":"Chrome/90.0.1.2","revision":"","userAgent":"","jsVersion":""}}\000' >&4; exec sleep 60"#;
    let mut settings = program("old", old);
    settings.launch_ms = 10_000;
    let error = show(settings).await;
    assert_eq!(error.code(), "browser_too_old", "{error}");
}

#[tokio::test]
async fn a_browser_that_is_killed_is_replaced_and_the_page_read() {
    if is_absent() {
        return;
    }
    let bench = Arc::new(Bench::new());
    let killed = Arc::new(AtomicUsize::new(0));
    let (folder, count) = (bench.folder().to_owned(), Arc::clone(&killed));
    let site = site(move |path| match path {
        "/" => html(FETCHED),
        _ => {
            // The first browser is killed in the middle of its visit.
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                let browser = *browser_support::processes(&folder).first().unwrap();
                let pid = rustix::process::Pid::from_raw(browser).unwrap();
                rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            }
            answer("application/json", JSON)
        }
    })
    .await;
    let rendered = bench.show(&site, "/", &idle()).await.unwrap();
    assert_eq!((items(&rendered).len(), killed.load(Ordering::SeqCst)), (3, 2));
    assert!(rendered.remarks[0].starts_with("browser-replaced: the browser ended while"), "{:?}", rendered.remarks);
}

#[tokio::test]
async fn a_render_that_is_given_up_leaves_no_browser() {
    if is_absent() {
        return;
    }
    let bench = Bench::new();
    let site = Hostile::doing(vec![support::Act::Hold]).await;
    let (fetcher, request, steps) = (fetcher(patient()), get(&site.url("/")), idle());
    let asker = FetcherAsker::new(&fetcher, &request.url, None, &[]);
    let mut render = Box::pin(bench.browsers.render(&request, &steps, &asker, Manner::default()));
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    while site.requests().is_empty() {
        tokio::select! {
            _ = &mut render => unreachable!("the site never answers"),
            _ = look.tick() => {}
        }
    }
    drop(render);
    while !browser_support::processes(bench.folder()).is_empty() {
        look.tick().await;
    }
}

#[cfg(test)]
fn source(url: &str, fetching: &serde_json::Value) -> marquee_model::Source {
    serde_json::from_value(serde_json::json!({
        "id": "src_0199c3f0000070008000000000000001", "slug": "venue", "site": "site_0199c3f0000070008000000000000002",
        "venue": "ven_0199c3f0000070008000000000000003", "url": url, "first_request": "get", "plugin": "css",
        "configuration": {}, "zone": "Europe/Berlin", "languages": [], "currency": null, "default_age": null,
        "schedule": { "every_minutes": 360 }, "fetching": fetching, "enabled": true,
        "follow": { "pages": 60, "depth": 3, "bytes": 1000, "hosts": [], "headers": [] }
    }))
    .unwrap()
}

#[tokio::test]
async fn a_source_that_leaves_the_choice_renders_empty_shells_and_nothing_else() {
    if is_absent() {
        return;
    }
    let other = site(|_| answer("application/json", "[]")).await;
    let script = format!(
        "<div id=root></div><script src=/app.js></script><script>fetch('http://{OTHER}:{}/x', {{ mode: 'no-cors' }})</script>",
        other.port
    );
    let site = site(move |path| match path {
        "/shell" => html(&script),
        "/app.js" => answer("text/javascript", "root.innerHTML = '<ul><li>Fri 2 Oct</li></ul>'"),
        _ => html("<ul><li>Sat 3 Oct</li></ul>"),
    })
    .await;
    let (bench, fetcher, cookies) = (Bench::new(), fetcher(patient()), BrowserCookies::default());
    let secret = [("x-api-key".to_owned(), "sesame".to_owned())];
    let obtain = async |path: &str, strategy: &str| {
        let source = source(&site.url(path), &serde_json::json!({ "strategy": strategy }));
        let (request, scope) = (get(&site.url(path)), FollowScope::of(&source));
        strategy::obtain(&fetcher, &bench.browsers, &request, &source, &scope, &secret, &cookies).await.unwrap()
    };
    let rendered = obtain("/shell", "auto").await;
    assert_eq!(rendered.remarks, ["rendered: the element that its script fills is empty"]);
    let page = rendered.page;
    assert!(page.body.contains("<li>Fri 2 Oct</li>"), "{}", page.body);
    assert_eq!((&*page.charset, page.bytes, page.status), ("UTF-8", page.body.len() as u64, 200));
    assert_eq!(page.digest, marquee_model::Digest::of(page.body.as_bytes()));
    assert_eq!((page.request.kind.as_str(), page.url.as_str()), ("listing", &*site.url("/shell")));
    assert_eq!(rendered.rendered.unwrap().requests, 3);
    // The source's own header goes to its own origin, and the page never sees it.
    let keyed = site.requests().iter().filter(|request| request.contains("x-api-key: sesame")).count();
    assert_eq!((keyed, site.requests().len(), other.requests().len()), (2, 3, 1));
    assert!(!other.requests()[0].contains("sesame") && !page.body.contains("sesame"));

    assert!(obtain("/plain", "auto").await.rendered.is_none());
    assert!(obtain("/shell", "http").await.rendered.is_none());
    assert!(obtain("/plain", "browser").await.rendered.is_some());
    bench.assert_nothing_is_left();
}
