//! Families of pairs that speak of two events.

use chrono::Days;

use super::{Truth, billed, later};
use crate::{
    families::one_event::{tribute_title, two_sources},
    record::Record,
    rng::Rng,
    vocabulary as words,
};

pub(crate) fn other_acts(rng: &mut Rng) -> (Record, Record, bool) {
    let half = 1 + rng.below(2);
    let all = Truth::new(rng, 2 * half);
    let one = Truth { acts: all.acts[..half].to_vec(), ..all };
    let two = Truth {
        acts: all.acts[half..].to_vec(),
        date: all.date,
        start: if rng.percent(60) { all.start } else { later(all.start, 150) },
    };
    (one.by_house(rng), two.by_house(rng), false)
}

pub(crate) fn one_presenter(rng: &mut Rng) -> (Record, Record, bool) {
    let all = Truth::new(rng, 4);
    let name = if rng.percent(50) { words::festival(rng) } else { words::presenter(rng) };
    let (mut a, mut b) = (all.by_house(rng), all.by_house(rng));
    let glue = [" presents ", ": ", " presents: "][rng.below(3)];
    a.title = format!("{name}{glue}{}", all.acts[..2].join([", ", " + ", " w/ "][rng.below(3)]));
    b.title = format!("{name}{glue}{}", all.acts[2..].join([" + ", " w/ "][rng.below(2)]));
    a.performers.clear();
    b.performers.clear();
    if rng.percent(50) {
        b.start = Some(later(all.start, 180));
    }
    (a, b, false)
}

pub(crate) fn idol(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 2);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let idol = &truth.acts[1];
    a.title = match rng.below(6) {
        0 => format!("Tribute to {idol}"),
        1 => format!("{idol} Tribute"),
        2 => format!("The Music of {idol}"),
        3 => format!("Homenaje a {idol}"),
        _ => tribute_title(&truth.acts[0], idol, rng),
    };
    b.title = billed(&truth.acts[1..], rng);
    a.performers.clear();
    b.performers.clear();
    (a, b, false)
}

pub(crate) fn two_tributes(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 4);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let second = if rng.percent(50) { &truth.acts[1] } else { &truth.acts[3] };
    a.title = tribute_title(&truth.acts[0], &truth.acts[1], rng);
    b.title = tribute_title(&truth.acts[2], second, rng);
    a.performers.clear();
    b.performers.clear();
    (a, b, false)
}

pub(crate) fn pass(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 3);
    let name = words::festival(rng);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    a.title = match rng.below(5) {
        0 => name.clone(),
        1 => format!("{name} - Weekend Pass"),
        2 => format!("{name} Festival Pass"),
        3 => format!("{name} 3-Day Pass"),
        _ => format!("Festivalpass {name}"),
    };
    if a.title == name || rng.percent(60) {
        a.end = Some(a.date + Days::new(2 + rng.below(3) as u64));
        a.start = None;
    }
    b.title = match rng.below(3) {
        0 => format!("{name}: {}", truth.acts.join(", ")),
        1 => format!("{name} - Day 1"),
        _ => format!("{name} presents {}", truth.acts[0]),
    };
    a.performers.clear();
    b.performers.clear();
    (a, b, false)
}

pub(crate) fn two_rooms(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 2);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let (first, second) = [
        ("Main Room", "Back Room"),
        ("Upstairs", "Basement"),
        ("Großer Saal", "Kleiner Saal"),
        ("Salle 1", "Salle 2"),
        ("Front", "Back"),
    ][rng.below(5)];
    let name = if rng.percent(50) { words::evening(rng) } else { truth.acts[0].clone() };
    a.title.clone_from(&name);
    b.title = if rng.percent(60) { name } else { truth.acts[1].clone() };
    a.performers.clear();
    b.performers.clear();
    a.room = Some(first.to_owned());
    b.room = Some(second.to_owned());
    (a, b, false)
}

pub(crate) fn two_nights(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    b.date = b.date + Days::new(1 + rng.below(3) as u64);
    (a, b, false)
}

pub(crate) fn two_parts(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let name = if rng.percent(50) { truth.acts[0].clone() } else { words::evening(rng) };
    let label = ["Night", "Part", "Day", "Vol.", "Abend", "Episode", "Teil", "Show"][rng.below(8)];
    let number = 1 + rng.below(4);
    a.title = format!("{name} - {label} {number}");
    b.title = format!("{name} - {label} {}", number + 1);
    a.performers.clear();
    b.performers.clear();
    (a, b, false)
}

pub(crate) fn beside(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let name = &truth.acts[0];
    b.title = match rng.below(8) {
        0 => format!("{name} After Party"),
        1 => format!("Official Aftershow: {name}"),
        2 => format!("{name} VIP Meet & Greet"),
        3 => format!("{name} - Parking Pass"),
        4 => format!("Workshop with {name}"),
        5 => format!("{name} (Soundcheck Access)"),
        6 => format!("Masterclass: {name}"),
        _ => format!("{name} Pre-Party"),
    };
    b.performers.clear();
    if rng.percent(50) {
        b.start = None;
    }
    (a, b, false)
}

pub(crate) fn within(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let (first, second) = (words::person(rng), words::person(rng));
    let word = first.split(' ').next().unwrap_or_default().to_owned();
    let family = second.split(' ').next_back().unwrap_or_default().to_owned();
    let pairs = [
        (
            word.clone(),
            format!("{word} {}", ["Parade", "Street Choir", "Machine Gun", "Brothers Circus"][rng.below(4)]),
        ),
        (
            format!("{} {family}", ["Ada", "Otto", "Mimi"][rng.below(3)]),
            format!("{} {family}", ["Rex", "Lou", "Gil"][rng.below(3)]),
        ),
        (format!("The {word}s"), format!("{word} and the Others of {family}")),
        (format!("Young {family}"), format!("Old {family}")),
    ];
    let (x, y) = pairs[rng.below(pairs.len())].clone();
    a.title = x;
    b.title = y;
    a.performers.clear();
    b.performers.clear();
    (a, b, false)
}

pub(crate) fn one_ticket_page(rng: &mut Rng) -> (Record, Record, bool) {
    let same = rng.percent(50);
    let (mut a, mut b, same) = if same { two_sources(rng) } else { other_acts(rng) };
    let number = 100_000 + rng.below(900_000);
    if same {
        a.ticket = Some(format!("https://www.seller.example/e/{number}?aff=house").parse().unwrap());
        b.ticket = Some(format!("https://seller.example/e/{number}/?utm_source=calendar").parse().unwrap());
    } else {
        a.ticket = Some("https://house.example/tickets".parse().unwrap());
        b.ticket = Some("https://house.example/tickets/".parse().unwrap());
    }
    (a, b, same)
}
