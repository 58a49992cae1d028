//! Countries behind the names of artists.

/// Countries behind a name, as two or three letters or in words.
const COUNTRIES: &[(&str, &str)] = &[
    ("us", "us usa america american"),
    ("gb", "uk gb gbr eng england scotland sco wales british scottish welsh"),
    ("ca", "ca can canada canadian"),
    ("de", "de ger deu germany deutschland german"),
    ("fr", "fr fra france french"),
    ("nl", "nl ned netherlands holland dutch"),
    ("be", "be bel belgium belgian"),
    ("ch", "ch sui che switzerland schweiz swiss"),
    ("at", "at aut austria osterreich austrian"),
    ("it", "it ita italy italia italian"),
    ("es", "es esp spain espana spanish"),
    ("pt", "pt por portugal portuguese"),
    ("br", "br bra brazil brasil brazilian"),
    ("ar", "ar arg argentina argentinian"),
    ("mx", "mx mex mexico mexican"),
    ("cl", "cl chi chile chilean"),
    ("co", "co col colombia colombian"),
    ("pl", "pl pol poland polska polish"),
    ("cz", "cz cze czechia czech"),
    ("hu", "hu hun hungary hungarian"),
    ("se", "se swe sweden schweden swedish"),
    ("no", "no nor norway norwegen norwegian"),
    ("dk", "dk den dnk denmark danemark danish"),
    ("fi", "fi fin finland finnish"),
    ("is", "is isl iceland island icelandic"),
    ("ie", "ie irl ire ireland irish"),
    ("au", "au aus australia australian"),
    ("nz", "nz nzl aotearoa"),
    ("jp", "jp jpn japan japanese"),
    ("kr", "kr kor korea korean"),
    ("il", "il isr israel"),
    ("za", "za rsa"),
    ("ua", "ua ukr ukraine ukrainian"),
    ("gr", "gr gre greece greek"),
    ("tr", "tr tur turkey turkiye turkish"),
    ("ru", "ru rus russia russian"),
    ("cu", "cu cub cuba cuban"),
    ("jm", "jm jam jamaica jamaican"),
    ("ng", "ng nga nigeria"),
    ("ml", "ml mli mali"),
    ("sn", "sn sen senegal"),
    ("lt", "lt ltu lithuania"),
    ("lv", "lv lat latvia"),
    ("ee", "ee est estonia"),
];

/// The country that a folded word names.
pub(crate) fn country(word: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(_, words)| words.split(' ').any(|known| known == word)).map(|(code, _)| *code)
}
