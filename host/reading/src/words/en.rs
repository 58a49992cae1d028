//! English.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::English,
    months: [
        "january, jan",
        "february, feb, febr",
        "march, mar",
        "april, apr",
        "may",
        "june, jun",
        "july, jul",
        "august, aug",
        "september, sept, sep",
        "october, oct",
        "november, nov",
        "december, dec",
    ],
    weekdays: [
        "monday, mon",
        "tuesday, tue, tues",
        "wednesday, wed, weds",
        "thursday, thu, thur, thurs",
        "friday, fri",
        "saturday, sat",
        "sunday, sun",
    ],
    words: &[
        (Meaning::Am, "am, a m, in the morning"),
        (Meaning::Pm, "pm, p m, in the evening, in the afternoon, at night"),
        (Meaning::Noon, "noon, midday"),
        (Meaning::Midnight, "midnight"),
        (Meaning::Hour, "h, hrs, o clock, oclock"),
        (Meaning::At, "at"),
        (Meaning::From, "from"),
        (Meaning::Between, "between"),
        (Meaning::To, "to, thru, through"),
        (Meaning::Until, "until, till, til, up to"),
        (Meaning::And, "and, plus"),
        (Meaning::Of, "of, the, on, day"),
        (
            Meaning::Doors,
            "doors, door, doors open, doors at, doors open at, door time, doors time, gates, gates open, doors from",
        ),
        (
            Meaning::Show,
            "show, shows, showtime, show time, show at, show starts, start, starts, starts at, start time, starting, starting at, begins, begins at, \
             music, music at, concert, performance, event starts, stage time, early show, late show, matinee",
        ),
        (Meaning::Act, "support, support act, opener, opening act, special guest, main, main act, headliner, headline"),
        (Meaning::End, "end, ends, ends at, end time, ending, curfew, closes, finish, finishes"),
        (Meaning::Relative(0), "today, tonight, this evening"),
        (Meaning::Relative(1), "tomorrow, tomorrow night"),
        (Meaning::Relative(2), "day after tomorrow, the day after tomorrow"),
        (Meaning::Relative(-1), "yesterday, last night"),
        (
            Meaning::Weekly,
            "first, second, third, fourth, last, every, each, weekly, monthly, biweekly, mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays",
        ),
        (Meaning::Ordinal, "st, nd, rd, th"),
        (
            Meaning::Former,
            "rescheduled from, moved from, postponed from, originally, originally scheduled, original date, formerly, replaces, replacement for",
        ),
        (
            Meaning::Replaced,
            "rescheduled to, rescheduled for, moved to, postponed to, postponed until, new date, new date is, now on, rescheduled date",
        ),
        (
            Meaning::Aside,
            "on sale, onsale, tickets on sale, presale, pre sale, sale starts, sales start, sales end, posted, published, updated, \
             announced, rsvp by, registration, deadline, born, since, est, doors for members",
        ),
        (Meaning::Length, "duration, runtime, running time, lasts, length"),
        (Meaning::Open, "tba, tbc, tbd, all day, late, close, sold out, to be announced, to be confirmed"),
    ],
};
