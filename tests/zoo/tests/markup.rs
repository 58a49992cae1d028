//! Each platform's template, read by the real component: what it says must be what the house meant.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use marquee_tests::guests::Setup;
use zoo::{
    markup::Markup,
    run::{self, Course, Observer, house::House},
    seen::{Claimed, SeenCrawl},
    truth::TruthDay,
    world::{Span, World},
};

#[derive(Default)]
struct Notes {
    seen: Vec<SeenCrawl>,
    days: Vec<(TruthDay, Vec<Claimed>)>,
}

impl Observer for Notes {
    fn crawl(&mut self, seen: &SeenCrawl, _marquee: Option<&[Claimed]>) {
        self.seen.push(seen.clone());
    }
    fn day(&mut self, truth: &TruthDay, marquee: &[Claimed]) {
        self.days.push((truth.clone(), marquee.to_vec()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_template_is_read_as_it_was_meant() -> Setup<()> {
    let start = NaiveDate::from_ymd_opt(2027, 3, 8).unwrap();
    let world = Arc::new(World::new(7, 19, Span::days(start, 3)));
    let house =
        House::open(PathBuf::from(env!("CARGO_BIN_EXE_zoo")), vec!["compile-plugin".to_owned()], &world.venues).await?;
    let mut notes = Notes::default();
    let course = Course { crawls_a_day: 2, keep: false };
    let tally = Box::pin(run::run(&world, &house, course, &mut notes, |_| ())).await?;
    println!("{} crawls, {:?}", tally.crawls, tally.outcomes);
    for seen in &notes.seen {
        if seen.day == start && seen.outcome.name() != "complete" {
            println!("{} {}: {:?}", seen.source, world.tellers[seen.source].slug, seen.outcome);
        }
    }
    let (truth, claims) = notes.days.last().unwrap();
    let (mut wrong, mut checked) = (0, BTreeMap::new());
    for event in &truth.events {
        let markup = world.venues[event.venue].markup;
        let found: Vec<&Claimed> = claims.iter().filter(|claim| claim.truth == Some(event.id)).collect();
        let [claim] = found.as_slice() else {
            println!("{markup:?} {:?} {:?}: {} claims", event.id, event.title, found.len());
            wrong += 1;
            continue;
        };
        let mut differ = Vec::new();
        let mut check = |name: &str, a: String, b: String| {
            *checked.entry(markup).or_insert_with(BTreeMap::new).entry(name.to_owned()).or_insert(0) += 1;
            if a != b {
                differ.push(format!("{name}: {a} is told as {b}"));
            }
        };
        check("title", event.title.clone(), claim.title.clone());
        if !event.acts.is_empty() {
            check("acts", format!("{:?}", event.acts), format!("{:?}", claim.acts));
        }
        check("start", format!("{:?}", event.start), format!("{:?}", claim.start));
        check("status", format!("{:?}", event.status), format!("{:?}", claim.status));
        if event.doors.is_some() {
            check("doors", format!("{:?}", event.doors), format!("{:?}", claim.doors));
        }
        if event.room.is_some() {
            check("room", format!("{:?}", event.room), format!("{:?}", claim.room));
        }
        if event.price.is_some() {
            check("price", format!("{:?}", event.price), format!("{:?}", claim.price));
        }
        if event.ticket_url.is_some() {
            check("ticket", format!("{:?}", event.ticket_url), format!("{:?}", claim.ticket_url));
        }
        wrong += usize::from(!differ.is_empty());
        if !differ.is_empty() {
            println!("{markup:?} {:?}: {}", event.id, differ.join("; "));
        }
    }
    for (markup, fields) in &checked {
        println!("{markup:?}: {fields:?}");
    }
    assert_eq!(checked.len(), Markup::HOUSES.len(), "every template has events");
    println!("{} events, {wrong} wrong; {} claims", truth.events.len(), claims.len());
    assert!(wrong == 0, "{wrong} of {} events are told otherwise than they were meant", truth.events.len());
    Ok(())
}
