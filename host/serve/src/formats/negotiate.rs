//! Which format a request wants: the end of its address decides, else `Accept` (RFC 9110 section 12.5.1).

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use marquee_formats::Format;

use super::{not_acceptable, stream::Streams};
use crate::{App, Problem};

/// The format of the answer, and the streams that this server has open.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) format: Format,
    pub(super) streams: Option<Streams>,
}

impl Wanted {
    /// Whether the handler's own JSON is wanted.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

impl FromRequestParts<App> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let format = of_path(parts.uri.path()).or_else(|| accepted(&parts.headers));
        let format = format.ok_or_else(|| not_acceptable(&accept(&parts.headers)))?;
        Ok(Self { format, streams: parts.extensions.get::<Streams>().cloned() })
    }
}

/// An id without the end that names a format: `evt_1.ics` is `evt_1`.
pub(crate) fn bare(name: &str) -> &str {
    name.rsplit_once('.').filter(|(_, suffix)| Format::of_suffix(suffix).is_some()).map_or(name, |(name, _)| name)
}

fn of_path(path: &str) -> Option<Format> {
    let (_, name) = path.rsplit_once('/')?;
    let (_, suffix) = name.rsplit_once('.')?;
    Format::of_suffix(suffix)
}

fn accept(headers: &HeaderMap) -> String {
    let values = headers.get_all(header::ACCEPT).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join(", ")
}

/// A media range of `Accept`.
struct Range {
    kind: String,
    /// Thousandths, 0 to 1,000.
    quality: u16,
}

/// The format that is liked best; of several, the first of [`Format::ALL`]. Without `Accept` any will do.
fn accepted(headers: &HeaderMap) -> Option<Format> {
    if !headers.contains_key(header::ACCEPT) {
        return Some(Format::Json);
    }
    let ranges: Vec<Range> = accept(headers).split(',').filter_map(range).collect();
    let liked = Format::ALL.into_iter().map(|format| (quality(format, &ranges), format));
    liked.filter(|(quality, _)| *quality > 0).max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, format)| format)
}

/// Reads one range. Parameters of the type itself do not matter here: every format has one form.
fn range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().filter(|kind| !kind.is_empty())?.to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality = weight.map_or(Some(1000), thousandths)?;
    Some(Range { kind, quality })
}

/// A quality of at most three decimals. What is none takes the range out: a guess could choose what was refused.
fn thousandths(weight: &str) -> Option<u16> {
    let quality = weight.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality))?;
    [0_u16, 1000]
        .into_iter()
        .find(|whole| f32::from(*whole) / 1000.0 == quality)
        .or_else(|| (1..1000_u16).find(|n| (f32::from(*n) / 1000.0 - quality).abs() < 0.0005))
}

/// How much a format is liked: by the most particular range that it fits.
fn quality(format: Format, ranges: &[Range]) -> u16 {
    let names = names(format);
    let family = format.media_type().split('/').next().unwrap_or_default();
    let particular = |range: &&Range| {
        if names.contains(&range.kind.as_str()) {
            Some(2)
        } else if range.kind.strip_suffix("/*") == Some(family) {
            Some(1)
        } else {
            (range.kind == "*/*").then_some(0)
        }
    };
    let fitting = ranges.iter().filter_map(|range| Some((particular(&range)?, range.quality)));
    fitting.max().map_or(0, |(_, quality)| quality)
}

/// The names under which a format is asked for.
const fn names(format: Format) -> &'static [&'static str] {
    match format {
        Format::Json => &["application/json", "application/problem+json"],
        Format::JsonLd => &["application/ld+json"],
        Format::Calendar => &["text/calendar"],
        Format::Rss => &["application/rss+xml"],
        Format::Atom => &["application/atom+xml"],
        Format::JsonFeed => &["application/feed+json"],
        Format::GeoJson => &["application/geo+json", "application/vnd.geo+json"],
        Format::Csv => &["text/csv"],
        Format::Ndjson => &["application/x-ndjson", "application/ndjson", "application/jsonl"],
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn chosen(accept: &'static str) -> Option<Format> {
        accepted(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
    }

    #[test]
    fn accept_chooses_by_quality_then_by_particularity_then_in_order() {
        assert_eq!(accepted(&HeaderMap::new()), Some(Format::Json));
        for (accept, wanted) in [
            ("*/*", Some(Format::Json)),
            ("text/csv", Some(Format::Csv)),
            ("text/csv, */*;q=0.1", Some(Format::Csv)),
            ("application/json;q=0.2, text/calendar;q=0.8", Some(Format::Calendar)),
            ("application/*;q=0.9, application/json;q=0.1", Some(Format::JsonLd)),
            ("application/json;q=0, */*", Some(Format::JsonLd)),
            ("text/*", Some(Format::Calendar)),
            ("TEXT/Calendar; charset=utf-8", Some(Format::Calendar)),
            ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", Some(Format::Json)),
            ("application/problem+json", Some(Format::Json)),
            ("text/csv;q=0.001", Some(Format::Csv)),
            ("text/html", None),
            ("text/csv;q=0", None),
            ("text/csv;q=2", None),
            ("text/csv;q=NaN", None),
            ("", None),
        ] {
            assert_eq!(chosen(accept), wanted, "{accept}");
        }
    }

    #[test]
    fn the_end_of_the_address_names_a_format_or_nothing() {
        assert_eq!(of_path("/api/v1/events.ics"), Some(Format::Calendar));
        assert_eq!(of_path("/events/evt_1.jsonld"), Some(Format::JsonLd));
        for path in ["/api/v1/events", "/events/evt_1.exe", "/a.ics/events", ""] {
            assert_eq!(of_path(path), None, "{path}");
        }
        assert_eq!((bare("evt_1.ics"), bare("evt_1.x"), bare("evt_1")), ("evt_1", "evt_1.x", "evt_1"));
    }
}
