//! The life of a venue's events over a year: announced, retitled, moved, postponed, cancelled, put back.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use marquee_model::Status;
use marquee_reading::zone;

use super::{
    Span,
    gig::{Face, Gig},
    names,
    venue::{TitleStyle, VenueDef},
};
use crate::{dice::Dice, truth::TruthId};

/// Days before and after the simulated ones in which events lie that a listing of those days shows.
const BEYOND: u64 = 110;

/// What kind of night it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Concert,
    Series,
    Tribute,
    Festival,
}

/// Everything that a venue ever announces. Ids count on from `next`.
pub(crate) fn gigs(venue: &VenueDef, span: Span, seed: u64, next: &mut u32) -> Vec<Gig> {
    let mut maker = Maker { venue, span, dice: Dice::new(seed, "life", venue.index), next, gigs: Vec::new() };
    let weekly = maker.dice.chance(0.5).then(|| (maker.dice.pick(names::SERIES), maker.dice.between(0, 3)));
    let mut day = span.start;
    let end = span.end + Days::new(BEYOND);
    while day < end {
        if !venue.closed.is_some_and(|(from, until)| day >= from && day < until) {
            maker.night(day, weekly);
        }
        day = day + Days::new(1);
    }
    maker.clock_changes();
    maker.gigs
}

struct Maker<'a> {
    venue: &'a VenueDef,
    span: Span,
    dice: Dice,
    next: &'a mut u32,
    gigs: Vec<Gig>,
}

impl Maker<'_> {
    fn night(&mut self, day: NaiveDate, weekly: Option<(&'static str, i64)>) {
        if let Some((name, weekday)) = weekly
            && i64::from(day.weekday().num_days_from_monday()) == weekday
        {
            let title = format!("{} {name}", day.format("%A"));
            return self.add(Kind::Series, &title, vec![], day, hour(20, 0), Some(1));
        }
        let usual = match day.weekday() {
            Weekday::Fri | Weekday::Sat => 0.6,
            Weekday::Thu => 0.4,
            Weekday::Wed | Weekday::Sun => 0.2,
            Weekday::Mon | Weekday::Tue => 0.08,
        };
        if !self.dice.chance(usual * self.venue.busy) {
            return;
        }
        match self.dice.between(0, 99) {
            0..=1 => self.festival(day),
            2..=5 => {
                let act = names::tribute(&mut self.dice);
                let start = self.start_hour();
                self.add(Kind::Tribute, &act, vec![act.clone()], day, start, None);
            }
            6..=9 => self.two_shows(day),
            _ => self.concert(day),
        }
    }

    fn concert(&mut self, day: NaiveDate) {
        let act = names::act(&mut self.dice);
        let title = match self.dice.chance(0.2) {
            true => format!("{act}: {}", names::tour(&mut self.dice)),
            false => act.clone(),
        };
        let start = self.start_hour();
        self.add(Kind::Concert, &title, vec![act], day, start, None);
    }

    /// An early and a late show of one act on one night.
    fn two_shows(&mut self, day: NaiveDate) {
        let act = names::act(&mut self.dice);
        let series = Some(self.dice.between(2, 1 << 30).unsigned_abs());
        self.add(Kind::Festival, &act, vec![act.clone()], day, hour(19, 0), series);
        self.add(Kind::Festival, &act, vec![act.clone()], day, hour(22, 0), series);
    }

    fn festival(&mut self, day: NaiveDate) {
        let name = names::festival(&mut self.dice);
        let series = Some(self.dice.between(2, 1 << 30).unsigned_abs());
        for night in 0..3_u64 {
            let act = names::act(&mut self.dice);
            let title = format!("{name} Night {}", night + 1);
            self.add(Kind::Festival, &title, vec![act], day + Days::new(night), hour(18, 30), series);
        }
    }

    /// Nights on both changes of the clocks: one that goes through the change, and the evening after it. (Half past three under a day's date is
    /// no case with one answer: Marquee reads it as the night that began on that day, as clubs mean it.)
    fn clock_changes(&mut self) {
        for (day, _) in super::clock_changes(self.venue.zone, self.span) {
            if self.dice.chance(0.7) {
                let act = names::act(&mut self.dice);
                self.add(Kind::Tribute, &act, vec![act.clone()], day - Days::new(1), hour(23, 30), None);
            }
            if self.dice.chance(0.7) {
                let act = names::act(&mut self.dice);
                self.add(Kind::Concert, &act, vec![act.clone()], day, hour(20, 0), None);
            }
        }
    }

    fn start_hour(&mut self) -> NaiveTime {
        let (hours, minutes) =
            self.dice.pick(&[(19, 0), (19, 30), (20, 0), (20, 0), (20, 0), (20, 30), (21, 0), (22, 0)]);
        hour(hours, minutes)
    }

    fn add(
        &mut self,
        kind: Kind,
        title: &str,
        acts: Vec<String>,
        day: NaiveDate,
        start: NaiveTime,
        series: Option<u64>,
    ) {
        let lead = if self.dice.chance(0.15) { self.dice.between(3, 14) } else { self.dice.between(20, 100) };
        let start = day.and_time(start);
        let begins = zone::resolve(start, self.venue.zone).0;
        // A house that is closed announces nothing of afterwards until the last days of it.
        let opens = self.venue.closed.map(|(_, until)| until.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(10));
        let mut announced = begins - TimeDelta::days(lead) + TimeDelta::minutes(self.dice.between(0, 600));
        if let (Some((from, _)), Some(opens)) = (self.venue.closed, opens)
            && day >= from
        {
            announced = announced.max(opens);
        }
        if begins < self.span.begins() || announced >= self.span.ends() || announced >= begins {
            return;
        }
        let price = match self.dice.between(0, 9) {
            0 => None,
            1..=6 => Some(self.dice.between(8, 45)).map(|amount| (amount, amount)),
            _ => Some(self.dice.between(10, 30)).map(|amount| (amount, amount + self.dice.between(2, 25))),
        };
        let cents = |amount: i64| u32::try_from(amount * 100).unwrap_or(0);
        let face = Face {
            title: title.to_owned(),
            acts,
            openers: 0,
            start,
            doors: (start.time() >= hour(12, 0)).then(|| start.time() - TimeDelta::minutes(60)),
            room: match self.venue.rooms.len() {
                0 | 1 => None,
                rooms => self.venue.rooms.get(self.dice.place(rooms)).copied(),
            },
            price: price.map(|(low, high)| (cents(low), cents(high))),
            status: Status::Scheduled,
        };
        let id = TruthId(*self.next);
        *self.next += 1;
        let key = 700_000 + u64::from(id.0) * 7;
        let mut gig =
            Gig { id, venue: self.venue.index, key, slug: String::new(), series, faces: Vec::new(), gone: None };
        self.live(&mut gig, face, kind, announced, begins);
        let first = gig.faces.first().map(|(_, face)| names::slug(&face.title)).unwrap_or_default();
        gig.slug = format!("{first}-{}", gig.key % 9973);
        self.gigs.push(gig);
    }

    /// What happens to a gig between its announcement and its night.
    fn live(&mut self, gig: &mut Gig, mut face: Face, kind: Kind, announced: DateTime<Utc>, begins: DateTime<Utc>) {
        let dice = &mut self.dice;
        let correct = face.title.clone();
        let mut happenings: Vec<(DateTime<Utc>, Happening)> = Vec::new();
        let (from, until) = (announced + TimeDelta::hours(12), begins - TimeDelta::hours(8));
        if until <= from {
            gig.faces.push((announced, face));
            return;
        }
        if kind == Kind::Concert && dice.chance(0.03) {
            face.title = names::typo(dice, &face.title);
            happenings.push((dice.instant(from, until.min(from + TimeDelta::days(4))), Happening::TypoCorrected));
        }
        let mut may = |likelihood: f64, happening: Happening, dice: &mut Dice| {
            if dice.chance(likelihood) {
                happenings.push((dice.instant(from, until), happening));
            }
        };
        if kind == Kind::Concert {
            may(0.05, Happening::Retitled, dice);
            may(0.30, Happening::SupportAdded, dice);
            may(0.015, Happening::HeadlinerChanged, dice);
            may(0.03, Happening::DateMoved, dice);
            may(0.02, Happening::Postponed, dice);
        }
        may(0.04, Happening::DoorsMoved, dice);
        may(0.04, Happening::TimeMoved, dice);
        may(0.05, Happening::PriceChanged, dice);
        may(0.04, Happening::RoomChanged, dice);
        may(0.03, Happening::Cancelled, dice);
        may(0.08, Happening::SoldOut, dice);
        if dice.chance(0.025) {
            let at = dice.instant(from, until);
            let back = dice.chance(0.08).then(|| at + TimeDelta::hours(dice.between(80, 240)));
            gig.gone = Some((at, back.filter(|back| *back < until)));
        }
        happenings.sort_by_key(|(at, _)| *at);
        gig.faces.push((announced, face.clone()));
        for (at, happening) in happenings {
            // Who is off the page says nothing any more; what comes back comes back as it was.
            if gig.gone.is_some_and(|(gone, _)| at >= gone) {
                break;
            }
            self.happen(gig, &mut face, happening, at, &correct);
        }
    }

    fn happen(&mut self, gig: &mut Gig, face: &mut Face, happening: Happening, at: DateTime<Utc>, correct: &str) {
        let off = matches!(face.status, Status::Cancelled | Status::Postponed);
        let before = face.clone();
        let begins = instant(before.start, self.venue);
        let dice = &mut self.dice;
        match happening {
            _ if off => return,
            Happening::TypoCorrected => correct.clone_into(&mut face.title),
            Happening::Retitled => face.title = format!("{} - {}", before.title, names::tour(dice)),
            Happening::SupportAdded => {
                for _ in 0..=dice.place(3) {
                    let opener = names::act(dice);
                    if !face.acts.contains(&opener) {
                        face.acts.push(opener);
                        face.openers += 1;
                    }
                }
            }
            Happening::HeadlinerChanged => {
                let act = names::act(dice);
                if let Some(first) = face.acts.first_mut() {
                    first.clone_from(&act);
                }
                face.title = act;
            }
            Happening::DoorsMoved => {
                face.doors = face.doors.map(|doors| doors - TimeDelta::minutes(30));
            }
            Happening::TimeMoved => {
                let minutes = dice.pick(&[-30, 30, 30, 60]);
                let start = before.start + TimeDelta::minutes(minutes);
                if start.date() == before.start.date() && start.time() > hour(12, 0) {
                    face.start = start;
                    face.doors = face.doors.map(|doors| doors + TimeDelta::minutes(minutes));
                }
            }
            Happening::DateMoved => {
                face.start += TimeDelta::days(dice.between(1, 45));
                face.status = if dice.chance(0.4) { Status::Rescheduled } else { face.status };
            }
            Happening::PriceChanged => {
                let more = u32::try_from(dice.between(1, 8)).unwrap_or(1) * 100;
                face.price = face.price.map(|(low, high)| (low + more, high + more));
            }
            Happening::RoomChanged => {
                let rooms = &self.venue.rooms;
                face.room = face.room.and(rooms.get(dice.place(rooms.len())).copied());
            }
            Happening::SoldOut => face.status = Status::SoldOut,
            Happening::Cancelled => {
                face.status = Status::Cancelled;
                let again = at + TimeDelta::hours(dice.between(30, 200));
                if dice.chance(0.1) && again < begins {
                    gig.faces.push((at, face.clone()));
                    face.status = Status::Scheduled;
                    gig.faces.push((again, face.clone()));
                    return;
                }
            }
            Happening::Postponed => {
                face.status = Status::Postponed;
                let known = at + TimeDelta::days(dice.between(2, 30));
                if dice.chance(0.7) && known < begins {
                    gig.faces.push((at, face.clone()));
                    face.status = Status::Rescheduled;
                    face.start += TimeDelta::days(dice.between(14, 90));
                    gig.faces.push((known, face.clone()));
                    return;
                }
            }
        }
        if *face != before && gig.faces.last().is_none_or(|(last, _)| *last <= at) {
            gig.faces.push((at, face.clone()));
        } else {
            // Something that was decided earlier says more: the two would contradict each other.
            *face = gig.faces.last().map_or(before, |(_, last)| last.clone());
        }
    }
}

#[derive(Clone, Copy)]
enum Happening {
    TypoCorrected,
    Retitled,
    SupportAdded,
    HeadlinerChanged,
    DoorsMoved,
    TimeMoved,
    DateMoved,
    Postponed,
    PriceChanged,
    RoomChanged,
    Cancelled,
    SoldOut,
}

fn hour(hours: u32, minutes: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hours, minutes, 0).unwrap_or_default()
}

/// The title as this house writes it.
pub(crate) fn styled(face: &Face, style: TitleStyle) -> String {
    let openers = face.acts.iter().skip(face.acts.len() - face.openers);
    let openers = openers.map(String::as_str).collect::<Vec<_>>().join(", ");
    match style {
        TitleStyle::With if !openers.is_empty() => format!("{} w/ {openers}", face.title),
        _ => face.title.clone(),
    }
}

/// The instant of a start.
pub(crate) fn instant(start: NaiveDateTime, venue: &VenueDef) -> DateTime<Utc> {
    zone::resolve(start, venue.zone).0
}
