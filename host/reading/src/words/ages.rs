//! Words about age, in all languages.

/// What a phrase says about who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgeWord {
    /// Everybody may.
    Everybody,
    /// Only adults may; the languages in this table come of age at 18 wherever they are spoken.
    Adults,
    /// The number behind it is the lowest age.
    Lowest,
    /// The number behind it is the lowest of something: of age only if years are named.
    From,
    /// The number before it is the lowest age.
    After,
    /// The number behind it is an age that may not come in: so it is the lowest that may.
    Barred,
    /// Speaks of younger guests with an exception: no limit.
    Under,
    /// The number is about drinks, or about who pays what.
    Drink,
    /// Years, which make a number an age where something else says that it is the lowest.
    Years,
    /// Things that are counted: `20+ bands`.
    Counted,
}

pub(crate) const AGE_WORDS: &[(AgeWord, &str)] = &[
    (
        AgeWord::Everybody,
        "all ages, all ages show, all ages welcome, any age, a a, no age limit, no age restriction, open to all ages, \
         tout public, tous publics, tous les ages, tous âges, sans limite d'age, \
         alle altersgruppen, ohne altersbeschränkung, keine altersbeschränkung, für jedes alter, jedes alter, \
         alle leeftijden, geen leeftijdsgrens, geen minimumleeftijd, voor alle leeftijden, \
         todas las edades, todos los públicos, todo público, apta para todos los públicos, apto para todos los públicos, atp, \
         tutte le età, per tutte le età, nessun limite di età, \
         todas as idades, livre para todos os públicos, classificação livre, classificação etária livre, para todos, m todos, \
         bez ograniczeń wiekowych, dla wszystkich, bez limitu wieku, w każdym wieku",
    ),
    (
        AgeWord::Adults,
        "interdit aux mineurs, réservé aux adultes, réservé aux majeurs, nur für erwachsene, nur für volljährige, \
         alleen voor volwassenen, solo mayores de edad, sólo mayores de edad, mayores de edad, prohibido menores, solo adultos, \
         prohibida la entrada a menores, solo maggiorenni, vietato ai minori, vietato ai minorenni, maiores de idade, \
         somente maiores, proibido para menores, tylko dla dorosłych, tylko dla pełnoletnich, osoby pełnoletnie, dla osób pełnoletnich, dla pełnoletnich",
    ),
    (
        AgeWord::Lowest,
        "age, ages, aged, over, minimum age, min age, age limit, age restriction, must be, must be at least, age minimum, \
         minimum age of, must be over, \
         einlass ab, zutritt ab, eintritt ab, mindestalter, fsk, alter, altersfreigabe, altersbeschränkung, freigegeben ab, zutritt erst ab, einlass erst ab, \
         age minimum, dès l'age de, à partir de l'age de, entrée dès, réservé aux plus de, \
         toegang vanaf, minimumleeftijd, min leeftijd, leeftijd, leeftijdsgrens, toegankelijk vanaf, \
         mayores de, edad mínima, edad, mayor de, \
         maggiori di, età minima, dai soli maggiori di, \
         maiores de, idade mínima, m, maior de, classificação, classificação etária, classificação indicativa, censura, indicação, indicação etária, \
         faixa etária, vm, classificação l, \
         wiek, limit wieku, minimalny wiek, wstęp od, od lat, wstęp od lat, wejście od lat, dozwolone od, dozwolone od lat",
    ),
    (
        AgeWord::From,
        "from, strictly, at least, ab, erst ab, dès, à partir de, plus de, vanaf, desde los, a partir de los, a partir de, desde, dai, dagli, da, \
         a partir dos, od, powyżej",
    ),
    (
        AgeWord::After,
        "plus, and over, over, and up, up, and older, or older, or over, and above, years and older, years and over, years or older, \
         years and up, yrs and up, years of age and older, years of age or older, years of age and over, year olds and up, s and over, to enter, years to enter, only, \
         and up only, years old and up, yo, i d required, required, and over only, o, \
         jahre und älter, und älter, plus jahre, jahren zutritt, \
         ans et plus, ans ou plus, et plus, ans et +, ans révolus, ans minimum, \
         jaar en ouder, jaar of ouder, en ouder, of ouder, jaar e o, \
         años en adelante, años o más, años y más, y más, en adelante, \
         anni in su, anni e oltre, anni in poi, e oltre, \
         anos ou mais, anos e mais, ou mais, anos em diante, anos para cima, \
         lat i więcej, lat wzwyż, i więcej, lat i starsi, wzwyż",
    ),
    (
        AgeWord::Barred,
        "no one under, nobody under, no under, not admitted under, no admittance under, no entry under, no persons under, no minors under, no guests under, \
         kein zutritt unter, kein einlass unter, nicht unter, kein eintritt unter, \
         interdit aux moins de, interdit au moins de, déconseillé aux moins de, non autorisé aux moins de, \
         geen toegang onder, geen toegang onder de, niet onder de, verboden onder, \
         prohibida la entrada a menores de, prohibido menores de, prohibido a menores de, no se permite la entrada a menores de, no menores de, \
         vietato ai minori di, vietato ai minori di anni, \
         proibido para menores de, interdito a menores de, não permitido menores de, proibida a entrada de menores de, \
         zakaz wstępu poniżej, zabronione poniżej",
    ),
    (
        AgeWord::Under,
        "under, u, younger than, below, unter, moins de, onder, onder de, jonger dan, menores de, minori di, sotto i, poniżej, \
         do lat, kids under, children under",
    ),
    (
        AgeWord::Drink,
        "to drink, for drinks, to consume, for alcohol, drinking, bar, for bar, with bar, to purchase alcohol, for alcohol service",
    ),
    (
        AgeWord::Years,
        "years, yrs, year, years old, years of age, yr, jahre, jahren, j, ans, jaar, jr, años, anni, anos, lat, roku życia, l",
    ),
    (
        AgeWord::Counted,
        "bands, band, artists, artist, djs, dj, acts, act, years of, shows, show, songs, tickets, people, beers, vendors, performers, \
         stages, hours, minutes, mins, tracks, comedians, guests, countries, cities, musicians, players, musiker, künstler, groupes, \
         artistes, artiesten, artistas, artisti, zespołów, artystów, bandas, gruppi",
    ),
];
