//! Pages that mean harm, in a real Chromium: what they try reaches nothing, and each ends in time with its named error.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[cfg(test)]
mod browser_support;
#[cfg(test)]
mod support;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use browser_support::{Bench, answer, asked, html, idle, is_absent, items, missing, redirect, site, until};
use marquee_fetch::{
    EgressPolicy, Fetcher,
    browser::{BrowserSettings, Manner},
};
use marquee_model::{BrowserSteps, BrowserWait};
use support::{Answers, Hostile, VENUE, agent, allowing, clock, get, patient};
use tokio::net::{TcpListener, UdpSocket};

/// Limits under which a page that never ends is ended soon.
fn strict() -> BrowserSettings {
    BrowserSettings { answer_ms: 3_000, wait_ms: 3_000, ..browser_support::patient() }
}

/// A listener that nobody may reach, and how many came all the same.
async fn forbidden() -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let visited = tokio::spawn(async move {
        let _visitor = listener.accept().await;
    });
    (address, visited)
}

/// A fetcher that allows one site on this machine and no other.
fn only(site: &Hostile) -> Fetcher {
    let policy = EgressPolicy { ports: [80, site.port].into(), ..allowing(&[&format!("{VENUE}:{}", site.port)]) };
    Fetcher::with_resolver(patient(), policy, agent(), clock(), Answers::loopback()).unwrap()
}

#[tokio::test]
async fn nothing_that_a_page_tries_reaches_a_private_address() {
    if is_absent() {
        return;
    }
    let (inner, visited) = forbidden().await;
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (at, stun) = (format!("http://{inner}/"), udp.local_addr().unwrap());
    let script = format!(
        "<link rel=preconnect href='{at}'><link rel=dns-prefetch href='{at}'><link rel=prefetch href='{at}'>
        <script src='{at}'></script><link rel=stylesheet href='{at}'><iframe src='{at}'></iframe><object data='{at}'></object>
        <embed src='{at}'><img src='{at}'><video src='{at}'></video><form id=f action='{at}' method=post target=t></form><iframe name=t></iframe>
        <script type=speculationrules>{{\"prerender\":[{{\"urls\":[\"{at}\"]}}],\"prefetch\":[{{\"urls\":[\"{at}\"]}}]}}</script>
        <ul id=log></ul><script>
        const say = (what, how) => log.insertAdjacentHTML('beforeend', '<li>' + what + ' ' + how + '</li>');
        const tried = [];
        const tries = (what, promise) => tried.push(promise.then(() => say(what, 'REACHED'), () => say(what, 'refused')));
        for (const to of ['{at}', '/to-inner', 'http://169.254.169.254/latest/meta-data/', 'http://localhost:{port}/', 'http://[::1]:{port}/',
            'http://2130706433:{port}/', 'file:///etc/passwd', 'http://inner.test:{port}/', 'chrome://version', 'ftp://venue.test/'])
            tries(to, fetch(to, {{ mode: 'no-cors' }}));
        tries('socket', new Promise((ok, no) => {{ const s = new WebSocket('ws://{inner}/'); s.onopen = ok; s.onerror = no; }}));
        tries('own socket', new Promise((ok, no) => {{ const s = new WebSocket('ws://' + location.host + '/'); s.onopen = ok; s.onerror = no; }}));
        const blob = URL.createObjectURL(new Blob([\"fetch('{at}').catch(() => {{}}).then(r => postMessage(r ? 'REACHED' : 'refused'))\"]));
        tries('worker', new Promise((ok, no) => {{ new Worker(blob).onmessage = e => e.data === 'refused' ? no() : ok(); }}));
        const peer = new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:{stun}' }}, {{ urls: 'turn:{inner}?transport=tcp', username: 'a', credential: 'b' }}] }});
        peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
        navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').then(() => say('service worker', 'REACHED'), () => {{}});
        try {{ new SharedWorker('/shared.js'); }} catch (e) {{}}
        navigator.sendBeacon('{at}', 'x'); f.submit();
        Promise.allSettled(tried).then(() => say('all', 'done'));
        </script>",
        port = inner.port()
    );
    let to_inner = at.clone();
    let site = site(move |path| match path {
        "/" => html(&script),
        "/to-inner" => redirect(&to_inner),
        "/sw.js" | "/shared.js" => answer("text/javascript", "fetch('/from-the-worker')"),
        _ => missing(),
    })
    .await;
    let bench = Bench::new();
    let rendered = bench
        .render(&only(&site), &get(&site.url("/")), &until("#log li:nth-child(14)"), Manner::default())
        .await
        .unwrap();
    let tried = items(&rendered);
    assert!(tried.len() >= 13 && !tried.iter().any(|line| line.contains("REACHED")), "{tried:#?}");
    assert!(tried.contains(&"all done".to_owned()), "{tried:#?}");
    assert!(!visited.is_finished(), "somebody connected");
    let mut packet = [0; 64];
    assert!(udp.try_recv(&mut packet).is_err(), "a packet came");
    assert!(!rendered.html.contains("root:x:0"));
    assert!(
        asked(&site).iter().all(|path| matches!(&**path, "/" | "/to-inner" | "/sw.js" | "/shared.js")),
        "{:?}",
        asked(&site)
    );
}

#[tokio::test]
async fn a_page_that_leaves_for_where_it_may_not_is_the_same_error_as_a_fetch() {
    if is_absent() {
        return;
    }
    let (inner, visited) = forbidden().await;
    let site = site(move |path| match path {
        "/redirect" => redirect(&format!("http://{inner}/")),
        "/script" => html(&format!("<script>location = 'http://{inner}/'</script>")),
        "/refresh" => html("<meta http-equiv=refresh content='0;url=http://169.254.169.254/'>"),
        "/file" => redirect("file:///etc/passwd"),
        _ => missing(),
    })
    .await;
    let bench = Bench::new();
    let fetcher = only(&site);
    for (path, code) in [
        ("/redirect", "egress_denied"),
        ("/script", "egress_denied"),
        ("/refresh", "egress_denied"),
        ("/file", "redirect_refused"),
    ] {
        let error = bench.render(&fetcher, &get(&site.url(path)), &idle(), Manner::default()).await.unwrap_err();
        assert_eq!((error.code(), error.may_heal()), (code, false), "{path}: {error}");
    }
    assert!(!visited.is_finished(), "somebody connected");
}

#[tokio::test]
async fn a_name_that_turns_private_between_two_requests_gains_nothing() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html("<script>fetch('/secret').then(() => document.body.insertAdjacentHTML('beforeend', '<li>REACHED</li>'), () => document.body.insertAdjacentHTML('beforeend', '<li>refused</li>'))</script>"),
        _ => answer("text/plain", "secret"),
    })
    .await;
    let answers = Answers::by(|_, before| match before {
        0 => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec!["169.254.169.254".parse().unwrap()],
    });
    let fetcher =
        Fetcher::with_resolver(patient(), allowing(&[VENUE]), agent(), clock(), Arc::clone(&answers) as _).unwrap();
    let rendered = Bench::new().render(&fetcher, &get(&site.url("/")), &until("li"), Manner::default()).await.unwrap();
    assert_eq!((items(&rendered), asked(&site)), (vec!["refused".to_owned()], vec!["/".to_owned()]));
    assert_eq!(answers.asked(), 2);
}

#[tokio::test]
async fn a_page_that_takes_all_memory_is_ended_with_its_limit() {
    if is_absent() {
        return;
    }
    let site =
        site(|_| html("<script>const all = []; setInterval(() => all.push(new Uint8Array(30e6).fill(1)), 5)</script>"))
            .await;
    let bench = Bench::with(BrowserSettings { memory_mib: 700, ..browser_support::patient() });
    let error = bench.show(&site, "/", &until("li")).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("browser_memory", false), "{error}");
    assert!(
        error.to_string().contains("more than 700 MiB") && error.to_string().contains("fetch.browser.memory_mib"),
        "{error}"
    );
}

#[tokio::test]
async fn a_script_that_never_lets_go_is_ended_in_time() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html("<li>x</li><script>setTimeout(() => { while (true) {} }, 300)</script>"),
        "/alerts" => html("<script>while (true) alert('x')</script>"),
        _ => html("<script>while (true) {}</script>"),
    })
    .await;
    let bench = Bench::with(strict());
    for path in ["/", "/at-once", "/alerts"] {
        let error = bench.show(&site, path, &until("table")).await.unwrap_err();
        assert_eq!(error.code(), "browser_busy", "{path}: {error}");
        assert!(error.to_string().contains("fetch.browser.answer_ms"), "{error}");
    }
    let brief = Bench::with(BrowserSettings { render_ms: 3_000, ..browser_support::patient() });
    let error = brief.show(&site, "/at-once", &until("table")).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("browser_time", true), "{error}");
}

#[tokio::test]
async fn windows_dialogs_and_downloads_come_to_nothing() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/" => html(
            "<a id=a href=/file download>x</a><script>
            for (let n = 0; n < 50; n++) { window.open('/popup?' + n); }
            for (let n = 0; n < 100; n++) { alert(n); confirm(n); }
            const told = prompt('?'); onbeforeunload = () => 'stay';
            for (let n = 0; n < 5; n++) { a.click(); }
            document.body.insertAdjacentHTML('beforeend', '<li>' + told + '</li>');
            </script>",
        ),
        _ => answer("application/octet-stream", "x"),
    })
    .await;
    let rendered = Bench::new().show(&site, "/", &until("li")).await.unwrap();
    assert_eq!(items(&rendered), ["null"]);
    assert!(!asked(&site).iter().any(|path| path.starts_with("/popup")), "{:?}", asked(&site));
}

#[tokio::test]
async fn floods_of_requests_and_bytes_end_with_their_limits() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/flood" => html("<script>for (let n = 0; n < 10000; n++) fetch('/x?' + n)</script>"),
        "/pictures" => {
            html(
            "<script>let failed = 0; const gone = () => { if (++failed === 1000) document.body.insertAdjacentHTML('beforeend', '<li>x</li>'); };
            for (let n = 0; n < 1000; n++) { const i = new Image(); i.onerror = gone; i.src = '/p.png?' + n; }</script>",
        )
        }
        "/a" => html("<script>location = '/b'</script>"),
        "/b" => html("<script>location = '/a'</script>"),
        "/round" => redirect("/round"),
        "/large" => html("<script>(async () => { for (;;) await fetch('/mega?' + Math.random()) })()</script>"),
        path if path.starts_with("/mega") => answer("text/plain", &"x".repeat(1_000_000)),
        "/tall" => html("<script>document.body.append('x'.repeat(5e6))</script>"),
        "/huge" => answer("text/html", &"x".repeat(5_000_000)),
        _ => answer("text/plain", "x"),
    })
    .await;
    let bench = Bench::with(BrowserSettings { requests: 40, bytes: 6_000_000, ..browser_support::patient() });
    for (path, code) in [
        ("/flood", "browser_requests"),
        ("/a", "browser_requests"),
        ("/large", "browser_bytes"),
        ("/tall", "browser_document"),
        ("/huge", "body_too_large"),
        ("/round", "browser_not_shown"),
    ] {
        let steps = BrowserSteps { wait: BrowserWait::Idle(800), ..idle() };
        let error = bench.show(&site, path, &steps).await.unwrap_err();
        assert_eq!(error.code(), code, "{path}: {error}");
    }
    let fetched = asked(&site).len();
    let rendered = bench.show(&site, "/pictures", &until("li")).await.unwrap();
    assert!(rendered.blocked >= 1_000, "{}", rendered.blocked);
    assert_eq!(asked(&site).len(), fetched + 1);
}

#[tokio::test]
async fn a_page_that_leaves_for_data_is_no_page() {
    if is_absent() {
        return;
    }
    let site = site(|path| match path {
        "/blank" => html("<script>location = 'about:blank'</script>"),
        _ => html("<li>x</li><script>location = 'data:text/html,<li>data</li>'</script>"),
    })
    .await;
    let bench = Bench::new();
    // Chromium itself refuses a script the way to `data:`.
    assert_eq!(items(&bench.show(&site, "/", &idle()).await.unwrap()), ["x"]);
    let error = bench.show(&site, "/blank", &idle()).await.unwrap_err();
    assert_eq!(error.code(), "browser_elsewhere", "{error}");
}

#[tokio::test]
async fn a_page_that_crashes_is_tried_by_a_fresh_browser_and_says_so() {
    if is_absent() {
        return;
    }
    let bench = Bench::new();
    let folder = bench.folder().to_owned();
    // Each time the page is on its way, its own process is killed.
    let site = site(move |path| {
        if path == "/x" {
            for pid in browser_support::processes(&folder) {
                let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                if line.contains("--type=renderer") {
                    let _gone = rustix::process::kill_process(
                        rustix::process::Pid::from_raw(pid).unwrap(),
                        rustix::process::Signal::KILL,
                    );
                }
            }
        }
        if path == "/" { html("<script>fetch('/x')</script>") } else { answer("text/plain", "x") }
    })
    .await;
    let error = bench.show(&site, "/", &until("li")).await.unwrap_err();
    assert_eq!((error.code(), error.may_heal()), ("browser_crashed", true), "{error}");
    assert!(error.to_string().contains("a fresh browser was tried after the first one failed"), "{error}");
}
