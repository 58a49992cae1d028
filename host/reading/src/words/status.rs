//! Words about whether an event takes place, in all languages.

/// What a phrase says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusWord {
    Scheduled,
    Cancelled,
    Postponed,
    Rescheduled,
    Moved,
    SoldOut,
    /// It moves; a date behind it means another day, a place means elsewhere.
    Shifted,
    /// Stands around status words and says nothing: "this show has been".
    Filler,
    /// What is said is not so: "almost", "not".
    Denied,
}

pub(crate) const STATUS_WORDS: &[(StatusWord, &str)] = &[
    (StatusWord::Scheduled, "eventscheduled, scheduled"),
    (
        StatusWord::Cancelled,
        "cancelled, canceled, cancellation, eventcancelled, called off, show cancelled, event cancelled, \
         annulé, annulée, annulés, annulées, annulation, \
         abgesagt, fällt aus, fällt leider aus, entfällt, absage, ausgefallen, \
         geannuleerd, afgelast, gecanceld, gaat niet door, vervalt, \
         cancelado, cancelada, cancelados, anulado, anulada, suspendido, suspendida, \
         annullato, annullata, cancellato, cancellata, \
         odwołany, odwołane, odwołana, odwołano, anulowany, anulowane",
    ),
    (
        StatusWord::Postponed,
        "postponed, eventpostponed, postponed until further notice, postponed tba, date tba, \
         reporté, reportée, reportés, reporté à une date ultérieure, \
         verschoben, auf unbestimmte zeit verschoben, vertagt, \
         uitgesteld, tot nader order uitgesteld, \
         aplazado, aplazada, pospuesto, pospuesta, postergado, \
         rinviato, rinviata, posticipato, rimandato, a data da destinarsi, \
         adiado, adiada, \
         przełożony, przełożone, przełożona, odroczony, odroczone",
    ),
    (
        StatusWord::Rescheduled,
        "rescheduled, eventrescheduled, new date, new date announced, re scheduled, \
         nouvelle date, reprogrammé, reprogrammée, report du, \
         neuer termin, nachholtermin, ersatztermin, neues datum, nachholkonzert, terminverschiebung, \
         nieuwe datum, inhaaldatum, verzet, inhaalshow, \
         nueva fecha, reprogramado, reprogramada, \
         nuova data, riprogrammato, recupero, \
         nova data, reagendado, reagendada, remarcado, remarcada, \
         nowa data, nowy termin, zmiana terminu",
    ),
    (
        StatusWord::Moved,
        "moved, eventmovedonline, venue change, new venue, change of venue, location change, relocated, venue upgrade, upgraded, moved venue, \
         changement de salle, changement de lieu, nouvelle salle, \
         neuer ort, hochverlegt, ortswechsel, neue location, neue halle, \
         zaalwissel, nieuwe locatie, nieuwe zaal, gewijzigde locatie, \
         cambio de sala, cambio de lugar, cambio de recinto, nuevo recinto, \
         cambio location, cambio sede, nuova location, \
         mudança de local, novo local, \
         zmiana miejsca, nowe miejsce, zmiana lokalizacji",
    ),
    (
        StatusWord::Shifted,
        "verlegt, verplaatst, déplacé, déplacée, trasladado, trasladada, spostato, spostata, transferido, transferida, przeniesiony, \
         przeniesione, przeniesiona",
    ),
    (
        StatusWord::SoldOut,
        "sold out, soldout, tickets sold out, fully booked, no tickets left, no more tickets, \
         complet, affiche complet, guichets fermés, à guichets fermés, épuisé, \
         ausverkauft, restlos ausverkauft, keine karten mehr, keine tickets mehr, \
         uitverkocht, volgeboekt, geen tickets meer, \
         agotado, agotada, agotadas, entradas agotadas, localidades agotadas, \
         esaurito, tutto esaurito, esauriti, biglietti esauriti, \
         esgotado, esgotada, esgotados, lotação esgotada, ingressos esgotados, bilhetes esgotados, \
         wyprzedany, wyprzedane, wyprzedana, wyprzedano, bilety wyprzedane, brak biletów",
    ),
    (
        StatusWord::Denied,
        "almost, nearly, not, near, nearing, about to, going to, will, may, might, if, could, early show, late show, matinee, online, presale, vip, balcony, \
         fast, beinahe, nicht, nahezu, wird bald, \
         presque, bientôt, pas, \
         bijna, niet, haast, \
         casi, no, a punto de, \
         quasi, non, \
         quase, não, \
         prawie, nie",
    ),
    (
        StatusWord::Filler,
        "this, the, show, event, concert, gig, performance, has, have, been, is, was, are, unfortunately, sadly, due, to, illness, by, artist, sorry, \
         update, now, all, tickets, officially, tonight, tonights, refunds, available, at, point, of, purchase, please, note, completely, \
         le, la, ce, cet, spectacle, soirée, est, a, été, malheureusement, date, évènement, événement, \
         das, die, der, dieses, diese, konzert, veranstaltung, ist, wurde, wird, leider, muss, werden, achtung, restlos, termin, abend, \
         deze, dit, het, de, voorstelling, werd, helaas, wordt, evenement, optreden, \
         el, concierto, evento, ha, sido, está, lamentablemente, función, entradas, \
         il, lo, concerto, è, stato, stata, purtroppo, data, \
         o, espetáculo, foi, está, infelizmente, \
         koncert, wydarzenie, został, zostało, została, jest, niestety, bilety",
    ),
];
