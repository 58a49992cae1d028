//! What names cost a crawl: statements are counted on the wire, between the store and the server.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use marquee_model::Source;
use marquee_store::{CrawlRecord, PoolSettings, Store};
use marquee_tests::{database, sample};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::world::{all, billed, source};

/// Passes a connection on and counts the statements that are executed (messages `Execute` and `Query` of the protocol, PostgreSQL's
/// manual, "Message Formats").
async fn pass_on(client: TcpStream, server: TcpStream, count: Arc<AtomicUsize>) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    // The first messages have no type: a wish for encryption, then the greeting.
    let mut typed = false;
    loop {
        let mut kind = 0;
        if typed {
            kind = from_client.read_u8().await?;
            to_server.write_u8(kind).await?;
        }
        let length = from_client.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        from_client.read_exact(&mut body).await?;
        to_server.write_u32(length).await?;
        to_server.write_all(&body).await?;
        if !typed {
            typed = body[..4] != 80_877_103_u32.to_be_bytes();
        } else if kind == b'E' || kind == b'Q' {
            count.fetch_add(1, Ordering::SeqCst);
        } else if kind == b'X' {
            return back.await?.map(drop);
        }
    }
}

/// A store on the same database, and how many statements it executed.
async fn counted(url: &str) -> (Store, Arc<AtomicUsize>) {
    let mut address: url::Url = url.parse().unwrap();
    let server = (address.host_str().unwrap().to_owned(), address.port().unwrap_or(5432));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    address.set_host(Some("127.0.0.1")).unwrap();
    address.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(server.clone()).await.unwrap();
            tokio::spawn(pass_on(client, server, Arc::clone(&counter)));
        }
    });
    let settings = PoolSettings { max_connections: 1, ..PoolSettings::default() };
    (Store::connect(address.as_str(), &settings).await.unwrap(), count)
}

/// So many evenings with an act each, all of them with names of their own that begin so.
fn listing(source: &Source, minutes: i64, count: u64, name: &str) -> CrawlRecord {
    let mut record = sample::listing(source, minutes, count);
    for (event, n) in record.events.iter_mut().zip(0_u32..) {
        let letters: String = format!("{n:05}").bytes().map(|digit| char::from(b'a' + digit - b'0')).collect();
        billed(event, &[&format!("{name} {letters}")]);
    }
    record
}

#[tokio::test]
async fn a_crawl_of_two_thousand_acts_takes_as_many_statements_as_one_of_ten() {
    let db = database::fresh().await;
    let (few, many) = (source(db.store(), "toronto", "few").await, source(db.store(), "toronto", "many").await);
    let warm = source(db.store(), "toronto", "warm").await;
    let (store, count) = counted(db.url()).await;
    let taken = |record: CrawlRecord| {
        let (store, count) = (store.clone(), Arc::clone(&count));
        async move {
            let before = count.load(Ordering::SeqCst);
            store.record(record).await.unwrap();
            count.load(Ordering::SeqCst) - before
        }
    };
    // The first crawl of all is the plugin's first too.
    taken(listing(&warm, 0, 1, "Sun")).await;
    let ten = taken(listing(&few, 1, 10, "Grey")).await;
    let two_thousand = taken(listing(&many, 1, 2_000, "Moon")).await;
    let unchanged = taken(listing(&many, 2, 2_000, "Moon")).await;
    println!(
        "statements of a crawl: {ten} for 10 acts, {two_thousand} for 2,000 new ones, {unchanged} for the same again"
    );
    assert_eq!(ten, two_thousand);
    assert!(unchanged < two_thousand && two_thousand < 60, "{unchanged} {two_thousand}");
    assert_eq!(all(db.store()).await.len(), 2_011);
}
