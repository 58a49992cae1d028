//! French.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::French,
    months: [
        "janvier, janv, jan",
        "février, févr, fév",
        "mars, mar",
        "avril, avr",
        "mai",
        "juin, jui, jun",
        "juillet, juil, jul, juill",
        "août, aoû, aout",
        "septembre, sept, sep",
        "octobre, oct",
        "novembre, nov",
        "décembre, déc",
    ],
    weekdays: [
        "lundi, lun, lu",
        "mardi, mar",
        "mercredi, mer, mercr, me",
        "jeudi, jeu, je",
        "vendredi, ven, vend, ve",
        "samedi, sam",
        "dimanche, dim",
    ],
    words: &[
        (Meaning::Am, "du matin"),
        (Meaning::Pm, "du soir, de l après midi, de l apres midi, en soirée"),
        (Meaning::Noon, "midi"),
        (Meaning::Midnight, "minuit"),
        (Meaning::Hour, "h, heures, heure, hrs"),
        (Meaning::At, "à, vers"),
        (Meaning::From, "dès, de, du, à partir de, à partir du, depuis"),
        (Meaning::Between, "entre"),
        (Meaning::To, "à, au"),
        (Meaning::Until, "jusqu à, jusqu au, jusque"),
        (Meaning::And, "et, puis"),
        (Meaning::Of, "le, les, de, jour"),
        (
            Meaning::Doors,
            "portes, ouverture, ouverture des portes, ouverture portes, ouverture de la salle, ouverture des portes à, accueil, \
             entrée dès",
        ),
        (
            Meaning::Show,
            "début, concert, concerts, début du concert, début des concerts, spectacle, show, début du spectacle, représentation, \
             commence à, horaire, début de concert",
        ),
        (Meaning::Act, "première partie, ère partie, tête d affiche"),
        (Meaning::End, "fin, fermeture, fin du concert"),
        (Meaning::Relative(0), "aujourd hui, ce soir"),
        (Meaning::Relative(1), "demain, demain soir"),
        (Meaning::Relative(2), "après demain"),
        (Meaning::Relative(-1), "hier soir"),
        (
            Meaning::Weekly,
            "premier, deuxième, troisième, dernier, tous les, toutes les, chaque, lundis, mardis, mercredis, jeudis, vendredis, samedis, dimanches",
        ),
        (Meaning::Ordinal, "er, e, eme"),
        (
            Meaning::Former,
            "reporté du, initialement, initialement prévu, initialement prévu le, date initiale, report du, déplacé du, date d origine, reporté de",
        ),
        (Meaning::Replaced, "reporté au, nouvelle date, déplacé au, reporté le"),
        (Meaning::Aside, "mise en vente, en vente, prévente, préventes, billetterie, en vente le, publié, publié le"),
        (Meaning::Length, "durée"),
        (Meaning::Open, "toute la journée"),
    ],
};
