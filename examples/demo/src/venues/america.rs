//! The venues of North America that stay as they are.

use crate::show::Show;

/// Vancouver, on Squarespace, read from its JSON.
pub(crate) const VELVET_OTTER: &[Show] = &[
    Show {
        slug: "otter-protocol",
        number: 0x21,
        title: "Otter Protocol",
        in_days: 1,
        starts: (20, 0),
        ends: Some((23, 0)),
        genre: "Electronic",
        text: "Doors at 7pm. Tickets $20 at the door.",
        ..Show::PLAIN
    },
    Show {
        slug: "parking-lot-sermon",
        number: 0x22,
        title: "Parking Lot Sermon w/ Low Kneeling Bus",
        in_days: 3,
        starts: (21, 0),
        ends: Some((0, 30)),
        genre: "Rock",
        text: "19+. They brought their own lot.",
        ..Show::PLAIN
    },
    Show {
        slug: "lukewarm-fusion",
        number: 0x23,
        title: "The Lukewarm Fusion Quartet",
        in_days: 5,
        starts: (19, 30),
        ends: Some((22, 0)),
        genre: "Jazz",
        text: "Seven-four, mostly.",
        ..Show::PLAIN
    },
    Show {
        slug: "tidal-bingo",
        number: 0x24,
        title: "Tidal Bingo: A Shanty Night",
        in_days: 8,
        starts: (19, 0),
        ends: Some((21, 30)),
        genre: "Folk",
        text: "All ages. Bring a hat.",
        ..Show::PLAIN
    },
    Show {
        slug: "dj-kettle",
        number: 0x25,
        title: "DJ Kettle Descaler",
        in_days: 11,
        starts: (22, 0),
        ends: Some((2, 0)),
        genre: "Electronic",
        text: "Hard water techno until two.",
        ..Show::PLAIN
    },
    Show {
        slug: "glacier-karaoke",
        number: 0x26,
        title: "SOLD OUT: Glacier Karaoke",
        in_days: 24,
        starts: (20, 0),
        ends: Some((23, 0)),
        genre: "",
        text: "It moves slowly, so come early.",
        ..Show::PLAIN
    },
];

/// Portland, on Squarespace, read from its HTML.
pub(crate) const LANTERN_ROOM: &[Show] = &[
    Show {
        slug: "mildred",
        number: 1,
        title: "Mildred & the Low Tides",
        in_days: 2,
        starts: (20, 0),
        ends: Some((23, 0)),
        text: "Surf rock from a lake.",
        ..Show::PLAIN
    },
    Show {
        slug: "unpaid-interns",
        number: 2,
        title: "The Unpaid Interns",
        in_days: 3,
        starts: (21, 30),
        ends: Some((0, 30)),
        text: "They do it for the exposure.",
        ..Show::PLAIN
    },
    Show {
        slug: "harp-vs-harp",
        number: 3,
        title: "Harp vs. Harp",
        in_days: 7,
        starts: (19, 0),
        ends: Some((21, 0)),
        text: "An evening of plucked grudges.",
        ..Show::PLAIN
    },
    Show {
        slug: "postponed-comet",
        number: 4,
        title: "POSTPONED – Comet Insurance",
        in_days: 10,
        starts: (20, 0),
        ends: Some((22, 30)),
        text: "The comet is late.",
        ..Show::PLAIN
    },
    Show {
        slug: "lint-trap",
        number: 5,
        title: "Lint Trap feat. Grandfather Cluck",
        in_days: 16,
        starts: (22, 0),
        ends: Some((1, 0)),
        text: "Trap, lint.",
        ..Show::PLAIN
    },
];

/// Chicago, on SeeTickets.
pub(crate) const BRASS_HERON: &[Show] = &[
    Show {
        slug: "bassoon-monsoon",
        number: 710_101,
        title: "BASSOON MONSOON",
        support: "Wet Reed, The Understudies",
        in_days: 1,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "$18.00",
        age: "17+",
        genre: "Alternative",
        ..Show::PLAIN
    },
    Show {
        slug: "ladder-safety",
        number: 710_102,
        title: "Ladder Safety",
        support: "Hollow Ladder",
        in_days: 2,
        starts: (21, 0),
        doors: Some((20, 0)),
        price: "$15.00-$20.00",
        age: "21+",
        genre: "Punk",
        ..Show::PLAIN
    },
    Show {
        slug: "brunch-with-brass",
        number: 710_103,
        title: "Brunch with Brass",
        in_days: 5,
        starts: (11, 0),
        doors: Some((10, 30)),
        price: "$10.00",
        age: "All Ages",
        genre: "Brass",
        ..Show::PLAIN
    },
    Show {
        slug: "quiet-please",
        number: 710_104,
        title: "Quiet, Please!",
        support: "Shh",
        in_days: 5,
        starts: (20, 30),
        doors: Some((19, 30)),
        price: "$22.00",
        age: "17+",
        genre: "Ambient",
        ..Show::PLAIN
    },
    Show {
        slug: "the-reluctant-encore",
        number: 710_105,
        title: "The Reluctant Encore",
        in_days: 13,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "$25.00",
        age: "17+",
        genre: "Rock",
        ..Show::PLAIN
    },
    Show {
        slug: "heron-heron-heron",
        number: 710_106,
        title: "Heron! Heron! Heron!",
        support: "Reeds of Passage",
        in_days: 27,
        starts: (19, 0),
        doors: Some((18, 0)),
        price: "",
        age: "21+",
        genre: "Metal",
        ..Show::PLAIN
    },
    Show {
        slug: "leap-second",
        number: 710_107,
        title: "Leap Second",
        in_days: 52,
        starts: (23, 0),
        doors: Some((22, 0)),
        price: "$30.00",
        age: "21+",
        genre: "DJ/Dance",
        ..Show::PLAIN
    },
];

/// Denver, on RHP with Etix.
pub(crate) const TIN_WHISTLE: &[Show] = &[
    Show {
        slug: "altitude-problem",
        number: 90_001,
        title: "Altitude Problem",
        support: "with Thin Air Quartet",
        in_days: 1,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "$20",
        age: "Ages 21 and up",
        ..Show::PLAIN
    },
    Show {
        slug: "the-snow-chains",
        number: 90_002,
        title: "The Snow Chains",
        in_days: 3,
        starts: (20, 30),
        doors: Some((19, 30)),
        price: "$18 - $24",
        age: "Ages 16 and up",
        ..Show::PLAIN
    },
    Show {
        slug: "yodel-court",
        number: 90_003,
        title: "Yodel Court",
        support: "Judge Echo presiding",
        in_days: 6,
        starts: (19, 0),
        doors: Some((18, 0)),
        price: "Free",
        age: "All Ages",
        ..Show::PLAIN
    },
    Show {
        slug: "marmot-choir",
        number: 90_004,
        title: "The Marmot Choir & Orchestra",
        in_days: 9,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "$35",
        age: "All Ages",
        ..Show::PLAIN
    },
    Show {
        slug: "gravity-refund",
        number: 90_005,
        title: "Gravity Refund",
        in_days: 22,
        starts: (21, 0),
        price: "$15",
        age: "Ages 21 and up",
        ..Show::PLAIN
    },
    Show {
        slug: "new-years-maybe",
        number: 90_006,
        title: "New Year's, Maybe",
        support: "The Late Resolutions",
        in_days: 41,
        starts: (21, 0),
        doors: Some((20, 0)),
        price: "$40",
        age: "Ages 21 and up",
        ..Show::PLAIN
    },
];

/// Halifax, hand-made, with JSON-LD.
pub(crate) const PAPER_LIGHTHOUSE: &[Show] = &[
    Show {
        slug: "fog-delay",
        number: 1,
        title: "Fog Delay",
        support: "The Buoys, Kelp Wanted",
        in_days: 2,
        starts: (20, 0),
        doors: Some((19, 0)),
        ends: Some((23, 0)),
        price: "22.00",
        age: "19+",
        text: "They will be here when they can see it.",
        ..Show::PLAIN
    },
    Show {
        slug: "ferry-godmother",
        number: 2,
        title: "Ferry Godmother",
        in_days: 5,
        starts: (19, 30),
        doors: Some((19, 0)),
        price: "15.00",
        age: "19+",
        text: "Three wishes, two sets.",
        ..Show::PLAIN
    },
    Show {
        slug: "origami-riot",
        number: 3,
        title: "Origami Riot",
        support: "Crease",
        in_days: 12,
        starts: (21, 0),
        price: "12.50",
        age: "19+",
        text: "Foldcore.",
        ..Show::PLAIN
    },
    Show {
        slug: "sea-shanty-court",
        number: 4,
        title: "What Shall We Do with the Sober Sailor?",
        in_days: 19,
        starts: (20, 0),
        ends: Some((22, 0)),
        price: "10.00",
        text: "A discussion with accordion.",
        ..Show::PLAIN
    },
];

/// Savannah, in the layout of the plugin `music-farm`.
pub(crate) const SALT_HANGAR: &[Show] = &[
    Show {
        slug: "humid-parade",
        number: 5201,
        title: "Humid Parade",
        support: "Humid Parade",
        in_days: 1,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "$20.00 - $35.00",
        age: "All Ages",
        ..Show::PLAIN
    },
    Show {
        slug: "the-porch-swings",
        number: 5202,
        title: "The Porch Swings",
        support: "The Porch Swings",
        in_days: 4,
        starts: (21, 0),
        doors: Some((20, 0)),
        price: "$15.00",
        age: "21+",
        ..Show::PLAIN
    },
    Show {
        slug: "gator-etiquette",
        number: 5203,
        title: "An Evening of Gator Etiquette",
        support: "Professor Snap",
        in_days: 10,
        starts: (19, 0),
        doors: Some((18, 0)),
        price: "$25.00",
        age: "All Ages",
        ..Show::PLAIN
    },
    Show {
        slug: "slow-canoe",
        number: 5204,
        title: "Slow Canoe Chase",
        support: "Slow Canoe Chase",
        in_days: 21,
        starts: (20, 0),
        doors: Some((19, 30)),
        price: "$5.00",
        age: "18+",
        ..Show::PLAIN
    },
];
