//! Words that pages use, in the languages that dates are read in: for tickets, further pages, more details, and for nothing being on;
//! and the hosts of ticket sellers.

/// What stands on links to tickets, in lower case, as beginnings of words.
pub(crate) const TICKETS: &[&str] = &[
    "ticket",
    "tix",
    "buy",
    "book",
    "rsvp",
    "presale",
    "billet",
    "réserv",
    "reserv",
    "achet",
    "karten",
    "vorverkauf",
    "kaufen",
    "kaartje",
    "kaarten",
    "bestel",
    "koop",
    "entrada",
    "compra",
    "biglietti",
    "acquista",
    "prenota",
    "bilhete",
    "ingresso",
    "bilet",
    "kup",
    "rezerw",
];

/// What stands on links to an event's own page.
pub(crate) const MORE: &[&str] = &[
    "more",
    "info",
    "detail",
    "read",
    "learn",
    "view",
    "event",
    "show",
    "mehr",
    "infos",
    "weiter",
    "meer",
    "lees",
    "bekijk",
    "plus",
    "savoir",
    "voir",
    "más",
    "mas",
    "ver",
    "leer",
    "scopri",
    "leggi",
    "dettagli",
    "mais",
    "saiba",
    "więcej",
    "szczegóły",
    "czytaj",
    "zobacz",
];

/// What stands on links to the next page of a listing, whole.
pub(crate) const NEXT: &[&str] = &[
    "next",
    "next page",
    "next events",
    "older",
    "load more",
    "show more",
    "more events",
    "more shows",
    "»",
    "›",
    "→",
    ">",
    ">>",
    "weiter",
    "nächste",
    "nächste seite",
    "vor",
    "mehr laden",
    "volgende",
    "volgende pagina",
    "meer laden",
    "suivant",
    "suivante",
    "page suivante",
    "siguiente",
    "página siguiente",
    "successivo",
    "successiva",
    "avanti",
    "próximo",
    "próxima",
    "seguinte",
    "następna",
    "następne",
    "dalej",
    "next »",
    "next ›",
    "next →",
    "suivant »",
    "weiter »",
    "volgende »",
];

/// Hosts that sell tickets; a link there is a ticket link whatever it says.
pub(crate) const SELLERS: &[&str] = &[
    "ticketmaster.",
    "livenation.",
    "ticketweb.",
    "eventbrite.",
    "dice.fm",
    "tixr.com",
    "seetickets.",
    "etix.com",
    "axs.com",
    "showclix.com",
    "showpass.com",
    "admitone.com",
    "ticketfly.",
    "bandsintown.com",
    "songkick.com",
    "skiddle.com",
    "ticketco.",
    "eventim.",
    "ticketmaster",
    "oeticket.com",
    "reservix.",
    "tickets.de",
    "ticket.io",
    "tickettailor.com",
    "ticketsource.",
    "wegottickets.com",
    "fatsoma.com",
    "universe.com",
    "prekindle.com",
    "freshtix.com",
    "brownpapertickets.com",
    "ticketleap.",
    "stubwire.com",
    "eventbee.com",
    "holdmyticket.com",
    "tito.io",
    "ti.to",
    "paylogic.",
    "ticketswap.",
    "weeztix.",
    "eventix.",
    "tibbaa.com",
    "stager.",
    "billetweb.fr",
    "fnacspectacles.com",
    "digitick.com",
    "weezevent.com",
    "shotgun.live",
    "helloasso.com",
    "billetreduc.com",
    "yurplan.com",
    "lepointdevente.com",
    "lavitrine.com",
    "placedesarts.com",
    "admission.com",
    "evenko.ca",
    "ticketpro.",
    "kupbilecik.",
    "ebilet.pl",
    "going.",
    "biletyna.pl",
    "biletomat.pl",
    "eventim.pl",
    "ticketone.it",
    "vivaticket.",
    "boxol.it",
    "ciaotickets.com",
    "ticketea.com",
    "entradas.com",
    "wegow.com",
    "seetickets.com",
    "entradium.com",
    "bol.pt",
    "ticketline.",
    "sympla.com",
    "humanitix.com",
    "moshtix.",
    "oztix.",
    "undertheradar.co",
    "ra.co",
    "residentadvisor.net",
    "luma.com",
    "lu.ma",
    "partiful.com",
    "withfriends.co",
    "veeps.com",
    "opendate.io",
    "venuepilot.",
    "tickets.",
    "billetterie.",
    "boxoffice.",
];

/// What pages say when nothing is on, in lower case; the ones of a page's own language are proposed for it.
pub(crate) const NOTHING_ON: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "no upcoming",
            "no events",
            "no shows",
            "no concerts",
            "nothing scheduled",
            "there are no",
            "check back",
            "no scheduled",
        ],
    ),
    (
        "fr",
        &[
            "aucun événement",
            "aucun évènement",
            "aucun concert",
            "aucun spectacle",
            "aucune date",
            "pas d'événement",
            "pas de concert",
        ],
    ),
    (
        "de",
        &["keine veranstaltung", "keine termine", "keine konzerte", "keine events", "derzeit keine", "aktuell keine"],
    ),
    (
        "nl",
        &[
            "geen evenement",
            "geen concert",
            "geen optredens",
            "geen voorstelling",
            "geen activiteit",
            "geen agenda",
            "niets gepland",
        ],
    ),
    ("es", &["no hay eventos", "no hay conciertos", "sin eventos", "ningún evento"]),
    ("it", &["nessun evento", "nessun concerto", "nessuno spettacolo", "non ci sono eventi"]),
    ("pt", &["nenhum evento", "nenhum concerto", "sem eventos", "não há eventos"]),
    ("pl", &["brak wydarzeń", "brak koncertów", "brak nadchodzących", "nie ma wydarzeń"]),
];

/// Whether one of the text's words begins with one of these.
pub(crate) fn has_word(text: &str, stems: &[&str]) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| stems.iter().any(|stem| word.starts_with(stem)))
}

/// Whether an address is a ticket seller's.
pub(crate) fn is_seller(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    SELLERS.iter().any(|seller| {
        // A name with a point at its end stands for every top-level domain.
        let named = host.strip_suffix(seller).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let any_domain = seller.ends_with('.')
            && (host.starts_with(seller) || host.find(&format!(".{seller}")).is_some_and(|at| at > 0));
        named || any_domain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sellers_are_known_by_their_hosts_and_not_by_parts_of_names() {
        for host in
            ["www.ticketmaster.ca", "link.dice.fm", "venue.ticketweb.com", "tickets.venue.example", "shop.eventim.de"]
        {
            assert!(is_seller(host), "{host}");
        }
        for host in ["venue.example", "mydice.fm", "www.facebook.com", "goingout.example"] {
            assert!(!is_seller(host), "{host}");
        }
    }

    #[test]
    fn ticket_words_are_beginnings_of_words() {
        assert!(has_word("Jetzt Karten kaufen", TICKETS) && has_word("Kup bilet", TICKETS));
        assert!(!has_word("Rebuy the album", TICKETS));
    }
}
