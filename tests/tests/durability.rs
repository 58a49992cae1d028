//! `kill -9` of the host and of the server: no acknowledged event is lost.
//!
//! A child process records crawls and prints the ids of their events after each commit. It, or the postmaster with all its
//! children, or both, are killed after a number of acknowledgements that is different each time; then everything is started
//! again as an operator would, and every id that was ever printed must be there, and no crawl half.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use marquee_model::EventId;
use marquee_store::{
    CrawlQuery, PoolSettings, Store,
    embedded::{Server, ServerSettings},
};
use marquee_tests::{database, sample};
use rustix::process::{Pid, Signal, kill_process};

/// How many times everything is killed.
const ROUNDS: i64 = 6;
/// Crawls that a round may record at most; keeps the numbers of rounds apart.
const CRAWLS_A_ROUND: i64 = 1000;

fn kill(pid: u32) {
    // It may have ended by itself in the meantime: the same to this test.
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), Signal::KILL).ok();
}

/// The processes whose parent is `pid`.
fn children(pid: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-o", "pid=", "--ppid", &pid.to_string()]).output();
    let listed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    listed.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

fn writer(url: &str, first: i64) -> Child {
    Command::new(env!("CARGO_BIN_EXE_crash-writer"))
        .args([url, "rex", &first.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads whole lines of the writer's until it ends, and calls `after` with the number of lines read.
fn acknowledged(child: &mut Child, mut after: impl FnMut(usize)) -> Vec<EventId> {
    let mut ids = Vec::new();
    let mut lines = 0;
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 0 {
        // A line without its end was cut by the kill: nobody was told.
        if !line.ends_with('\n') {
            break;
        }
        ids.extend(line.split_whitespace().skip(1).map(|id| id.parse::<EventId>().unwrap()));
        line.clear();
        lines += 1;
        after(lines);
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_kill_9_of_host_and_server_every_acknowledged_event_is_there() {
    let folder = database::open_folder();
    let settings =
        ServerSettings { folder: folder.path().join("postgres"), download: false, ..ServerSettings::default() };
    let mut promised: BTreeSet<EventId> = BTreeSet::new();
    let mut lost_servers = Vec::new();

    for round in 0..ROUNDS {
        let server = Server::start(settings.clone()).await.unwrap();
        let store = Store::connect(server.database_url(), &PoolSettings::default()).await.unwrap();
        store.migrate().await.unwrap();
        sample::declare(&store, "rex").await.unwrap();
        verify(&store, &promised).await;
        store.close().await;

        let mut child = writer(server.database_url(), 1 + round * CRAWLS_A_ROUND);
        let (writer_pid, server_pid) = (child.id(), server.pid());
        // After 1 to 29 acknowledgements, spread by the round. The kill falls wherever the next crawl then is.
        let moment = usize::try_from(round * 17 % 29 + 1).unwrap();
        let ids = tokio::task::spawn_blocking(move || {
            let ids = acknowledged(&mut child, |lines| {
                if lines == moment {
                    if round % 3 != 1 {
                        kill(writer_pid);
                    }
                    if round % 3 != 0 {
                        let back_ends = children(server_pid);
                        kill(server_pid);
                        back_ends.into_iter().for_each(kill);
                    }
                }
            });
            child.wait().unwrap();
            ids
        })
        .await
        .unwrap();
        assert!(ids.len() >= moment, "round {round} was cut before it began");
        promised.extend(ids);
        // As after a crash of the host, nobody stops the server in order; `leave` does nothing, a drop would.
        if round % 3 == 0 {
            kill(server_pid);
        }
        lost_servers.push(server);
    }

    let server = Server::start(settings).await.unwrap();
    let store = Store::connect(server.database_url(), &PoolSettings::default()).await.unwrap();
    verify(&store, &promised).await;
    println!("{} acknowledged events survived {ROUNDS} kills", promised.len());
    store.close().await;
    lost_servers.into_iter().for_each(Server::leave);
    server.stop().await.unwrap();
    assert!(fs::metadata(folder.path().join("postgres/data/postmaster.pid")).is_err());
}

/// Every promised event is there, and every crawl has all of its events.
async fn verify(store: &Store, promised: &BTreeSet<EventId>) {
    for id in promised {
        assert!(store.event(*id).await.unwrap().is_some(), "{id} was acknowledged and is lost");
    }
    let mut query = CrawlQuery { limit: 200, ..CrawlQuery::default() };
    let mut events = 0;
    loop {
        let batch = store.crawls(&query).await.unwrap();
        for crawl in &batch.items {
            assert_eq!(crawl.tally.new, crawl.tally.found, "{} is there by half", crawl.id);
            events += i64::from(crawl.tally.new);
        }
        let Some(next) = batch.next else { break };
        query.after = Some(next);
    }
    assert_eq!(store.totals().await.unwrap().events, events, "events belong to crawls that are there");
}
