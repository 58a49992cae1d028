//! A process that is killed between sending and writing down what came of it: another one sends the same again.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use chrono::DateTime;
use marquee_store::{Author, Store, WebhookChange, WebhookState};
use marquee_tests::{database, program, sample};
use serde_json::json;

use super::Bench;

/// Long enough for a loaded machine to start a process.
const AT_MOST: Duration = Duration::from_secs(60);

/// A `marquee worker` that crawls nothing; ended with this.
struct Worker(Child);

impl Worker {
    fn start(folder: &std::path::Path, settings: &str) -> Self {
        fs::write(folder.join("marquee.toml"), settings).unwrap();
        let mut command = Command::new(program());
        command.args(["worker", "--config"]).arg(folder.join("marquee.toml")).env_remove("DATABASE_URL");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn what_a_killed_process_sent_is_sent_again_with_the_same_id() {
    let bench = Bench::new().await;
    let folder = database::open_folder();
    let at = folder.path().display();
    fs::create_dir(folder.path().join("plugins")).unwrap();
    let settings = format!(
        "[database]\nurl = \"{}\"\n[plugins]\nfolder = \"{at}/plugins\"\ncache = \"{at}/compiled\"\n[sources]\nfolder = \"{at}/none\"\n\
         [archive]\nenabled = false\n[egress]\nallow = [\"{}\"]\n[worker]\npoll_seconds = 3600\n\
         [follow]\nkeep_days = 36500\n[webhooks]\npoll_ms = 100\ntimeout_ms = 1500\nlease_ms = 2000\n",
        bench.serving.database.url(),
        bench.receiver.host,
    );
    let (id, secret) = bench.subscribe(json!({ "since": "start" })).await;
    // Due by whatever the machine's clock shows.
    let due = WebhookChange { active: Some(true), ..WebhookChange::default() };
    let author = Author { at: DateTime::UNIX_EPOCH, ..sample::author(0) };
    bench.store().change_webhook(id, None, &due, &author).await.unwrap();
    let held = bench.receiver.hold();
    let mut first = Worker::start(folder.path(), &settings);
    tokio::time::timeout(AT_MOST, bench.receiver.until(1)).await.expect("the first process sends");
    first.kill();
    held.notify_one();
    let _second = Worker::start(folder.path(), &settings);
    tokio::time::timeout(AT_MOST, bench.receiver.until(2)).await.expect("the second process sends again");
    delivered(bench.store(), id).await;

    let received = bench.receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!((received[0].id(), &received[0].body), (received[1].id(), &received[1].body));
    assert_eq!(received[1].signatures_by(&secret), 1);
    let log = bench.store().deliveries(id, None, None, 10).await.unwrap().items;
    assert_eq!((log.len(), log[0].attempts), (1, 2));
    let detail = bench.store().delivery(id, log[0].id).await.unwrap().unwrap();
    assert_eq!(detail.attempts[0].took_ms, None, "nobody saw how the first attempt ended");
    assert_eq!(detail.attempts[1].status, Some(200));
    assert_eq!(bench.webhook(id).await.state, WebhookState::Active);
}

/// Waits until the delivery is written down as taken.
async fn delivered(store: &Store, id: marquee_model::WebhookId) {
    let taken = async {
        loop {
            let log = store.deliveries(id, None, None, 10).await.unwrap().items;
            if log.iter().all(|delivery| delivery.delivered_at.is_some()) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(AT_MOST, taken).await.expect("the delivery is written down");
}
