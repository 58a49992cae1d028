//! A German club's hand-made page, without any structured data: what the plugin `css` is for.

use chrono::{Datelike, NaiveDate, Timelike};

use crate::{
    markup::{escape, optional, page},
    show::Show,
};

/// The programme: a table for each month, the date printed without a year.
pub(crate) fn programme(name: &str, base: &str, shows: &[Show], today: NaiveDate) -> String {
    let rows: String = shows.iter().map(|show| row(base, show, today)).collect();
    let body = format!(
        "<div id=\"kopf\"><h1>{}</h1><p>Eingang durch den Hof, am Hund vorbei.</p></div>\n\
         <div id=\"programm\">\n<h2>Programm</h2>\n{rows}</div>\n<div id=\"fuss\">Kein Vorverkauf bei Vollmond.</div>",
        escape(name)
    );
    page("de", &format!("{name} – Programm"), "", &body)
}

fn row(base: &str, show: &Show, today: NaiveDate) -> String {
    let date = show.date(today);
    let days = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
    let months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let name = |names: &[&'static str], place: u32| {
        usize::try_from(place).ok().and_then(|p| names.get(p).copied()).unwrap_or_default()
    };
    let hour = |time: chrono::NaiveTime| {
        if time.minute() == 0 { time.format("%-H Uhr") } else { time.format("%-H:%M Uhr") }.to_string()
    };
    let doors = show.door_time().map(|time| format!("Einlass {}, ", hour(time))).unwrap_or_default();
    format!(
        "<div class=\"abend\" id=\"abend-{number}\">\n\
         <div class=\"datum\">{weekday}, {day}. {month}</div>\n\
         <div class=\"wer\"><a href=\"{base}/abend/{slug}\">{title}</a></div>\n{support}\
         <div class=\"zeit\">{doors}Beginn {starts}</div>\n{price}{text}</div>\n",
        number = show.number,
        weekday = name(&days, date.weekday().num_days_from_monday()),
        day = date.day(),
        month = name(&months, date.month0()),
        slug = show.slug,
        title = escape(show.title),
        support = optional("<div class=\"dazu\">", show.support, "</div>\n"),
        starts = hour(show.start(today).time()),
        price = optional("<div class=\"eintritt\">", show.price, "</div>\n"),
        text = optional("<p class=\"text\">", show.text, "</p>\n"),
    )
}
