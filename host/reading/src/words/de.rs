//! German, with the words of Austria and Switzerland.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::German,
    months: [
        "januar, jan, jänner, jän",
        "februar, feb, febr, feber",
        "märz, maerz, mär, mrz, mar",
        "april, apr",
        "mai",
        "juni, jun",
        "juli, jul",
        "august, aug",
        "september, sept, sep",
        "oktober, okt",
        "november, nov",
        "dezember, dez",
    ],
    weekdays: [
        "montag, mo, mon",
        "dienstag, di",
        "mittwoch, mi",
        "donnerstag, do, don",
        "freitag, fr",
        "samstag, sa, sam, sonnabend",
        "sonntag, so",
    ],
    words: &[
        (Meaning::Am, "morgens, vormittags, früh, in der früh"),
        (Meaning::Pm, "abends, nachmittags, am abend"),
        (Meaning::Noon, "mittag, mittags, zwölf uhr mittags"),
        (Meaning::Midnight, "mitternacht, mitternachts, um mitternacht"),
        (Meaning::Hour, "uhr, h, std"),
        (Meaning::At, "um, gegen, jeweils"),
        (Meaning::From, "ab, von, vom"),
        (Meaning::Between, "zwischen"),
        (Meaning::Until, "bis, bis zum, bis zu"),
        (Meaning::And, "und, u, sowie"),
        (Meaning::Of, "den, der, am, dem, des, im, tag"),
        (
            Meaning::Doors,
            "einlass, türen, tür, türöffnung, doors, saalöffnung, einlaß, öffnung, kassenöffnung, abendkasse ab, saaleinlass, \
             einlass ab, einlass um, türen auf, türe, türöffnung ab, saalöffnung um",
        ),
        (
            Meaning::Show,
            "beginn, beginnt, beginnt um, start, anfang, konzertbeginn, showbeginn, show, konzert, los, los gehts, spielbeginn, \
             veranstaltungsbeginn, startet, vorstellung",
        ),
        (Meaning::Act, "support, vorband, vorprogramm, vorgruppe, hauptact, hauptband, headliner, main"),
        (Meaning::End, "ende, endet, schluss, ende ca"),
        (Meaning::Relative(0), "heute, heute abend"),
        (Meaning::Relative(1), "morgen, morgen abend"),
        (Meaning::Relative(2), "übermorgen, uebermorgen"),
        (Meaning::Relative(-1), "gestern"),
        (
            Meaning::Weekly,
            "erster, zweiter, dritter, letzter, ersten, zweiten, dritten, letzten, jeden, jede, jeder, immer, wöchentlich, monatlich, jeden zweiten, \
             montags, dienstags, mittwochs, donnerstags, freitags, samstags, sonnabends, sonntags",
        ),
        (
            Meaning::Former,
            "verschoben vom, verlegt vom, nachholtermin vom, ursprünglich, ursprünglicher termin, ersatztermin für, ersatztermin vom, \
             ersatzkonzert vom, nachholtermin für, verschoben von, verlegt von, ursprüngliches datum, ursprünglich geplant am, \
             ursprünglich am, nachholkonzert vom, statt",
        ),
        (
            Meaning::Replaced,
            "verschoben auf, verlegt auf, neuer termin, verschoben auf den, verlegt auf den, neues datum",
        ),
        (Meaning::Aside, "vorverkauf, vvk, vvk ab, vorverkauf ab, vvk start, vorverkaufsstart, veröffentlicht, stand"),
        (Meaning::Length, "dauer, spieldauer"),
        (Meaning::Open, "ganztägig, open end, noch offen, ganztags"),
    ],
};
