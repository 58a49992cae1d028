//! What words mean in names and titles, in the eight languages that Marquee reads.
//!
//! The tables hold the languages' ordinary words, never the names of acts or venues: who plays is told by where a name stands, not by
//! knowing it. Words are in the form that [`fold`](crate::fold) gives them: lower case, no accents.

use std::sync::LazyLock;

/// What a word does in a name or title. A word may do several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    /// An article that makes plurals, or English "the": bands are named with or without it.
    LooseArticle,
    /// Another article: one word without it may be another name.
    Article,
    /// "and".
    And,
    /// Other acts follow.
    With,
    /// Who presents stands before it.
    Presents,
    /// "by", "von": after a word such as "presented" or "hosted".
    By,
    /// Leads through the evening.
    Host,
    /// A place follows.
    At,
    /// A place follows, if a concert is spoken of.
    In,
    /// Somebody is honoured who does not appear.
    Tribute,
    /// "to", "of": between a tribute and whom it honours.
    Of,
    /// Says how an act appears or why; is no part of its name.
    Remark,
    /// Says nothing: tickets, event, doors.
    Noise,
    /// More people, without names.
    Unnamed,
    /// An ensemble around the name before it: trio, band.
    Ensemble,
    /// A style of music: evenings are called after it.
    Style,
    /// A thing that evenings are called after, with the word that stands for it in all languages.
    Topic(&'static str),
    /// A kind of event of its own, beside the concert that it belongs to.
    Apart(&'static str),
    /// The first or the second of a night's shows, or another hour's: early, late, matinee.
    Hour(&'static str),
    /// A label before or behind a number: night 2, 1st show.
    Label(&'static str),
    /// A small number.
    Number(u8),
    /// A day of the week, 1 (Monday) to 7 (Sunday).
    Weekday(u8),
    /// A month.
    Month,
    /// A language that a show is given in.
    Language(&'static str),
    /// A room of a house, with the word that stands for it.
    Room(&'static str),
    /// A kind of house.
    House(&'static str),
}

use Sense::{
    And, Apart, Article, At, By, Ensemble, Host, Hour, House, In, Label, Language, LooseArticle, Month, Noise, Number,
    Of, Presents, Remark, Room, Style, Topic, Tribute, Unnamed, Weekday, With,
};

/// The words of each sense.
const WORDS: &[(Sense, &str)] = &[
    (LooseArticle, "the thee los las les die os de ils gli"),
    (Article, "a an der das el la le lo il l het een un une una uno ein eine o as um uma den dem des du del"),
    (And, "and und et y e i oraz og och en"),
    (
        With,
        "with w feat ft featuring support supports supported guest guests special opener openers opening mit avec con com met gast gaste invite \
         invites invitee invitado invitados ospite ospiti convidado convidados gosc goscie goscinnie vorband vorprogramm voorprogramma \
         telonero teloneros plus suport vs versus b2b performed played interpretado interprete",
    ),
    (
        Presents,
        "presents present pres presented presenta presentan prasentiert prasentieren presente presentent presenteert presenteren apresenta \
         apresentam prezentuje prezentuja presentano presentato presentado presentation",
    ),
    (By, "by von par por da przez door durch"),
    (
        Host,
        "hosted host hosts conducted dirigiert leitung dirige diretto dirigida moderation moderiert anime presentator conduce emcee mc prowadzenie gastgeber",
    ),
    (At, "at @ bei chez im"),
    (In, "in a en au w te na"),
    (
        Tribute,
        "tribute tributes tributo tribut hommage homage homenaje homenagem omaggio eerbetoon hold tributeband coverband tributeshow tributeact",
    ),
    (Of, "to of for a an au aux al alla ai aan dla de von van do an per"),
    (
        Remark,
        "live solo acoustic akustik akustisch acoustique acustico acustica akustyczny unplugged tour tournee gira trasa turne tournees release releases \
         launch record album ep lp single vinyl anniversary jubilaum aniversario anniversario anniversaire jubileum rocznica reunion farewell debut \
         premiere headline headlining set stripped performance performing performs returns return celebrating celebrates celebration \
         abschied abschiedstour plattentaufe releaseparty releaseshow tape edition sold added vivo intimate evening exclusive \
         playing plays all annual annuel annuelle jahrlich jahrliche anual annuale doroczny jaarlijks jaarlijkse residency residenz residence residencia comedian comic komiker humoriste comico singer songwriter pianist dj duo podcast \
         tourdates years jahre ans anos anni lat jaar koncert konzert concert concierto concerto concerts",
    ),
    (
        Noise,
        "tickets ticket billets billet entradas entrada biglietti biglietto bilhetes ingressos bilety karten kaarten eintritt entree \
         event events evento eventos veranstaltung evenement wydarzenie doors official officiel offiziell presale vvk ak free gratis gratuit live \
         ages 18 19 21 16 14 info buy kaufen gig performance date dates left remaining eventbrite bandsintown songkick dice residentadvisor ra \
         facebook ticketmaster seetickets eventim",
    ),
    (
        Unnamed,
        "friends freunde amis amigos amici vrienden przyjaciele more mehr more others tba tbc tbd guests special surprise company co full",
    ),
    (
        Ensemble,
        "trio quartet quintet sextet septet octet nonet duo band orchestra ensemble group collective project bigband quartett quintett sextett \
         quatuor quintette cuarteto quinteto quartetto quintetto kwartet kwintet quarteto orchester orchestre orquesta orkest orkiestra orquestra \
         gruppe groupe grupo gruppo groep projekt projet proyecto progetto kapelle zespol choir chor choeur coro koor allstars",
    ),
    (
        Topic("night"),
        "night nights nite nites nacht nuit noche notte noite noc evening abend soiree velada serata wieczor avond nachten nuits noches",
    ),
    (
        Topic("concert"),
        "concert concerts konzert konzerte concierto conciertos concerto concerti koncert koncerty concertos gig recital",
    ),
    (Topic("show"), "show shows spectacle espectaculo spettacolo voorstelling przedstawienie vorstellung revue gala"),
    (Topic("festival"), "festival festiwal fest festivals festivales"),
    (Topic("party"), "party parties fiesta fete festa feest impreza feier bash potancowka"),
    (Topic("jam"), "jam jamsession sesja session sessions"),
    (Topic("openmic"), "openmic mic mike microfono scene buhne stage"),
    (Topic("open"), "open offene ouverte abierto aperto otwarta otwarty"),
    (Topic("karaoke"), "karaoke"),
    (Topic("quiz"), "quiz trivia pubquiz kneipenquiz bingo"),
    (
        Topic("comedy"),
        "comedy comedie komodie comedia commedia kabarett cabaret komedia kabaret standup impro improv improvisation",
    ),
    (
        Topic("newyear"),
        "silvester nochevieja reveillon sylwester sylwestrowy capodanno oudejaarsavond nye oudjaar sylvestre newyear",
    ),
    (
        Topic("christmas"),
        "christmas xmas weihnachten weihnachts weihnacht weihnachtliches noel navidad navideno natale natalizio natal kerst kerstmis swiateczny \
         swiateczna kolednicy",
    ),
    (Topic("halloween"), "halloween"),
    (Topic("easter"), "easter ostern oster paques pascua pasqua pascoa pasen paas wielkanoc wielkanocny"),
    (Topic("summer"), "summer sommer ete verano estate verao zomer lato letni letnia estival"),
    (Topic("chamber"), "chamber kammer kammermusik chambre camara camera kamer kameralny kameralna"),
    (Topic("winter"), "winter hiver invierno inverno zima zimowy"),
    (Topic("spring"), "spring fruhling fruhlings printemps primavera voorjaar lente wiosna wiosenny"),
    (Topic("autumn"), "autumn fall herbst automne otono autunno outono herfst jesien jesienny"),
    (Topic("dance"), "dance tanz danse baile ballo danca dans taniec dancing disco disko ball bal"),
    (
        Topic("music"),
        "music songs lieder chansons canciones canzoni canzone liedjes piosenki musik musique musica muziek muzyka musical",
    ),
    (
        Topic("children"),
        "children kinder enfants ninos bambini criancas kinderen dzieci dla kids family familien famille familia famiglia",
    ),
    (Topic("reading"), "reading lesung lecture lectura lettura leitura lezing czytanie poetry slam"),
    (Topic("market"), "market markt marche mercado mercato targ flohmarkt"),
    (Topic("orchestra"), "orchestra orchester orchestre orquesta orkest orkiestra orquestra"),
    (Topic("choir"), "choir chor choeur coro koor"),
    (Topic("piano"), "piano klavier fortepian pianoforte"),
    (Topic("guitar"), "guitar gitarre guitare guitarra chitarra gitaar gitara"),
    (Topic("opening"), "opening eroffnung ouverture apertura abertura otwarcie"),
    (Topic("world"), "world welt monde mundo mondo wereld swiat"),
    (
        Topic("anniversary"),
        "anniversary jubilaum anniversaire aniversario anniversario jubileum rocznica birthday geburtstag urodziny cumpleanos",
    ),
    (Topic("friends"), "friends freunde amis amigos amici vrienden przyjaciele"),
    (Topic("quartet"), "quartet quartett quatuor cuarteto quartetto kwartet quarteto"),
    (
        Style,
        "jazz blues rock punk metal techno house folk country soul funk indie pop electro salsa tango swing ska reggae bluegrass klezmer rap hiphop \
         disco flamenco fado chanson schlager industrial goth emo drum bass trance latin classical klassik jazzowy bluesowy",
    ),
    (Topic("monthly"), "monthly weekly series reihe serie ciclo rassegna cykl reeks showcase showcases"),
    (Topic("benefit"), "benefit fundraiser benefiz benefizkonzert benefico charity"),
    (Topic("weekend"), "weekend wochenende finde fim"),
    (Apart("after-party"), "afterparty aftershow afterparties aftershowparty afters"),
    (Apart("viewing"), "viewing watchparty"),
    (Apart("karaoke"), "karaoke"),
    (Apart("quiz"), "quiz trivia bingo pubquiz kneipenquiz"),
    (Apart("pre-party"), "preparty preshow warmup warmupparty vorprogrammparty"),
    (
        Apart("meeting the artist"),
        "vip greet meetandgreet meetup popup soundcheck signing autogrammstunde signierstunde dedicaces instore",
    ),
    (
        Apart("workshop"),
        "workshop masterclass clinic kurs cours taller laboratorio warsztaty seminar lesson lessons class classes",
    ),
    (
        Apart("pass"),
        "pass passes festivalpass weekendpass weekender weekendticket festivalticket wochenendticket dauerkarte abo abonnement abono bono \
         pase karnet abbonamento passepartout kombiticket combiticket",
    ),
    (Apart("extra"), "upgrade upgrades voucher gutschein membership waitlist warteliste locker subscription merch"),
    (Apart("travel"), "parking shuttle parkplatz parkeren bus stationnement"),
    (Apart("stream"), "livestream stream streaming webcast"),
    (Apart("screening"), "screening film movie documentary doku kino projection proyeccion proiezione filmvorfuhrung"),
    (Apart("talk"), "talk panel conversation gesprach podiumsdiskussion rencontre"),
    (Apart("rehearsal"), "rehearsal generalprobe repetition"),
    (Apart("exhibition"), "exhibition ausstellung exposition exposicion mostra wystawa expo tentoonstelling"),
    (Apart("dinner"), "dinner brunch lunch diner cena degustation"),
    (
        Apart("children"),
        "kids kinder enfants ninos bambini criancas kinderen dzieci kinderkonzert kinderconcert familienkonzert jeunepublic",
    ),
    (Hour("early"), "early fruh fruhe vroeg vroege tempranera"),
    (Hour("late"), "late spat spate tardif tardive laat late tardo"),
    (Hour("matinee"), "matinee matine matineen poranek matinale"),
    (Label("night"), "night nacht nuit noche notte noite noc avond abend"),
    (Label("day"), "day tag jour dia giorno dag dzien"),
    (Label("show"), "show shows set seance funcion vorstellung voorstelling"),
    (Label("part"), "part teil partie parte deel czesc pt"),
    (Label("volume"), "vol volume episode edition no nr week session round act"),
    (
        Number(1),
        "one first 1st ein erste erster premier premiere primera primer prima primo primeira eerste pierwszy 1er",
    ),
    (
        Number(2),
        "two second 2nd zwei zweite zweiter deuxieme segunda segundo seconda secondo tweede drugi druga 2e 2eme ii",
    ),
    (
        Number(3),
        "three third 3rd drei dritte dritter troisieme tercera tercer terza terzo terceira derde trzeci trzecia 3e iii",
    ),
    (Number(4), "four fourth 4th vier vierte quatrieme cuarta quarta vierde czwarty iv"),
    (Weekday(1), "monday montag lundi lunes lunedi segundafeira maandag poniedzialek mondays"),
    (Weekday(2), "tuesday dienstag mardi martes martedi tercafeira dinsdag wtorek tuesdays"),
    (Weekday(3), "wednesday mittwoch mercredi miercoles mercoledi quartafeira woensdag sroda wednesdays"),
    (Weekday(4), "thursday donnerstag jeudi jueves giovedi quintafeira donderdag czwartek thursdays"),
    (Weekday(5), "friday freitag vendredi viernes venerdi sextafeira vrijdag piatek fridays"),
    (Weekday(6), "saturday samstag samedi sabado sabato zaterdag sobota saturdays sonnabend"),
    (Weekday(7), "sunday sonntag dimanche domingo domenica zondag niedziela sundays"),
    (
        Month,
        "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov november dec december \
         januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre \
         enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    (Language("English"), "english englisch englische englischer anglais ingles inglese engels angielsku"),
    (Language("French"), "french franzosisch franzosische francais francaise frances francese frans francusku"),
    (Language("German"), "german deutsch deutsche deutscher allemand aleman tedesco duits niemiecku"),
    (Language("Spanish"), "spanish spanisch espagnol espanol spagnolo spaans hiszpansku"),
    (Language("Polish"), "polish polnisch polonais polaco polacco pools polsku"),
    (Language("Dutch"), "nederlands dutch niederlandisch"),
    (Language("Italian"), "italian italienisch italien italiano italiaans wlosku"),
    (Language("Portuguese"), "portugues portuguese portugiesisch portugais"),
    (
        Room("main"),
        "main mainroom mainstage grosser grosse grande grote duza glowna principal principale hauptsaal haupthalle mainhall",
    ),
    (Room("small"), "small kleiner kleine petite kleine mala pequena piccola studio"),
    (
        Room("upstairs"),
        "upstairs upper oben etage arriba gora boven balcony mezzanine loft attic rooftop roof terrace terrasse terraza",
    ),
    (
        Room("downstairs"),
        "downstairs basement cellar keller cave sotano cantina piwnica kelder lower unten sous-sol dungeon crypt vault",
    ),
    (Room("front"), "front vorne avant frontroom"),
    (Room("back"), "back backroom hinten arriere rear"),
    (
        Room("patio"),
        "patio garden garten jardin jardim giardino tuin ogrod courtyard hof cour backyard outdoor biergarten",
    ),
    (Room("lounge"), "lounge bar foyer lobby cafe salon parlour parlor atrium"),
    (Room("second"), "second zweite"),
    (Room("room"), "room raum saal salle sala zaal hall stage buhne scene floor stock theatre space chamber ballroom"),
    (House("theatre"), "theatre theater teatro teatr theatro"),
    (House("club"), "club klub"),
    (House("bar"), "bar pub tavern taverne saloon taproom brewery cafe lounge kneipe beisl bistro"),
    (
        House("hall"),
        "hall halle halls music concert arena auditorium venue centre center zentrum centrum centro house haus maison casa dom ballroom",
    ),
    (House("hotel"), "hotel restaurant"),
];

/// The table by a digest of each word: every word of every record is looked up, a thousand records in a few milliseconds.
struct Lexicon {
    slots: Vec<Option<(&'static str, Vec<Sense>)>>,
}

/// Slots of the table, a power of two; well above the words, so that few share a slot.
const SLOTS: usize = 8192;

/// The longest word of any table, in bytes.
const LONGEST_WORD: usize = 24;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { slots: vec![None; SLOTS] };
    for (sense, words) in WORDS {
        for word in words.split_whitespace() {
            let slot = lexicon.slot(word);
            let Some(slot) = lexicon.slots.get_mut(slot) else { continue };
            let (_, senses) = slot.get_or_insert_with(|| (word, Vec::new()));
            if !senses.contains(sense) {
                senses.push(*sense);
            }
        }
    }
    lexicon
});

impl Lexicon {
    /// Where a word stands or would stand.
    fn slot(&self, word: &str) -> usize {
        let mut at = usize::try_from(digest(word) & (SLOTS as u64 - 1)).unwrap_or(0);
        while self.slots.get(at).is_some_and(|slot| slot.as_ref().is_some_and(|(known, _)| *known != word)) {
            at = (at + 1) % SLOTS;
        }
        at
    }
}

/// FNV-1a: words are compared by number, within one process only.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What a folded word can mean; nothing for a word that no table has.
pub(crate) fn senses(word: &str) -> &'static [Sense] {
    if word.len() > LONGEST_WORD {
        return &[];
    }
    let lexicon = &*LEXICON;
    lexicon.slots.get(lexicon.slot(word)).and_then(Option::as_ref).map_or(&[], |(_, senses)| senses)
}

/// The word that stands for a topic in all languages, if the word is one.
pub(crate) fn topic(word: &str) -> Option<&'static str> {
    topic_of(senses(word))
}

/// The topic among a word's senses.
pub(crate) fn topic_of(senses: &[Sense]) -> Option<&'static str> {
    senses.iter().find_map(|sense| if let Topic(topic) = sense { Some(*topic) } else { None })
}

/// The parts of a compound that German and Dutch write as one word, where both are topics: `silvesterkonzert`.
pub(crate) fn compound(word: &str) -> Option<[&'static str; 2]> {
    /// Shorter words are hardly ever compounds of two topics.
    const SHORTEST: usize = 8;
    if word.len() < SHORTEST || !word.is_ascii() {
        return None;
    }
    (4..=word.len() - 4).find_map(|cut| {
        let (head, tail) = (word.get(..cut)?, word.get(cut..)?);
        let tail = topic(tail)?;
        let head = topic(head).or_else(|| topic(head.strip_suffix('s')?))?;
        Some([head, tail])
    })
}
