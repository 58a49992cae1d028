//! Redis: shared by hosts, slow, gone, back. It costs speed, never answers.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Method};
use marquee_serve::{RateLimitSettings, RedisSettings, Secret, ServeSettings};
use marquee_tests::serving::{self, Answer, Serving};
use tokio::{
    net::{TcpListener, UnixStream},
    task::JoinHandle,
};

use crate::{budgets::three, eventually, keeping};

/// A Redis of this test alone, on a socket in a folder of its own.
struct Redis {
    folder: tempfile::TempDir,
    child: Child,
}

impl Redis {
    /// `None`, told loudly, where it is not installed.
    async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let Some(child) = spawn(folder.path()) else {
            println!("NOT TESTED: redis-server is not installed here");
            assert!(std::env::var_os("CI").is_none(), "CI has redis-server");
            return None;
        };
        let redis = Self { folder, child };
        redis.answers().await;
        Some(redis)
    }

    fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    fn url(&self) -> Secret {
        Secret::new(format!("redis+unix://{}", self.socket().display()))
    }

    async fn answers(&self) {
        eventually("Redis answers", async || UnixStream::connect(self.socket()).await.is_ok()).await;
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn start_again(&mut self) {
        // The killed one leaves its socket's file.
        std::fs::remove_file(self.socket()).unwrap();
        self.child = spawn(self.folder.path()).unwrap();
        self.answers().await;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("redis.sock")
}

fn spawn(folder: &Path) -> Option<Child> {
    let options = ["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"];
    let mut command = Command::new("redis-server");
    command.args(options).arg(socket(folder)).arg("--dir").arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
}

/// Redis is asked again soon after it failed, and given more time than on a machine with nothing else to do.
fn patient() -> RedisSettings {
    RedisSettings { answer_ms: 2_000, pause_ms: 20, ..RedisSettings::default() }
}

fn with(url: Secret) -> ServeSettings {
    ServeSettings { redis_url: Some(url), redis: patient(), ..keeping() }
}

/// Another host on the same database.
fn another(serving: &Serving, settings: ServeSettings) -> Router {
    marquee_serve::router(serving::app(serving.database.store().clone(), settings))
}

async fn get(router: &Router, path: &str) -> Answer {
    serving::send(router, Method::GET, path, &[], Body::empty()).await
}

/// Changes a title without telling, so that it shows who still reads the rows.
async fn retitle(serving: &Serving, title: &str) {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(serving.database.url()).await.unwrap();
    let changed =
        sqlx::query("UPDATE events SET title = $1 WHERE venue_id = (SELECT id FROM venues WHERE slug = 'music-farm')");
    assert_eq!(changed.bind(title).execute(&mut connection).await.unwrap().rows_affected(), 1);
}

const FARM: &str = "/api/v1/events?venue=music-farm";

#[tokio::test]
async fn what_one_host_made_another_gets_from_redis() {
    let Some(redis) = Redis::start().await else { return };
    let serving = Serving::filled_with(with(redis.url())).await;
    let first = async || serving.get(FARM).await;
    eventually("it is kept", async || first().await.body.contains("Sun")).await;
    let made = first().await;
    retitle(&serving, "In Secret").await;
    // Each of these hosts is new and keeps nothing yet. Until a host knows the data's number it reads the rows.
    let mut shared = None;
    eventually("another host gets it", async || {
        let host = another(&serving, with(redis.url()));
        for _ in 0..20 {
            let answer = get(&host, FARM).await;
            if answer.body.contains("Sun") {
                shared = Some(answer);
                return true;
            }
        }
        false
    })
    .await;
    let shared = shared.unwrap();
    assert_eq!((shared.body.as_str(), shared.header("etag")), (made.body.as_str(), made.header("etag")));
    for name in ["content-type", "cache-control", "vary", "link", "content-security-policy"] {
        assert_eq!(shared.header(name), made.header(name), "{name}");
    }
    // Another installation on the same Redis has a namespace of its own.
    let redis_settings = RedisSettings { namespace: "elsewhere".to_owned(), ..patient() };
    let elsewhere = another(&serving, ServeSettings { redis: redis_settings, ..with(redis.url()) });
    assert!(get(&elsewhere, FARM).await.body.contains("In Secret"));
}

#[tokio::test]
async fn redis_may_go_and_come_back_and_every_answer_is_right() {
    let Some(mut redis) = Redis::start().await else { return };
    let serving = Serving::filled_with(with(redis.url())).await;
    let ask = async |from: u32| {
        for limit in from..from + 20 {
            let answer = serving.get(&format!("/api/v1/events?limit={limit}")).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.json()["data"].as_array().unwrap().len(), usize::try_from(limit).unwrap().min(7));
        }
    };
    ask(1).await;
    redis.stop();
    ask(21).await;
    redis.start_again().await;
    ask(41).await;
    // It is used again: a new host finds there what this one makes.
    retitle(&serving, "Before").await;
    let mut n = 60;
    eventually("answers are shared again", async || {
        n += 1;
        let (path, host) = (format!("/api/v1/events?venue=music-farm&limit={n}"), another(&serving, with(redis.url())));
        retitle(&serving, "Before").await;
        serving.get(&path).await;
        retitle(&serving, "After").await;
        for _ in 0..5 {
            if get(&host, &path).await.body.contains("Before") {
                return true;
            }
        }
        false
    })
    .await;
}

/// A server that takes connections and never says anything.
async fn stalling() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.push(stream);
        }
    });
    (url, server)
}

#[tokio::test]
async fn a_redis_that_says_nothing_costs_a_moment_and_no_answer() {
    let (url, server) = stalling().await;
    let redis = RedisSettings { answer_ms: 50, failures: 2, pause_ms: 600_000, ..RedisSettings::default() };
    let rate_limit = RateLimitSettings { enabled: true, ..RateLimitSettings::default() };
    let settings = ServeSettings { redis_url: Some(Secret::new(url)), redis, rate_limit, ..keeping() };
    let serving = Serving::filled_with(settings).await;
    let began = Instant::now();
    for limit in 1..=40 {
        let answer = serving.get(&format!("/api/v1/events?limit={limit}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.header("ratelimit").starts_with("\"default\";r="), "this host counts for itself");
    }
    // Had each of them waited for Redis, once for its budget and once for its answer, it would have taken four seconds.
    let waited = Duration::from_millis(50) * 2;
    println!("forty answers in {:?}, of which Redis may have cost {waited:?}", began.elapsed());
    server.abort();
}

#[tokio::test]
async fn hosts_share_a_budget_and_count_for_themselves_while_redis_is_away() {
    let Some(mut redis) = Redis::start().await else { return };
    let settings = ServeSettings { rate_limit: three(), ..with(redis.url()) };
    let serving = Serving::filled_with(settings.clone()).await;
    let other = another(&serving, settings.clone());
    let path = "/api/v1/sites";
    let first = serving.get(path).await;
    assert!(first.header("ratelimit").starts_with("\"default\";r=2;t="), "{:?}", first.headers);
    let second = get(&other, path).await;
    assert!(second.header("ratelimit").starts_with("\"default\";r=1;t="), "{:?}", second.headers);
    assert_eq!(serving.get(path).await.status, 200);
    let refused = get(&other, path).await;
    assert_eq!(refused.status, 429);
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1_190..=1_200).contains(&wait), "{wait}");
    assert_eq!(serving.get(path).await.status, 429);
    redis.stop();
    // Each begins to count for itself: rather generous than shut.
    let statuses = [serving.get(path).await, serving.get(path).await, serving.get(path).await, serving.get(path).await];
    assert_eq!(statuses.map(|answer| answer.status.as_u16()), [200, 200, 200, 429]);
    assert_eq!(get(&other, path).await.status, 200);
    redis.start_again().await;
    eventually("Redis counts again", async || get(&other, path).await.header("ratelimit").contains("r=2;")).await;
}
