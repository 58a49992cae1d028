//! Hand-made pages that carry structured data of schema.org: one as JSON-LD, one as microdata.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    markup::{escape, instant, optional, page},
    show::Show,
};

/// An English page with JSON-LD. What a person sees of it is left to the imagination of the venue's nephew.
pub(crate) fn json_ld(name: &str, base: &str, zone: &str, currency: &str, shows: &[Show], today: NaiveDate) -> String {
    let graph: Vec<Value> = shows.iter().map(|show| event(name, base, zone, currency, show, today)).collect();
    let data = json!({ "@context": "https://schema.org", "@graph": graph });
    let head = format!("<script type=\"application/ld+json\">\n{data:#}\n</script>\n");
    let lines: String = shows
        .iter()
        .map(|show| format!("<p class=\"gig\">{} ~ {}</p>\n", show.date(today).format("%d.%m."), escape(show.title)))
        .collect();
    page("en", name, &head, &format!("<h1>{}</h1>\n<marquee>What's on</marquee>\n{lines}", escape(name)))
}

fn event(name: &str, base: &str, zone: &str, currency: &str, show: &Show, today: NaiveDate) -> Value {
    let url = format!("{base}/gig/{}", show.slug);
    let mut acts = vec![json!({ "@type": "MusicGroup", "name": show.title })];
    acts.extend(
        show.support.split(", ").filter(|act| !act.is_empty()).map(|act| json!({ "@type": "MusicGroup", "name": act })),
    );
    let offer = (!show.price.is_empty()).then(|| {
        json!({ "@type": "Offer", "price": show.price, "priceCurrency": currency, "url": format!("{url}/tickets"), "availability": "https://schema.org/InStock" })
    });
    json!({
        "@type": "MusicEvent",
        "@id": url,
        "name": show.title,
        "url": url,
        "doorTime": show.door_time().map(|doors| instant(show.date(today).and_time(doors), zone).1),
        "startDate": instant(show.start(today), zone).1,
        "endDate": show.end(today).map(|end| instant(end, zone).1),
        "eventStatus": "https://schema.org/EventScheduled",
        "location": { "@type": "MusicVenue", "name": name, "address": { "@type": "PostalAddress", "addressLocality": "Halifax", "addressRegion": "NS", "addressCountry": "CA" } },
        "performer": acts,
        "description": show.text,
        "typicalAgeRange": (!show.age.is_empty()).then_some(show.age),
        "offers": offer,
    })
}

/// A Dutch page with microdata.
pub(crate) fn microdata(
    name: &str,
    base: &str,
    zone: &str,
    currency: &str,
    shows: &[Show],
    today: NaiveDate,
) -> String {
    let items: String = shows.iter().map(|show| item(name, base, zone, currency, show, today)).collect();
    let body = format!("<h1>{}</h1>\n<section class=\"agenda\">\n<h2>Agenda</h2>\n{items}</section>", escape(name));
    page("nl", &format!("Agenda – {name}"), "", &body)
}

fn item(name: &str, base: &str, zone: &str, currency: &str, show: &Show, today: NaiveDate) -> String {
    let start = show.start(today);
    let days = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];
    let months = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let offer = if show.price.is_empty() {
        String::new()
    } else {
        format!(
            "<span itemprop=\"offers\" itemscope itemtype=\"https://schema.org/Offer\">€ <span itemprop=\"price\" content=\"{price}\">{price}</span>\
             <meta itemprop=\"priceCurrency\" content=\"{currency}\"> <a itemprop=\"url\" href=\"{base}/tickets/{slug}\">Tickets</a></span>\n",
            price = escape(show.price),
            slug = show.slug,
        )
    };
    format!(
        "<article itemscope itemtype=\"https://schema.org/MusicEvent\" class=\"avond\">\n\
         <h3><a itemprop=\"url\" href=\"{base}/avond/{slug}\"><span itemprop=\"name\">{title}</span></a></h3>\n\
         <time itemprop=\"startDate\" datetime=\"{iso}\">{printed}</time>\n\
         {acts}<p itemprop=\"description\">{text}</p>\n{offer}\
         <div itemprop=\"location\" itemscope itemtype=\"https://schema.org/MusicVenue\"><meta itemprop=\"name\" content=\"{name}\">\
         <meta itemprop=\"address\" content=\"Zompstraat 3, Gent\"></div>\n</article>\n",
        slug = show.slug,
        title = escape(show.title),
        iso = instant(start, zone).1,
        printed = dutch(start, &days, &months),
        acts = optional(
            "<p>met <span itemprop=\"performer\" itemscope itemtype=\"https://schema.org/MusicGroup\"><span itemprop=\"name\">",
            show.support,
            "</span></span></p>\n"
        ),
        text = escape(show.text),
        name = escape(name),
    )
}

/// `vrijdag 27 november 2026, 20.00 uur`.
fn dutch(at: chrono::NaiveDateTime, days: &[&str], months: &[&str]) -> String {
    use chrono::Datelike;
    let name = |names: &[&str], place: u32| {
        usize::try_from(place).ok().and_then(|p| names.get(p).copied()).unwrap_or_default().to_owned()
    };
    format!(
        "{} {} {} {}, {} uur",
        name(days, at.weekday().num_days_from_monday()),
        at.day(),
        name(months, at.month0()),
        at.year(),
        at.format("%H.%M")
    )
}
