//! Dutch and Flemish.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::Dutch,
    months: [
        "januari, jan",
        "februari, feb, febr",
        "maart, mrt, maa",
        "april, apr",
        "mei",
        "juni, jun",
        "juli, jul",
        "augustus, aug",
        "september, sept, sep",
        "oktober, okt",
        "november, nov",
        "december, dec",
    ],
    weekdays: [
        "maandag, ma, maa",
        "dinsdag, di, din",
        "woensdag, wo, woe",
        "donderdag, do, don",
        "vrijdag, vr, vrij, vrijd",
        "zaterdag, za, zat",
        "zondag, zo, zon",
    ],
    words: &[
        (Meaning::Am, "s ochtends, s morgens, ochtend"),
        (Meaning::Pm, "s avonds, s middags, avond, middag"),
        (Meaning::Noon, "middaguur, 12 uur s middags"),
        (Meaning::Midnight, "middernacht"),
        (Meaning::Hour, "uur, u, h"),
        (Meaning::At, "om, rond"),
        (Meaning::From, "vanaf, van"),
        (Meaning::Between, "tussen"),
        (Meaning::Until, "tot, tot en met, t m, tem, t e m"),
        (Meaning::And, "en, plus"),
        (Meaning::Of, "de, op, dag"),
        (
            Meaning::Doors,
            "deuren, deur, deuren open, deur open, zaal open, zaal, deuren om, open, opening, opening deuren, deuren openen, inloop, \
             zaal open om, deurtijd, ontvangst",
        ),
        (
            Meaning::Show,
            "aanvang, start, begint, begint om, begin, aanvang show, showtime, concert, voorstelling, start show, aanvang concert, \
             aanvangstijd, show",
        ),
        (Meaning::Act, "support, voorprogramma, support act, hoofdact, hoofdprogramma, main, headliner"),
        (Meaning::End, "einde, eind, sluit, eindtijd, afgelopen"),
        (Meaning::Relative(0), "vandaag, vanavond, vanmiddag, vanochtend"),
        (Meaning::Relative(1), "morgen, morgenavond, morgenmiddag"),
        (Meaning::Relative(2), "overmorgen"),
        (Meaning::Relative(-1), "gisteren"),
        (
            Meaning::Weekly,
            "eerste, tweede, derde, laatste, elke, iedere, wekelijks, maandelijks, \
             maandags, dinsdags, woensdags, donderdags, vrijdags, zaterdags, zondags",
        ),
        (Meaning::Ordinal, "e, ste, de"),
        (
            Meaning::Former,
            "verplaatst van, uitgesteld van, oorspronkelijk, verzet van, nieuwe datum voor, was gepland op, inhaalshow van, oorspronkelijke datum, oorspronkelijk gepland op",
        ),
        (Meaning::Replaced, "verplaatst naar, uitgesteld naar, nieuwe datum, verzet naar, uitgesteld tot"),
        (Meaning::Aside, "voorverkoop, in de verkoop, verkoop start, kaartverkoop, voorverkoop vanaf, geplaatst, vvk"),
        (Meaning::Length, "duur, speelduur"),
        (Meaning::Open, "hele dag, laat"),
    ],
};
