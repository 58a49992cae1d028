//! More requests than can be answered: some are sent away at once, and those that are answered are answered in about the usual time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use marquee_serve::ServeSettings;
use marquee_tests::serving::{Answer, Serving, settings};

/// How long each load lasts. A real one is measured by the benches; here it is seen that shedding works.
const LASTS: Duration = Duration::from_secs(3);

/// Nothing is kept, so that every request costs the database something.
fn shedding() -> ServeSettings {
    ServeSettings { max_concurrent_requests: 4, queue_length: 16, queue_ms: 100, queue_busy_ms: 10, ..settings() }
}

/// So many clients ask one after the other, for a while: the times of those that were answered, and the number of those sent away.
async fn load(serving: &Arc<Serving>, clients: usize) -> (Vec<Duration>, usize) {
    let over = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (serving, over) = (Arc::clone(serving), Arc::clone(&over));
            tokio::spawn(async move {
                let (mut times, mut shed) = (Vec::new(), 0);
                for n in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let began = Instant::now();
                    let path = format!("/api/v1/events?limit={}", 1 + (n + client) % 50);
                    let answer: Answer = serving.get(&path).await;
                    match answer.status.as_u16() {
                        200 => times.push(began.elapsed()),
                        503 => {
                            assert_eq!(answer.json()["type"], "urn:marquee:problem:busy", "{}", answer.body);
                            assert_eq!(answer.header("retry-after"), "1");
                            shed += 1;
                            // Somebody who was sent away does not come back in the same instant.
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        other => panic!("{other}: {}", answer.body),
                    }
                }
                (times, shed)
            })
        })
        .collect();
    tokio::time::sleep(LASTS).await;
    over.store(true, Ordering::Relaxed);
    let (mut times, mut shed) = (Vec::new(), 0);
    for task in tasks {
        let (more, sent_away) = task.await.unwrap();
        times.extend(more);
        shed += sent_away;
    }
    times.sort();
    (times, shed)
}

fn p99(times: &[Duration]) -> Duration {
    times[times.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_times_the_load_is_shed_and_the_accepted_stay_quick() {
    let serving = Arc::new(Serving::filled_with(shedding()).await);
    let (usual, none) = load(&serving, 4).await;
    assert_eq!(none, 0, "as many as there are places");
    let (accepted, shed) = load(&serving, 64).await;
    println!(
        "places taken: {} answers, p99 {:?}; sixteen clients a place: {} answers, p99 {:?}, {shed} sent away",
        usual.len(),
        p99(&usual),
        accepted.len(),
        p99(&accepted),
    );
    assert!(shed > 0);
    assert!(accepted.len() * 3 > usual.len(), "it still does its work");
    // Three times the usual, and the longest wait in the queue; timers are late on a busy machine.
    assert!(p99(&accepted) < p99(&usual) * 3 + Duration::from_millis(200), "{:?}", p99(&accepted));
    // Over: at once nobody is sent away any more.
    let (_, none) = load(&serving, 4).await;
    assert_eq!(none, 0);
}
