//! Families of pairs that mostly speak of one event.

use chrono::Days;
use marquee_model::Status;

use super::{Truth, later, listed, time};
use crate::{record::Record, rng::Rng, vocabulary as words};

pub(crate) fn two_sources(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(3);
    let truth = Truth::new(rng, count);
    (truth.by_house(rng), truth.by_other(rng), true)
}

pub(crate) fn another_order(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 2 + rng.below(3);
    let mut truth = Truth::new(rng, count);
    let a = truth.by_house(rng);
    rng.shuffle(&mut truth.acts);
    (a, truth.by_other(rng), true)
}

pub(crate) fn support_added(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 2 + rng.below(3);
    let mut truth = Truth::new(rng, count);
    let a = truth.by_house(rng);
    truth.acts.truncate(1 + rng.below(count - 1));
    (a, truth.by_other(rng), true)
}

pub(crate) fn status_words(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(2);
    let truth = Truth::new(rng, count);
    let (mut a, b) = (truth.by_house(rng), truth.by_other(rng));
    let (prefix, status) = [
        ("[CANCELLED] ", Status::Cancelled),
        ("CANCELLED: ", Status::Cancelled),
        ("SOLD OUT - ", Status::SoldOut),
        ("POSTPONED: ", Status::Postponed),
        ("ABGESAGT: ", Status::Cancelled),
        ("ANNULÉ - ", Status::Cancelled),
        ("AUSVERKAUFT! ", Status::SoldOut),
        ("APLAZADO: ", Status::Postponed),
        ("(Geannuleerd) ", Status::Cancelled),
        ("*RESCHEDULED* ", Status::Rescheduled),
    ][rng.below(10)];
    if rng.percent(70) {
        a.title = format!("{prefix}{}", a.title);
    } else {
        a.title =
            format!("{} ({})", a.title, ["cancelled", "sold out", "postponed", "annulé", "abgesagt"][rng.below(5)]);
    }
    if rng.percent(60) {
        a.status = status;
    }
    (a, b, true)
}

pub(crate) fn aggregator(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(2);
    let truth = Truth::new(rng, count);
    let (a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    let (house, town) = (words::house(rng), words::town(rng));
    let first = truth.acts[0].clone();
    b.title = match rng.below(10) {
        0 => format!("{first} at {house} | {town}"),
        1 => format!("{first} @ {house}"),
        2 => format!("{first} Tickets | {house}, {town}"),
        3 => format!("{} | {town}", b.title),
        4 => format!("{first} Live in {town}"),
        5 => format!("{first} - Live at {house}"),
        6 => format!("{} – {}", truth.date.format("%b %-d"), b.title),
        7 => format!("{} (19+)", b.title),
        8 => format!("{first} | Concert Tickets"),
        _ => format!("LIVE MUSIC: {first}"),
    };
    b.performers.clear();
    (a, b, true)
}

pub(crate) fn accents(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(3);
    let truth = Truth::new(rng, count);
    let (a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    b.title = words::plain(&b.title);
    for performer in &mut b.performers {
        performer.name = words::plain(&performer.name);
    }
    if rng.percent(30) {
        b.title = b.title.to_uppercase();
    }
    (a, b, true)
}

pub(crate) fn slip(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(2);
    let truth = Truth::new(rng, count);
    let mut wrong = Truth { acts: truth.acts.clone(), ..truth };
    let a = Truth { acts: truth.acts.clone(), ..truth }.by_house(rng);
    wrong.acts[0] = words::slip(&wrong.acts[0], rng);
    let mut b = wrong.by_other(rng);
    b.start = Some(truth.start);
    (a, b, true)
}

/// What an evening is called in several languages.
const TRANSLATIONS: &[[&str; 4]] = &[
    ["Jazz Night", "Soirée Jazz", "Jazzabend", "Noche de Jazz"],
    ["Christmas Concert", "Concert de Noël", "Weihnachtskonzert", "Concierto de Navidad"],
    ["New Year's Eve Party", "Fête du Nouvel An", "Silvesterparty", "Fiesta de Nochevieja"],
    ["Summer Festival", "Festival d'été", "Sommerfestival", "Festival de Verano"],
    ["Chamber Concert", "Concert de chambre", "Kammerkonzert", "Concierto de cámara"],
    ["An Evening", "Une soirée", "Ein Abend", "Una velada"],
    ["Family Concert", "Concert en famille", "Familienkonzert", "Concierto en familia"],
];

pub(crate) fn translated(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    let names = TRANSLATIONS[rng.below(TRANSLATIONS.len())];
    let with = ["with", "avec", "mit", "con"];
    let (x, y) = (rng.below(4), rng.below(4));
    a.title = format!("{} {} {}", names[x], with[x], truth.acts[0]);
    b.title = if rng.percent(50) {
        format!("{} {} {}", names[y], with[y], truth.acts[0])
    } else {
        format!("{}: {}", names[y], truth.acts[0])
    };
    if rng.percent(60) {
        a.performers = listed(&truth.acts);
        b.performers = listed(&truth.acts);
    } else {
        a.performers.clear();
        b.performers.clear();
    }
    (a, b, true)
}

pub(crate) fn evening(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let name = words::evening(rng);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    a.title = match rng.below(3) {
        0 => format!("{name} hosted by {}", truth.acts[0]),
        1 => format!("{name} w/ {}", truth.acts[0]),
        _ => name.clone(),
    };
    b.title = if rng.percent(70) { name } else { format!("{name} with {}", truth.acts[0]) };
    a.performers.clear();
    b.performers.clear();
    (a, b, true)
}

pub(crate) fn tribute_title(act: &str, idol: &str, rng: &mut Rng) -> String {
    match rng.below(8) {
        0 => format!("{act} - A Tribute to {idol}"),
        1 => format!("{act} ({idol} Tribute)"),
        2 => format!("{act}: The Ultimate {idol} Tribute"),
        3 => format!("{act} performing the music of {idol}"),
        4 => format!("{act} plays the songs of {idol}"),
        5 => format!("{act} – Hommage à {idol}"),
        6 => format!("{act}: Tributo a {idol}"),
        _ => format!("{act} - {idol} Tribute Band"),
    }
}

pub(crate) fn tribute_twice(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 2);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    a.title = tribute_title(&truth.acts[0], &truth.acts[1], rng);
    b.title = if rng.percent(70) { tribute_title(&truth.acts[0], &truth.acts[1], rng) } else { truth.acts[0].clone() };
    a.performers.clear();
    b.performers.clear();
    (a, b, true)
}

pub(crate) fn early_or_late(rng: &mut Rng) -> (Record, Record, bool) {
    let mut truth = Truth::new(rng, 1);
    truth.start = time(u32::try_from(18 + rng.below(2)).unwrap(), [0, 30][rng.below(2)]);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_house(rng));
    let same = rng.percent(35);
    if !same {
        let second = later(truth.start, 120 + 15 * i64::try_from(rng.below(7)).unwrap());
        b.start = Some(second);
        b.doors = b.doors.map(|_| later(second, -30));
        a.doors = a.doors.map(|_| later(truth.start, -30));
    }
    let name = truth.acts[0].clone();
    let labels =
        [["(Early Show)", "(Late Show)"], ["- Early", "- Late"], ["- 1st Show", "- 2nd Show"], ["", ""], ["", ""]]
            [rng.below(5)];
    a.title = format!("{name} {}", labels[0]).trim().to_owned();
    b.title = format!("{name} {}", labels[usize::from(!same)]).trim().to_owned();
    if !labels[0].is_empty() && rng.percent(30) {
        b.start = None;
    }
    if rng.percent(50) {
        let page = format!("https://seller.example/e/{}", 10_000 + rng.below(80_000));
        a.ticket = Some(page.parse().unwrap());
        b.ticket = a.ticket.clone();
    }
    (a, b, same)
}

pub(crate) fn one_room(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 1 + rng.below(2);
    let truth = Truth::new(rng, count);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    let room = words::room(rng);
    a.room = Some(room.to_owned());
    match rng.below(3) {
        0 => b.room = Some(room.to_uppercase()),
        1 => b.title = format!("{} ({room})", b.title),
        _ => {}
    }
    (a, b, true)
}

pub(crate) fn after_midnight(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    a.doors = None;
    // One says 00:30 on the next day, the other 23:30 or nothing on the evening's.
    a.date = truth.date + Days::new(1);
    a.start = Some(time(0, 30));
    b.start = [Some(time(23, 30)), None, Some(time(23, 45))][rng.below(3)];
    let same = rng.percent(60);
    if !same {
        // A show of the evening after.
        b.date = truth.date + Days::new(1);
        b.start = Some(time(u32::try_from(19 + rng.below(4)).unwrap(), 0));
    }
    (a, b, same)
}

pub(crate) fn residency(rng: &mut Rng) -> (Record, Record, bool) {
    let truth = Truth::new(rng, 1);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    let name = &truth.acts[0];
    a.title = [format!("{name} Residency"), format!("{name} (Residency)"), format!("{name}: Monthly Residency")]
        [rng.below(3)]
    .clone();
    b.title = [name.clone(), format!("{name} - Residency"), format!("{name} w/ guests")][rng.below(3)].clone();
    let same = rng.percent(70);
    if !same {
        b.date = b.date + Days::new(7);
    }
    (a, b, same)
}

pub(crate) fn comedy(rng: &mut Rng) -> (Record, Record, bool) {
    let mut truth = Truth::new(rng, 1);
    truth.acts = vec![words::person(rng)];
    truth.start = time(19, 30);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    let name = &truth.acts[0];
    let special = words::work(rng);
    a.title = [format!("{name}: {special}"), format!("Comedy Night with {name}"), format!("Stand-Up: {name}")]
        [rng.below(3)]
    .clone();
    b.title = [name.clone(), format!("{name} – {special}"), format!("Comedian {name}")][rng.below(2)].clone();
    let same = rng.percent(60);
    if !same {
        b.start = Some(time(21, [45, 30, 59][rng.below(3)]));
        a.doors = None;
    }
    (a, b, same)
}

pub(crate) fn festival_night(rng: &mut Rng) -> (Record, Record, bool) {
    let count = 2 + rng.below(4);
    let mut truth = Truth::new(rng, count);
    let name = words::festival(rng);
    let (mut a, mut b) = (truth.by_house(rng), truth.by_other(rng));
    a.title = format!("{name}: {}", truth.acts.join(", "));
    rng.shuffle(&mut truth.acts);
    b.title = match rng.below(3) {
        0 => format!("{name} - {}", truth.acts.join(" / ")),
        1 => format!("{} ({name})", truth.acts.join(", ")),
        _ => format!("{name} presents {}", truth.acts.join(", ")),
    };
    (a, b, true)
}
