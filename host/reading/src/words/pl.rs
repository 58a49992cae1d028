//! Polish: months stand in the genitive beside a day ("15 listopada").

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::Polish,
    months: [
        "stycznia, styczeń, sty, stycz",
        "lutego, luty, lut",
        "marca, marzec, mar",
        "kwietnia, kwiecień, kwi, kwiet",
        "maja, maj",
        "czerwca, czerwiec, cze, czerw",
        "lipca, lipiec, lip",
        "sierpnia, sierpień, sie, sierp",
        "września, wrzesień, wrz, wrzes",
        "października, październik, paź, pazd",
        "listopada, listopad, lis, list",
        "grudnia, grudzień, gru, grudz",
    ],
    weekdays: [
        "poniedziałek, pon, pn, pn, poniedzialku",
        "wtorek, wt, wto, wtorku",
        "środa, śr, sro, środę, środy",
        "czwartek, czw, cz, czwartku",
        "piątek, pt, pią, piat, piątku",
        "sobota, sob, sb, sobotę, soboty",
        "niedziela, niedz, nd, nie, ndz, niedzielę, niedzieli",
    ],
    words: &[
        (Meaning::Am, "rano"),
        (Meaning::Pm, "wieczorem, po południu"),
        (Meaning::Noon, "południe, w południe"),
        (Meaning::Midnight, "północ, o północy, północy"),
        (Meaning::Hour, "h"),
        (Meaning::At, "o, godz, godzina, godzinie, o godz, o godzinie, g, ok, około"),
        (Meaning::From, "od"),
        (Meaning::Between, "między, pomiędzy"),
        (Meaning::To, "do"),
        (Meaning::And, "i, oraz"),
        (Meaning::Of, "dnia, dn, w, we, r, roku, dzień"),
        (
            Meaning::Doors,
            "drzwi, bramki, otwarcie drzwi, wejście, wejście od, otwarcie bram, otwarcie, otwarcie klubu, bramy, wejście od godz, \
             wpuszczanie",
        ),
        (
            Meaning::Show,
            "start, początek, koncert, rozpoczęcie, początek koncertu, start koncertu, rozpoczęcie koncertu, godzina rozpoczęcia, start godz",
        ),
        (Meaning::Act, "support, suport, gwiazda wieczoru, headliner"),
        (Meaning::End, "koniec, zakończenie"),
        (Meaning::Relative(0), "dziś, dzisiaj, dziś wieczorem"),
        (Meaning::Relative(1), "jutro"),
        (Meaning::Relative(2), "pojutrze"),
        (Meaning::Relative(-1), "wczoraj"),
        (
            Meaning::Weekly,
            "pierwszy, drugi, trzeci, ostatni, każdy, każda, każdą, w każdy, co tydzień, w każdą, co poniedziałek, co wtorek, co środę, co czwartek, \
             co piątek, co sobotę, co niedzielę, w poniedziałki, we wtorki, w środy, w czwartki, w piątki, w soboty, w niedziele, \
             pierwsza, druga, trzecia, ostatnia",
        ),
        (Meaning::Former, "przeniesiony z, przełożony z, pierwotnie, pierwotna data, pierwotny termin, przeniesione z"),
        (Meaning::Replaced, "przeniesiony na, przełożony na, nowa data, nowy termin, przełożone na"),
        (Meaning::Aside, "przedsprzedaż, sprzedaż biletów, bilety od, w sprzedaży od, opublikowano"),
        (Meaning::Length, "czas trwania"),
        (Meaning::Open, "cały dzień"),
    ],
};
