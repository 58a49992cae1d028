//! Spanish.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::Spanish,
    months: [
        "enero, ene",
        "febrero, feb",
        "marzo, mar, mzo",
        "abril, abr",
        "mayo, may",
        "junio, jun",
        "julio, jul",
        "agosto, ago, ags",
        "septiembre, setiembre, sept, sep, set",
        "octubre, oct",
        "noviembre, nov",
        "diciembre, dic",
    ],
    weekdays: [
        "lunes, lun",
        "martes, mar",
        "miércoles, mié, mier, mx",
        "jueves, jue, juev",
        "viernes, vie, vier",
        "sábado, sáb",
        "domingo, dom",
    ],
    words: &[
        (Meaning::Am, "de la mañana, de la madrugada"),
        (Meaning::Pm, "de la tarde, de la noche"),
        (Meaning::Noon, "mediodía, medio día"),
        (Meaning::Midnight, "medianoche, media noche"),
        (Meaning::Hour, "h, hs, horas, hrs, hora"),
        (Meaning::At, "a las, a la, a partir de las, sobre las"),
        (Meaning::From, "desde, desde las, de, del, a partir de"),
        (Meaning::Between, "entre, entre las, entre el"),
        (Meaning::To, "a, al"),
        (Meaning::Until, "hasta, hasta las, hasta el"),
        (Meaning::And, "y, e"),
        (Meaning::Of, "de, del, el, los, las, día"),
        (
            Meaning::Doors,
            "puertas, apertura, apertura de puertas, apertura puertas, puerta, apertura de sala, entrada desde, apertura de puertas a las, acceso, acceso desde las, ingreso",
        ),
        (
            Meaning::Show,
            "inicio, concierto, comienzo, show, empieza, función, espectáculo, hora de inicio, comienza, comienza a las, horario",
        ),
        (Meaning::Act, "teloneros, telonero, artista invitado, cabeza de cartel"),
        (Meaning::End, "fin, cierre, final, termina"),
        (Meaning::Relative(0), "hoy, esta noche"),
        (Meaning::Relative(1), "mañana, mañana por la noche"),
        (Meaning::Relative(2), "pasado mañana"),
        (Meaning::Relative(-1), "ayer, anoche"),
        (
            Meaning::Weekly,
            "primer, segundo, tercer, último, cada, todos los, todas las, sábados, domingos, \
             los lunes, los martes, los miércoles, los jueves, los viernes, los sábados, los domingos",
        ),
        (
            Meaning::Former,
            "aplazado del, pospuesto del, originalmente, fecha original, fecha inicial, reprogramado del, reubicado del",
        ),
        (Meaning::Replaced, "aplazado al, pospuesto al, nueva fecha, reprogramado para el, aplazado hasta"),
        (Meaning::Aside, "preventa, venta anticipada, a la venta, venta de entradas, publicado"),
        (Meaning::Length, "duración"),
        (Meaning::Open, "todo el día"),
    ],
};
