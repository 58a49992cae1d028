//! Italian.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::Italian,
    months: [
        "gennaio, gen, genn",
        "febbraio, feb, febb",
        "marzo, mar",
        "aprile, apr",
        "maggio, mag, magg",
        "giugno, giu",
        "luglio, lug",
        "agosto, ago",
        "settembre, sett, set",
        "ottobre, ott",
        "novembre, nov",
        "dicembre, dic",
    ],
    weekdays: [
        "lunedì, lun",
        "martedì, mar",
        "mercoledì, mer, merc",
        "giovedì, gio, giov",
        "venerdì, ven",
        "sabato, sab",
        "domenica, dom",
    ],
    words: &[
        (Meaning::Am, "del mattino, di mattina"),
        (Meaning::Pm, "di sera, del pomeriggio, della sera"),
        (Meaning::Noon, "mezzogiorno"),
        (Meaning::Midnight, "mezzanotte"),
        (Meaning::Hour, "h"),
        (Meaning::At, "ore, alle, alle ore, h, dalle, dalle ore, all, verso le"),
        (Meaning::From, "dalle, dalle ore, da, dal, dall, tra"),
        (Meaning::To, "al, alle, alle ore, fino alle, fino al, fino a, all, a"),
        (Meaning::And, "e, ed"),
        (Meaning::Of, "di, il, del, giorno"),
        (
            Meaning::Doors,
            "porte, apertura, apertura porte, apertura cancelli, apertura delle porte, apertura porte ore, ingresso dalle, porta",
        ),
        (
            Meaning::Show,
            "inizio, concerto, inizio concerto, spettacolo, inizio spettacolo, show, inizio ore, inizio live, inizio concerti, orario",
        ),
        (Meaning::End, "fine, chiusura, termine"),
        (Meaning::Relative(0), "oggi, stasera, questa sera"),
        (Meaning::Relative(1), "domani, domani sera"),
        (Meaning::Weekly, "primo, secondo, terzo, ultimo, ogni, tutti i, tutte le"),
        (Meaning::Former, "rinviato dal, originariamente, data originale, recupero del"),
        (Meaning::Replaced, "rinviato al, nuova data, posticipato al, spostato al"),
        (Meaning::Aside, "prevendita, in vendita dal, prevendite, in vendita, pubblicato"),
        (Meaning::Length, "durata"),
        (Meaning::Open, "tutto il giorno"),
    ],
};
