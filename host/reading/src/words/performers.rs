//! Words that tie acts together in titles, in all languages.

/// What a phrase does to the names around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BillWord {
    /// Supporting acts follow: `w/`, `with`, `feat.`, `support:`.
    With,
    /// The same, in words that are also found inside names ("mit", "con"): only where a name stands on both sides.
    WithName,
    /// Who presents stands before it, the acts behind.
    Presents,
    /// Equal acts stand on both sides.
    Versus,
    /// Leads through the evening.
    HostedBy,
    /// The whole names what follows as the act: `An evening with`.
    EveningWith,
    /// Whoever follows does not appear: `a tribute to`, `the music of`.
    Tribute,
    /// Says that more people come, without naming them: `special guests`, `and friends`.
    Unnamed,
    /// Makes the words before it the name of an evening, not of an act: "Jazz Night".
    Evening,
    /// Makes the words around it say something of the act: "Farewell Tour".
    Descriptor,
    /// Stands behind a name and is no part of it: `live`, `solo`, `record release`.
    Remark,
}

pub(crate) const BILL_WORDS: &[(BillWord, &str)] = &[
    (
        BillWord::With,
        "w, with, feat, ft, featuring, with special guest, with special guests, with very special guest, with special guests from, with guest, with guests, \
         with support from, with support by, with support, w special guest, w special guests, plus special guest, plus special guests, plus guests, \
         support, support by, supported by, support from, supports, opener, openers, opening act, opening, opening for, plus support, plus, \
         special guest, special guests, special guest star, tour support, local support, guest, guests, main support, \
         vorband, vorgruppe, vorprogramm, gast, gäste, special guest support, \
         première partie, ere partie, re partie, en première partie, avec en première partie, première partie de, invité, invités, invitée, \
         voorprogramma, gastoptreden, \
         teloneros, telonero, artista invitado, artistas invitados, invitado especial, invitados, \
         apertura, opening act, ospite, ospiti, ospite speciale, \
         abertura, convidado, convidada, convidados, participação, participação especial, \
         gość, gość specjalny, goście, gościnnie, suport",
    ),
    (BillWord::WithName, "mit, avec, met, con, com, und gäste, y invitados"),
    (
        BillWord::Presents,
        "presents, present, pres, proudly presents, presenta, presentan, präsentiert, präsentieren, présente, présentent, presenteert, presenteren, \
         apresenta, apresentam, prezentuje, prezentują, presented, zaprasza, presentano",
    ),
    (BillWord::Versus, "vs, versus, gegen, contre, b2b"),
    (
        BillWord::HostedBy,
        "hosted by, host, your host, moderation, moderiert von, animé par, presentatie, conduce, mc, emcee",
    ),
    (
        BillWord::EveningWith,
        "an evening with, evening with, a night with, an afternoon with, an intimate evening with, a conversation with, a special evening with, \
         ein abend mit, abend mit, une soirée avec, soirée avec, een avond met, avond met, una noche con, una velada con, una serata con, serata con, \
         uma noite com, wieczór z",
    ),
    (
        BillWord::Tribute,
        "tribute to, a tribute to, the tribute to, tribute, the music of, music of, plays the music of, the songs of, songs of, celebrating, \
         performing the music of, performed by, playing the music of, in the style of, hommage à, hommage an, tributo a, homenaje a, homenagem a, omaggio a, eerbetoon aan, \
         die musik von, tribute band, the ultimate tribute to, hołd dla, play the music of, salute to, a celebration of, celebration of, the life of",
    ),
    (
        BillWord::Unnamed,
        "special guest, special guests, guest, guests, more, friends, tba, tbc, tbd, support, support tba, special guest tba, special guests tba, many more, others, \
         special friends, surprise guest, surprise guests, special surprise guest, secret guest, dj, djs, and more, more tba, a special guest, \
         gäste, gast, gästen, freunde, mehr, invités, invité, guests tba, artistes invités, amis, première partie, gasten, vrienden, meer, invitados, invitado, amigos, más, \
         ospiti, ospite, amici, altri, convidados, amigos, mais, goście, gość, przyjaciele, support act, aftershow, afterparty, after party, after show, openers, opener, band",
    ),
    (
        BillWord::Evening,
        "night, nights, party, festival, fest, brunch, karaoke, showcase, series, session, sessions, jam, open mic, residency, bash, benefit, fundraiser, \
         cabaret, comedy, quiz, trivia, bingo, workshop, market, prom, weekend, matinee, show, takeover, disco, ball, dance, social, spectacular, \
         extravaganza, celebration, afterparty, jam session, jam night, open stage, open decks, \
         monday, tuesday, wednesday, thursday, friday, saturday, sunday, mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays, \
         nacht, abend, konzertabend, konzert, fete, soirée, nuit, avond, feest, fiesta, noche, festa, serata, notte, noite, wieczór, impreza, matinée, \
         konzertreihe, clubnacht, tanzabend, kneipenquiz, lesung",
    ),
    (
        BillWord::Descriptor,
        "tour, tours, release show, album release, record release, release party, release, anniversary, birthday, years of, year anniversary, live, live in concert, \
         concert, unplugged, edition, premiere, screening, world, farewell, reunion, presentation, album, halloween, christmas, holiday, \
         tournée, turnê, gira, trasa, turnee, tournee, koncert, concierto, concerto, jubiläum, geburtstag, releaseshow, plattentaufe, lancement, \
         präsentiert von, présenté par, presentado por, years, jahre, ans, jaar, años, anni, anos, lat, theatertour, clubtour, tour de, unterwegs",
    ),
    (
        BillWord::Remark,
        "live, solo, duo, trio, quartet, acoustic, dj set, djset, live set, band, full band, early show, late show, matinee, record release, album release, ep release, \
         release show, record release show, album release show, tape release, single release, release party, album release party, record release party, us, usa, uk, ca, can, de, fr, nl, be, it, es, pt, pl, se, no, \
         dk, at, ch, au, jp, ie, debut, reunion, farewell, unplugged, live band, all ages, soloshow, solo show, akustik, acoustique, en concert, in concert, live in concert, \
         night 1, night 2, night one, night two, first show, second show, added show, extra show, second show added, zusatzkonzert, zusatzshow, extra concert, album launch, anniversary show, set, hybrid set, modular, \
         soirée de lancement, live on stage, live band karaoke",
    ),
];

/// Names that have a comma, "&", "and" or "/" in them and are one act. A short list: the rule is to leave a name whole when in doubt, and
/// these are the ones that stand in lists of three or more parts, where the doubt would be missed.
pub(crate) const WHOLE_NAMES: &[&str] = &[
    "crosby, stills, nash & young",
    "crosby, stills & nash",
    "emerson, lake & palmer",
    "earth, wind & fire",
    "blood, sweat & tears",
    "peter, paul & mary",
    "peter, bjorn and john",
    "me, mom & morgentaler",
    "tyler, the creator",
    "medeski, martin & wood",
    "hall & oates",
    "black, white & blue",
    "lake street dive",
    "sleep, party, people",
    "dave dee, dozy, beaky, mick & tich",
    "now, now",
    "karp, karp",
    "good, good things",
    "love, tara",
    "girls, guns and glory",
    "sex, drugs & rock'n'roll",
    "beck, bogert & appice",
    "fast, cheap & out of control",
    "ocean, the",
    "florence + the machine",
    "mike + the mechanics",
    "matt + kim",
];
