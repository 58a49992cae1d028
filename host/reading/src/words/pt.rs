//! Portuguese, of Portugal and Brazil.

use super::{Language, Meaning, Table};

pub(super) static TABLE: Table = Table {
    language: Language::Portuguese,
    months: [
        "janeiro, jan",
        "fevereiro, fev",
        "março, mar",
        "abril, abr",
        "maio, mai",
        "junho, jun",
        "julho, jul",
        "agosto, ago",
        "setembro, set",
        "outubro, out",
        "novembro, nov",
        "dezembro, dez",
    ],
    weekdays: [
        "segunda, segunda feira, seg, 2ª feira",
        "terça, terça feira, ter",
        "quarta, quarta feira, qua",
        "quinta, quinta feira, qui",
        "sexta, sexta feira, sex",
        "sábado, sáb",
        "domingo, dom",
    ],
    words: &[
        (Meaning::Am, "da manhã, da madrugada"),
        (Meaning::Pm, "da noite, da tarde"),
        (Meaning::Noon, "meio dia"),
        (Meaning::Midnight, "meia noite"),
        (Meaning::Hour, "h, hs, horas, hrs, hora"),
        (Meaning::At, "às, pelas, à, ao"),
        (Meaning::From, "das, de, desde, a partir das, a partir de"),
        (Meaning::Between, "entre, entre as"),
        (Meaning::To, "a, às, ao, à"),
        (Meaning::Until, "até, até às, até ao"),
        (Meaning::And, "e"),
        (Meaning::Of, "de, do, o, dia"),
        (
            Meaning::Doors,
            "portas, abertura, abertura de portas, abertura das portas, abertura da casa, porta, abertura dos portões, portões, abertura de porta, acesso",
        ),
        (
            Meaning::Show,
            "início, show, concerto, começo, espetáculo, espectáculo, hora de início, horário, começa, começa às",
        ),
        (Meaning::Act, "primeira parte, banda de abertura, cabeça de cartaz"),
        (Meaning::End, "fim, término, encerramento"),
        (Meaning::Relative(0), "hoje, esta noite, hoje à noite"),
        (Meaning::Relative(1), "amanhã, amanhã à noite"),
        (Meaning::Relative(2), "depois de amanhã"),
        (Meaning::Relative(-1), "ontem"),
        (
            Meaning::Weekly,
            "primeiro, terceiro, última, cada, todos os, todas as, toda, todo, \
             primeira, terceira, último, segundas, terças, quartas, quintas, sextas, sábados, domingos",
        ),
        (Meaning::Former, "adiado de, originalmente, data original, data inicial, remarcado de"),
        (Meaning::Replaced, "adiado para, nova data, reagendado para, remarcado para"),
        (Meaning::Aside, "pré venda, à venda, venda de ingressos, publicado"),
        (Meaning::Length, "duração"),
        (Meaning::Open, "dia inteiro, o dia todo"),
    ],
};
