//! The forms of single values: moments, distances, places, areas. Pure; an error is the sentence that the client reads.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use marquee_store::{Area, MAX_CORNERS, Point};
use rust_decimal::Decimal;

use crate::problem::shorten;

/// The radius where a place is given without one, in metres: a city.
const USUAL_RADIUS: f64 = 25_000.0;

/// The greatest radius, in metres: half the way around the earth, beyond which there is nothing.
const GREATEST_RADIUS: f64 = 20_040_000.0;

/// A day, a time of the venue's clock, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// `2026-12-31`.
    Day(NaiveDate),
    /// `2026-12-31T20:00`.
    Local(NaiveDateTime),
    /// `2026-12-31T20:00:00Z`, or with an offset.
    Instant(DateTime<Utc>),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{}` is not a day, a time or an instant; write it as 2026-12-31, 2026-12-31T20:00 or 2026-12-31T20:00:00Z",
                shorten(text)
            )
        };
        // Four-digit years only: others cannot be meant, and databases differ in what they take.
        if text.as_bytes().get(4) != Some(&b'-') {
            return Err(wrong());
        }
        if let Ok(day) = text.parse() {
            return if text.len() == 10 { Ok(Self::Day(day)) } else { Err(wrong()) };
        }
        for form in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"] {
            if let Ok(local) = NaiveDateTime::parse_from_str(text, form) {
                return Ok(Self::Local(local));
            }
        }
        instant(text).map(Self::Instant).ok_or_else(wrong)
    }
}

/// An instant in the form of RFC 3339. A `+` that was not encoded arrives as a blank.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let four_digits = text.as_bytes().get(4) == Some(&b'-');
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().filter(|_| four_digits).map(|at| at.to_utc())
}

/// An instant, or a day's begin in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl FromStr for Instant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<Moment>() {
            Ok(Moment::Instant(at)) => Ok(Self(at)),
            Ok(Moment::Day(day)) => Ok(Self(day.and_time(NaiveTime::MIN).and_utc())),
            _ => Err(format!("`{}` is not an instant; write it as 2026-12-31T20:00:00Z", shorten(text))),
        }
    }
}

/// Two instants with a slash between, the first before the second (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) DateTime<Utc>, pub(crate) DateTime<Utc>);

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, until) = text
            .split_once('/')
            .ok_or("it is not two instants with a slash between, such as 2026-12-31T20:00:00Z/2027-01-01T04:00:00Z")?;
        let (Instant(from), Instant(until)) = (from.parse()?, until.parse()?);
        if from < until { Ok(Self(from, until)) } else { Err("its second instant is not after its first".to_owned()) }
    }
}

/// A time of day, `20:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clocktime(pub(crate) NaiveTime);

impl FromStr for Clocktime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("`{}` is not a time of day; write it as 20:00", shorten(text));
        NaiveTime::parse_from_str(text, "%H:%M").map(Self).map_err(wrong)
    }
}

/// An amount of money, 0 to 999,999.99.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Decimal);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let amount = Decimal::from_str_exact(text)
            .ok()
            .filter(|amount| *amount >= Decimal::ZERO && *amount < Decimal::from(1_000_000));
        amount
            .map(Self)
            .ok_or_else(|| format!("`{}` is not an amount from 0 to 999999.99, such as 25 or 12.50", shorten(text)))
    }
}

/// `latitude,longitude` or `latitude,longitude,radius`, the radius with `m`, `km` or `mi`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Near(pub(crate) Area);

impl FromStr for Near {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let (Some(latitude), Some(longitude), radius, None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("it is not latitude,longitude,radius, such as 43.65,-79.38,10km".to_owned());
        };
        let middle = Point { latitude: degrees(latitude, 90.0)?, longitude: degrees(longitude, 180.0)? };
        let meters = radius.map_or(Ok(USUAL_RADIUS), meters)?;
        Ok(Self(Area::Near { middle, meters }))
    }
}

fn meters(text: &str) -> Result<f64, String> {
    let (number, factor) = if let Some(number) = text.strip_suffix("km") {
        (number, 1000.0)
    } else if let Some(number) = text.strip_suffix("mi") {
        (number, 1609.344)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 1.0)
    } else {
        return Err(format!("the radius `{}` has no unit; write 500m, 10km or 5mi", shorten(text)));
    };
    let meters = number.trim().parse::<f64>().ok().map(|number| number * factor);
    meters
        .filter(|meters| *meters > 0.0 && *meters <= GREATEST_RADIUS)
        .ok_or_else(|| format!("the radius `{}` is not a number above 0 and at most 20040km", shorten(text)))
}

/// `west,south,east,north`, as in GeoJSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BoundingBox(pub(crate) Area);

impl FromStr for BoundingBox {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let &[west, south, east, north] = parts.as_slice() else {
            return Err("it is not west,south,east,north, such as -79.6,43.5,-79.1,43.9".to_owned());
        };
        let (west, east) = (degrees(west, 180.0)?, degrees(east, 180.0)?);
        let (south, north) = (degrees(south, 90.0)?, degrees(north, 90.0)?);
        if south > north {
            return Err("its south is north of its north".to_owned());
        }
        Ok(Self(Area::Box { west, south, east, north }))
    }
}

/// `latitude,longitude;latitude,longitude;...`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Polygon(pub(crate) Area);

impl FromStr for Polygon {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let corner = |text: &str| {
            let (latitude, longitude) =
                text.split_once(',').ok_or_else(|| format!("`{}` is not latitude,longitude", shorten(text)))?;
            Ok::<_, String>(Point {
                latitude: degrees(latitude.trim(), 90.0)?,
                longitude: degrees(longitude.trim(), 360.0)?,
            })
        };
        let corners = text.split(';').take(MAX_CORNERS + 1).map(corner).collect::<Result<Vec<_>, _>>()?;
        if (3..=MAX_CORNERS).contains(&corners.len()) {
            Ok(Self(Area::Polygon(corners)))
        } else {
            Err(format!(
                "it has not 3 to {MAX_CORNERS} corners; write them as latitude,longitude with semicolons between"
            ))
        }
    }
}

fn degrees(text: &str, most: f64) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (-most..=most).contains(number));
    number.ok_or_else(|| format!("`{}` is not a number of degrees from -{most} to {most}", shorten(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_day_a_time_or_an_instant() {
        assert!(matches!("2026-12-31".parse(), Ok(Moment::Day(_))));
        assert!(matches!("2026-12-31T20:00".parse(), Ok(Moment::Local(_))));
        assert!(matches!("2026-12-31T20:00:30".parse(), Ok(Moment::Local(_))));
        let zulu = "2026-12-31T20:00:00Z".parse::<Moment>();
        assert!(matches!(zulu, Ok(Moment::Instant(_))));
        assert_eq!("2026-12-31T15:00:00-05:00".parse::<Moment>(), zulu);
        assert_eq!("2026-12-31T21:00:00 01:00".parse::<Moment>(), zulu, "a plus sign that was not encoded");
        for bad in
            ["2026-02-30", "31.12.2026", "2026-1-1", "tomorrow", "+12026-01-01", "2026-12-31T", "12026-01-01", ""]
        {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_radius_has_a_unit() {
        let radius = |text: &str| match text.parse::<Near>() {
            Ok(Near(Area::Near { meters, .. })) => Some(meters),
            _ => None,
        };
        assert_eq!(radius("43.6,-79.4"), Some(25_000.0));
        assert_eq!(radius("43.6,-79.4,500m"), Some(500.0));
        assert_eq!(radius("43.6, -79.4, 2.5km"), Some(2_500.0));
        assert_eq!(radius("43.6,-79.4,1mi"), Some(1_609.344));
        for bad in [
            "43.6",
            "91,0,1km",
            "0,181,1km",
            "0,0,10",
            "0,0,-1km",
            "0,0,NaNkm",
            "0,0,infkm",
            "NaN,0",
            "0,0,1km,2",
            "x,y",
        ] {
            assert_eq!(radius(bad), None, "{bad}");
        }
    }

    #[test]
    fn boxes_and_polygons_are_whole() {
        assert!("-79.6,43.5,-79.1,43.9".parse::<BoundingBox>().is_ok());
        assert!("170,-20,-170,-10".parse::<BoundingBox>().is_ok(), "over the antimeridian");
        assert!("0,10,1,5".parse::<BoundingBox>().is_err());
        assert!("0,0,1".parse::<BoundingBox>().is_err());
        assert!("0,0;0,1;1,1".parse::<Polygon>().is_ok());
        assert!("0,0;0,1".parse::<Polygon>().is_err());
        assert!(vec!["0,0"; MAX_CORNERS + 1].join(";").parse::<Polygon>().is_err());
    }

    #[test]
    fn an_interval_goes_forward() {
        assert!("2026-12-31T20:00:00Z/2027-01-01T04:00:00Z".parse::<Interval>().is_ok());
        assert!("2026-12-31/2027-01-01".parse::<Interval>().is_ok());
        assert!("2027-01-01/2026-12-31".parse::<Interval>().is_err());
        assert!("2026-12-31".parse::<Interval>().is_err());
    }
}
