//! Words about money, in all languages.

/// What a phrase says about a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PriceWord {
    Free,
    Donation,
    PayWhatYouCan,
    /// The amount behind it is the lowest.
    From,
    /// The amount behind it is the highest.
    UpTo,
    /// "to" between two amounts.
    To,
    /// The amount beside it is for some guests only: members, students, children.
    Reduced,
    /// The amount beside it is a fee, a drink, a minimum spend: not the price.
    Extra,
    /// The amount beside it was the price before.
    Former,
    /// Says that the numbers around it are money.
    Price,
    /// "free" of something else: parking, shipping, drinks.
    NotFree,
    /// "free" for some guests only.
    FreeForSome,
}

pub(crate) const PRICE_WORDS: &[(PriceWord, &str)] = &[
    (
        PriceWord::Free,
        "free, free entry, free admission, free event, free show, no cover, no cover charge, free of charge, complimentary, no charge, gratis, \
         gratuit, gratuite, entrée libre, entrée gratuite, accès libre, accès gratuit, \
         eintritt frei, freier eintritt, kostenlos, kostenfrei, kostet nichts, frei, umsonst, \
         gratis entree, gratis toegang, vrije toegang, vrij entree, toegang gratis, toegang vrij, entree vrij, entree gratis, vrije inloop, vrij toegankelijk, gratis toegankelijk, \
         entrada libre, entrada gratuita, entrada gratis, gratuito, gratuita, acceso libre, \
         ingresso libero, ingresso gratuito, entrata libera, entrata gratuita, \
         entrada livre, entrada franca, grátis, acesso livre, \
         wstęp wolny, wstęp bezpłatny, bezpłatnie, bezpłatny, bezpłatne, darmowy, za darmo, wjazd free, wejście darmowe, darmowe, darmowa, wejście za free, wstęp free, entrada franca, acesso gratuito, acceso gratuito, accès gratuit et libre",
    ),
    (
        PriceWord::Donation,
        "donation, donations, by donation, suggested donation, donation based, donations welcome, sliding scale donation, tip jar, pass the hat, \
         au chapeau, participation libre, chapeau, prix au chapeau, don libre, sur donation, \
         spende, spenden, auf spendenbasis, spendenbasis, spendenempfehlung, hut, hutkonzert, hut geht rum, gegen spende, austritt, kollekte, \
         donatie, vrijwillige bijdrage, vrije gift, vrije bijdrage, \
         donativo, donación, aportación voluntaria, taquilla inversa, gorra, a la gorra, \
         offerta libera, offerta, donazione, up to you, \
         doação, contribuição voluntária, contribuição livre, donativo livre, \
         dobrowolna zbiórka, dobrowolna składka, zrzutka, datek, dobrowolny datek, do kapelusza, wrzutka, wolne datki, dobrowolna opłata, dobrowolną opłatą, \
         contribution volontaire, contribution suggérée, contribution libre, contribución voluntaria, contributo libero, bijdrage naar keuze",
    ),
    (
        PriceWord::PayWhatYouCan,
        "pwyc, pwyw, pwywc, notaflof, pay what you can, pay what you want, pay what you wish, pay as you can, pay as you wish, name your price, \
         pay what you feel, sliding scale, prix libre, participation au choix, payez ce que vous voulez, payez ce que vous pouvez, prix conscient, \
         zahl was du willst, zahl was du kannst, zahle was du kannst, zahle was du willst, pay what you like, zahl soviel du willst, \
         betaal wat je wilt, betaal wat je kan, betaal wat je kunt, \
         paga lo que quieras, paga lo que puedas, precio libre, paga quanto vuoi, \
         pague quanto quiser, pague o que puder, pague quanto puder, płać ile chcesz, zapłać ile chcesz, co łaska, paf libre, was du willst, was du kannst, was ihr wollt, soviel du willst, \
         paga el que vulguis, paghi quanto vuoi",
    ),
    (
        PriceWord::From,
        "from, starting at, starting from, starts at, as low as, at least, minimum, min, over, \
         dès, à partir de, ab, ab ca, vanaf, v a, va, desde, a partir de, da, a partire da, od, \
         prices from, tickets from, préço a partir de",
    ),
    (PriceWord::UpTo, "up to, max, maximum, jusqu à, bis zu, tot, hasta, fino a, até, do"),
    (PriceWord::To, "to, and, through, bis, à, au, tot, a, al, até, do, or"),
    (
        PriceWord::Reduced,
        "member, members, for members, student, students, senior, seniors, child, children, kids, under, with student id, concession, concessions, reduced, \
         low income, unwaged, discount, discounted, adhérent, adhérents, abonné, abonnés, étudiant, étudiants, réduit, tarif réduit, tr, membres, \
         enfant, enfants, jeune, jeunes, moins de, chômeurs, \
         ermäßigt, erm, ermäßigung, mitglieder, studenten, studierende, studis, kinder, schüler, \
         leden, lid, vrienden, studenten, korting, cjp, kinderen, \
         socios, socias, estudiantes, niños, reducida, miembros, \
         soci, ridotto, studenti, bambini, tesserati, \
         sócios, meia, meia entrada, estudantes, crianças, \
         ulgowy, ulgowe, studencki, studencka, studenci, członkowie, dzieci, ulgowa",
    ),
    (
        PriceWord::Extra,
        "fee, fees, service fee, service fees, service charge, service charges, booking fee, bf, drink minimum, minimum spend, coat check, parking, \
         surcharge, drink, drinks, beer, beers, dinner, buffet, handling, processing fee, facility fee, taxes, tax, hst, \
         frais, frais de location, consommation, adhésion, \
         vvk gebühr, geb, gebühr, gebühren, vorverkaufsgebühr, systemgebühr, garderobe, mindestverzehr, pfand, \
         servicekosten, reserveringskosten, administratiekosten, transactiekosten, lidmaatschap, fee, \
         gastos, gastos de gestión, gastos de distribución, comisión, consumición, \
         d p, diritti, diritti di prevendita, più prevendita, oltre prevendita, escl prevendita, tessera, consumazione, \
         taxa, taxas, taxa de serviço, taxa de conveniência, consumo, opłata, opłata serwisowa",
    ),
    (
        PriceWord::Former,
        "was, were, instead of, regularly, statt, au lieu de, in plaats van, en lugar de, invece di, em vez de, zamiast, reg",
    ),
    (
        PriceWord::Price,
        "price, prices, ticket, tickets, cover, admission, entry, adv, advance, in advance, presale, dos, day of show, day of, at the door, door, doors, \
         general admission, ga, vip, early bird, cost, costs, charge, ticket price, standing, seated, balcony, online, regular, general, tix, adult, adults, \
         prix, tarif, tarifs, jeune public, plein, prévente, préventes, sur place, plein tarif, guichet, billet, billets, entrée, location, \
         preis, eintritt, vvk, vorverkauf, ak, abendkasse, karten, preise, kosten, normalpreis, \
         prijs, entree, voorverkoop, vvk, adk, deurverkoop, kassa, dagkassa, aan de deur, toegang, deur, kaarten, \
         precio, entrada, entradas, anticipada, anticipadas, taquilla, preventa, en puerta, puerta, \
         prezzo, ingresso, biglietto, biglietti, intero, posto unico, in cassa, alla porta, prevendita, in prevendita, prev, cassa, porta, \
         preço, ingresso, ingressos, bilhete, bilhetes, inteira, lote, na porta, antecipado, \
         cena, bilet, bilety, przedsprzedaż, w dniu koncertu, normalny, w dniu, wstęp, \
         non members, nonmembers, non adhérents, non adhérent, nichtmitglieder, niet leden, no socios, non soci, non tesserati, não sócios",
    ),
    (
        PriceWord::NotFree,
        "free shipping, free parking, free drink, free drinks, free beer, free wifi, free form, free for all, free jazz, free time, smoke free, alcohol free, \
         gluten free, feel free, toll free, free download, free improvisation, free range, sugar free, free food, free coat check, free popcorn, hands free, \
         frei von, freie platzwahl, freie sitzplatzwahl, free tibet, born free, free radicals, barrierefrei",
    ),
    (
        PriceWord::FreeForSome,
        "free for members, members free, free before, free until, free til, free till, free entry before, free for students, free for kids, free for children, kids free, children free, free under, \
         gratuit pour les, gratuit moins de, leden gratis, gratis voor leden, gratis para socios, frei für, kinder frei",
    ),
];

/// Currency signs and words, folded, and their codes of ISO 4217 where they tell one. A dollar or krona sign alone does not.
pub(crate) const CURRENCIES: &[(&str, Option<&str>)] = &[
    ("$", None),
    ("us$", Some("USD")),
    ("u$s", Some("USD")),
    ("usd$", Some("USD")),
    ("$us", Some("USD")),
    ("ca$", Some("CAD")),
    ("c$", Some("CAD")),
    ("cad$", Some("CAD")),
    ("$ca", Some("CAD")),
    ("$cad", Some("CAD")),
    ("$usd", Some("USD")),
    ("a$", Some("AUD")),
    ("au$", Some("AUD")),
    ("nz$", Some("NZD")),
    ("hk$", Some("HKD")),
    ("s$", Some("SGD")),
    ("mx$", Some("MXN")),
    ("r$", Some("BRL")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("¥", None),
    ("円", Some("JPY")),
    ("元", Some("CNY")),
    ("₽", Some("RUB")),
    ("₹", Some("INR")),
    ("₩", Some("KRW")),
    ("₫", Some("VND")),
    ("₺", Some("TRY")),
    ("₴", Some("UAH")),
    ("₪", Some("ILS")),
    ("฿", Some("THB")),
    ("zl", Some("PLN")),
    ("zlotych", Some("PLN")),
    ("zlote", Some("PLN")),
    ("kc", Some("CZK")),
    ("ft", Some("HUF")),
    ("lei", Some("RON")),
    ("fr", Some("CHF")),
    ("sfr", Some("CHF")),
    ("franken", Some("CHF")),
    ("stutz", Some("CHF")),
    ("kr", None),
    ("rs", None),
    ("rp", Some("IDR")),
    ("tl", Some("TRY")),
    ("r", None),
    ("руб", Some("RUB")),
    ("р", Some("RUB")),
    ("грн", Some("UAH")),
    ("جنيه", None),
    ("euro", Some("EUR")),
    ("euros", Some("EUR")),
    ("eur", Some("EUR")),
    ("pesos", None),
    ("francs", Some("CHF")),
    ("dollars", None),
    ("dollar", None),
    ("bucks", None),
    ("pounds", None),
    ("quid", None),
    ("reais", Some("BRL")),
    ("pln", Some("PLN")),
    ("pte", None),
];

/// Codes of ISO 4217 that are read as words beside a number. Those that are also words (ALL, TOP, TRY) count in capitals only, and the
/// currencies of places whose venues nobody lists here are left out, so that a code is never found by chance.
pub(crate) const CODES: [&str; 38] = [
    "USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN",
    "JPY", "CNY", "KRW", "INR", "MXN", "BRL", "ARS", "CLP", "COP", "PEN", "ZAR", "ILS", "TRY", "UAH", "RUB", "SGD",
    "HKD", "TWD", "THB", "AED", "IDR", "PHP",
];

/// Signs that stand for one of several currencies: the source's, if it is among them.
pub(crate) const SHARED_SIGNS: &[(&str, &[&str])] = &[
    ("$", &["USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "ARS", "CLP", "COP"]),
    ("dollars", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"]),
    ("dollar", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"]),
    ("bucks", &["USD", "CAD", "AUD", "NZD"]),
    ("pesos", &["MXN", "ARS", "CLP", "COP"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("¥", &["JPY", "CNY"]),
    ("rs", &["INR"]),
    ("r", &["ZAR"]),
];
