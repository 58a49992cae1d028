//! Parts of the earth: circles, boxes, polygons, and distances between places. Pure; degrees are those of WGS 84.

use serde::{Deserialize, Serialize};

/// The earth's mean radius in metres (IUGG). A sphere is at most 0.56 % off, less than a venue's coordinates are.
const EARTH_METERS: f64 = 6_371_008.8;

/// The most corners that a polygon may have: each costs a step a venue, and no district needs more.
pub const MAX_CORNERS: usize = 200;

/// A place on earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180; a polygon's corners may go on beyond 180 (see [`Area::Polygon`]).
    pub longitude: f64,
}

/// A part of the earth.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    /// Within `meters` of a place, along the ground.
    Near {
        /// The middle.
        middle: Point,
        /// The radius in metres.
        meters: f64,
    },
    /// Between two meridians and two parallels, edges included. Where `west` is greater than `east` it goes over the antimeridian, as in
    /// RFC 7946 section 5.2.
    Box {
        /// Least longitude.
        west: f64,
        /// Least latitude.
        south: f64,
        /// Greatest longitude.
        east: f64,
        /// Greatest latitude.
        north: f64,
    },
    /// Within these corners, joined by straight lines on a map of degrees (not great circles); 3 to [`MAX_CORNERS`] of them. The last is joined
    /// to the first. To go over the antimeridian, go on counting: 178, 179, 181. A place on an edge may be in or out.
    Polygon(Vec<Point>),
}

impl Area {
    /// Whether a place is in it.
    #[must_use]
    pub fn holds(&self, place: Point) -> bool {
        match self {
            Self::Near { middle, meters } => distance(*middle, place) <= *meters,
            Self::Box { west, south, east, north } => {
                let between = if west <= east {
                    (*west..=*east).contains(&place.longitude)
                } else {
                    place.longitude >= *west || place.longitude <= *east
                };
                between && (*south..=*north).contains(&place.latitude)
            }
            Self::Polygon(corners) => {
                [0.0, 360.0, -360.0].iter().any(|turn| inside(corners, place.longitude + turn, place.latitude))
            }
        }
    }

    /// The latitudes between which all of it lies: what an index can narrow down by.
    #[must_use]
    pub fn latitudes(&self) -> (f64, f64) {
        match self {
            Self::Near { middle, meters } => {
                let degrees = (meters / EARTH_METERS).to_degrees();
                // A hair more, so that rounding loses nobody on the edge.
                (middle.latitude - degrees - 1e-6, middle.latitude + degrees + 1e-6)
            }
            Self::Box { south, north, .. } => (*south, *north),
            Self::Polygon(corners) => corners.iter().fold((90.0, -90.0), |(south, north), corner| {
                (f64::min(south, corner.latitude), f64::max(north, corner.latitude))
            }),
        }
    }

    /// The middle from which distances are counted, where it has one.
    #[must_use]
    pub const fn middle(&self) -> Option<Point> {
        match self {
            Self::Near { middle, .. } => Some(*middle),
            Self::Box { .. } | Self::Polygon(_) => None,
        }
    }
}

/// Metres along the ground between two places, by the haversine formula.
#[must_use]
pub fn distance(a: Point, b: Point) -> f64 {
    let (north, east) = ((b.latitude - a.latitude).to_radians(), (b.longitude - a.longitude).to_radians());
    let chord = (north / 2.0).sin().powi(2)
        + a.latitude.to_radians().cos() * b.latitude.to_radians().cos() * (east / 2.0).sin().powi(2);
    2.0 * EARTH_METERS * chord.sqrt().min(1.0).asin()
}

/// Whether a ray to the east crosses the edges an odd number of times.
fn inside(corners: &[Point], x: f64, y: f64) -> bool {
    let mut odd = false;
    let mut before = corners.last();
    for corner in corners {
        if let Some(from) = before
            && (from.latitude > y) != (corner.latitude > y)
        {
            let share = (y - from.latitude) / (corner.latitude - from.latitude);
            if x < from.longitude + share * (corner.longitude - from.longitude) {
                odd = !odd;
            }
        }
        before = Some(corner);
    }
    odd
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(latitude: f64, longitude: f64) -> Point {
        Point { latitude, longitude }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        // Toronto to Montreal, London to Paris, and over the antimeridian from Suva to Apia.
        for (a, b, kilometers) in [
            (at(43.6532, -79.3832), at(45.5019, -73.5674), 505.0),
            (at(51.5072, -0.1276), at(48.8566, 2.3522), 344.0),
            (at(-18.1248, 178.4501), at(-13.8333, -171.7667), 1_145.0),
        ] {
            let meters = distance(a, b);
            assert!((meters / 1000.0 - kilometers).abs() < 0.01 * kilometers, "{meters}");
        }
        assert!(distance(at(1.0, 1.0), at(1.0, 1.0)) < 0.001);
        assert!((distance(at(90.0, 0.0), at(-90.0, 0.0)) - std::f64::consts::PI * EARTH_METERS).abs() < 1.0);
    }

    #[test]
    fn boxes_and_polygons_go_over_the_antimeridian() {
        let fiji = Area::Box { west: 176.0, south: -20.0, east: -178.0, north: -15.0 };
        assert!(fiji.holds(at(-18.0, 178.0)) && fiji.holds(at(-18.0, -179.0)) && !fiji.holds(at(-18.0, 0.0)));
        let corners = vec![at(-20.0, 176.0), at(-20.0, 182.0), at(-15.0, 182.0), at(-15.0, 176.0)];
        let fiji = Area::Polygon(corners);
        assert!(fiji.holds(at(-18.0, 178.0)) && fiji.holds(at(-18.0, -179.0)) && !fiji.holds(at(-18.0, -177.0)));
    }

    #[test]
    fn a_polygon_may_be_hollow_on_one_side() {
        let horseshoe = Area::Polygon(vec![
            at(0., 0.),
            at(0., 9.),
            at(9., 9.),
            at(9., 6.),
            at(3., 6.),
            at(3., 3.),
            at(9., 3.),
            at(9., 0.),
        ]);
        assert!(horseshoe.holds(at(1., 4.)) && horseshoe.holds(at(8., 1.)) && !horseshoe.holds(at(8., 4.)));
    }

    proptest! {
        #[test]
        fn what_is_in_an_area_is_between_its_latitudes(
            (lat, lon) in (-89.0..89.0_f64, -180.0..180.0_f64), (x, y) in (-90.0..90.0_f64, -180.0..180.0_f64), meters in 1.0..5_000_000.0_f64,
        ) {
            let area = Area::Near { middle: at(lat, lon), meters };
            let (south, north) = area.latitudes();
            if area.holds(at(x, y)) {
                prop_assert!((south..=north).contains(&x));
            }
        }

        #[test]
        fn a_box_is_the_polygon_of_its_corners(
            (west, east) in (-170.0..0.0_f64, 0.0..170.0_f64), (south, north) in (-80.0..0.0_f64, 0.0..80.0_f64),
            (lat, lon) in (-90.0..90.0_f64, -180.0..180.0_f64),
        ) {
            let polygon = Area::Polygon(vec![at(south, west), at(south, east), at(north, east), at(north, west)]);
            prop_assert_eq!(polygon.holds(at(lat, lon)), Area::Box { west, south, east, north }.holds(at(lat, lon)));
        }
    }
}
