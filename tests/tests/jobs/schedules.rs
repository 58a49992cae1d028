//! What is due is asked for once, by whoever looks first.

use chrono::TimeDelta;
use marquee_model::{Schedule, Slug};
use marquee_store::Author;
use marquee_tests::sample;

use crate::house::House;

fn hourly() -> Schedule {
    Schedule { every_minutes: 60, jitter_minutes: 0, ..Schedule::default() }
}

#[tokio::test]
async fn a_new_source_is_due_at_once_and_then_every_interval() {
    let house = House::new().await;
    house.source("rex", "rex.example", hourly()).await;
    let scheduler = house.scheduler();
    assert_eq!(scheduler.look().await.unwrap(), 1);
    assert_eq!(scheduler.look().await.unwrap(), 0);
    house.web.later(TimeDelta::minutes(59));
    assert_eq!(scheduler.look().await.unwrap(), 0);
    house.web.later(TimeDelta::minutes(1));
    assert_eq!(scheduler.look().await.unwrap(), 1);
    assert_eq!(house.depth().await.waiting, 1, "the wish that waits already is not doubled");
}

#[tokio::test]
async fn slots_that_were_missed_while_nothing_ran_are_made_up_for_once() {
    let house = House::new().await;
    let cron = Schedule { cron: Some("30 6 * * *".to_owned()), jitter_minutes: 0, ..Schedule::default() };
    house.source("rex", "rex.example", hourly()).await;
    house.source("farm", "farm.example", cron).await;
    let scheduler = house.scheduler();
    assert_eq!(scheduler.look().await.unwrap(), 1, "a fixed time waits for its own");
    house.web.later(TimeDelta::days(10));
    // Another process, after ten days.
    assert_eq!(house.scheduler().look().await.unwrap(), 2);
    assert_eq!(house.scheduler().look().await.unwrap(), 0);
    for schedule in house.store.schedules().await.unwrap() {
        assert!(schedule.due_at > sample::instant(0) + TimeDelta::days(10));
    }
}

#[tokio::test]
async fn two_schedulers_that_look_at_once_ask_once() {
    let house = House::new().await;
    for n in 0..60 {
        house.source(&format!("s{n}"), &format!("s{n}.example"), hourly()).await;
    }
    let (one, two) = (house.scheduler(), house.scheduler());
    let (first, second) = tokio::join!(one.look(), two.look());
    assert_eq!(first.unwrap() + second.unwrap(), 60);
    assert_eq!(house.depth().await.waiting, 60);
    assert_eq!(one.look().await.unwrap(), 0);
}

#[tokio::test]
async fn a_paused_source_stays_paused_whatever_its_file_says() {
    let house = House::new().await;
    let rex = house.source("rex", "rex.example", hourly()).await;
    let author = || Author { at: house.scheduler_time(), ..sample::author(0) };
    let set = async |slug: &Slug, paused| house.store.set_paused(slug, paused, &author()).await.unwrap();
    assert_eq!(set(&rex.slug, true).await, Some(false));
    assert_eq!(house.scheduler().look().await.unwrap(), 0);
    // Another start: the file is read again, and says another interval.
    house.source("rex", "rex.example", Schedule { every_minutes: 30, ..hourly() }).await;
    house.web.later(TimeDelta::days(1));
    assert_eq!(house.scheduler().look().await.unwrap(), 0);
    assert_eq!(set(&rex.slug, false).await, Some(true));
    assert_eq!(house.scheduler().look().await.unwrap(), 1, "what was missed is made up for once");
    assert_eq!(set(&rex.slug, false).await, Some(false), "it was not paused");
    assert_eq!(set(&"nobody".parse().unwrap(), true).await, None);
}

#[tokio::test]
async fn a_source_whose_file_changes_is_planned_anew_and_one_that_is_switched_off_is_not_asked_for() {
    let house = House::new().await;
    let daily = Schedule { every_minutes: 1440, ..hourly() };
    let rex = house.source("rex", "rex.example", daily).await;
    assert_eq!(house.scheduler().look().await.unwrap(), 1);
    house.source("rex", "rex.example", hourly()).await;
    house.web.later(TimeDelta::minutes(61));
    assert_eq!(house.scheduler().look().await.unwrap(), 1, "the new interval counts");
    house.store.set_source_enabled(rex.id, false).await.unwrap();
    house.web.later(TimeDelta::days(2));
    assert_eq!(house.scheduler().look().await.unwrap(), 0);
}
