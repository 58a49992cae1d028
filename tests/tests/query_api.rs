//! Reading over HTTP: parameters, forms of the answer, links, search, where an event went, and what stands for another service's parameters.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use marquee_model::EventId;
use marquee_reconcile::{Decider, Decision, EventField};
use marquee_store::{ArtistIntervention, Intervention};
use marquee_tests::{
    sample::{author, instant},
    serving::{Answer, Serving},
};
use serde_json::{Value, json};

fn titles(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    json["data"].as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap().to_owned()).collect()
}

async fn ask(serving: &Serving, query: &str) -> Answer {
    serving.get(&format!("/api/v1/events?{query}")).await
}

async fn decide(serving: &Serving, wish: Intervention, reason: &str) {
    let decision = Decision { by: Decider::Person("ann".to_owned()), at: instant(60), reason: reason.to_owned() };
    serving.database.store().intervene(&wish, &decision).await.unwrap();
}

async fn id_of(serving: &Serving, title: &str) -> EventId {
    let json = ask(serving, "").await.json();
    let event = json["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["title"].as_str().unwrap().starts_with(title))
        .unwrap()
        .clone();
    event["id"].as_str().unwrap().parse().unwrap()
}

/// The sample city holds, from Monday 2026-11-23 12:00 UTC on: "Moon Quartet w/ The Tides" (tonight, 25-30 CAD, 19+), "Show e1" (tomorrow, no
/// time, free, all ages), "Show e2" (cancelled), a hostile title, "Show e4", all at The Rex in Toronto; "Suné Parade" at the Music Farm in
/// Charleston (12.50 CAD); and "Last Week", which is over.
#[tokio::test]
async fn every_parameter_narrows_as_it_says() {
    let serving = Serving::filled().await;
    let id = id_of(&serving, "Moon").await;
    let by_id = format!("id={id}");
    for (query, wanted) in [
        (by_id.as_str(), 1),
        ("text=mon%20quaret", 0),
        ("text=moon%20quaret", 1),
        ("artist=the%20tides", 1),
        ("artist=moon%20quartet&role=support", 0),
        ("artist=moon%20quartet&role=headliner", 1),
        ("role=support,dj", 2),
        ("genre=JAZZ", 7),
        ("genre=rock", 0),
        ("status=cancelled", 1),
        ("status=presumed_cancelled", 0),
        ("age=all", 1),
        ("age=19", 2),
        ("age=18", 1),
        ("source=rex", 6),
        ("plugin=css", 7),
        ("plugin=json-ld", 0),
        ("updated_since=2026-11-24", 0),
        ("updated_since=2026-11-23T00:00:00Z", 7),
        ("announced_since=2026-11-23", 7),
        ("from=2026-11-23", 6),
        ("from=2026-11-23T20:30", 5),
        ("from=2026-11-24T01:30:00Z", 5),
        ("until=2026-11-24T01:30:00Z&from=2026-11-23T00:00:00Z", 2),
        ("until=2026-11-23T20:30&from=2026-11-23", 1),
        ("active_between=2026-11-24T02:00:00Z/2026-11-24T03:00:00Z", 2),
        ("weekday=mon", 1),
        ("weekday=sat,sun", 0),
        ("time_from=19:00&time_until=21:00", 6),
        ("time_from=21:00&time_until=20:30", 6),
        ("tba=only", 1),
        ("tba=exclude", 6),
        ("tba=include", 7),
        ("past=exclude", 6),
        ("past=only", 1),
        ("past=include", 7),
        ("venue=rex,music-farm", 7),
        ("city=TORONTO", 6),
        ("state=on&country=ca", 6),
        ("country=US", 0),
        ("postal_code=M5V", 0),
        ("near=43.65,-79.38,5km", 6),
        ("near=43.65,-79.38,500m", 0),
        ("near=43.65,-79.38,1mi", 6),
        ("bbox=-79.6,43.5,-79.1,43.9", 6),
        ("polygon=43.6,-79.5;43.6,-79.3;43.7,-79.4", 6),
        ("price_max=12", 1),
        ("price_max=12.5", 2),
        ("price_min=28", 1),
        ("price_kind=free,fixed", 2),
        ("currency=CAD", 3),
        ("currency=USD", 0),
        ("on_sale=true", 1),
        ("on_sale=false", 6),
    ] {
        let answer = ask(&serving, query).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        assert_eq!(titles(&answer).len(), wanted, "{query}: {:?}", titles(&answer));
    }
}

#[tokio::test]
async fn a_bad_parameter_is_named_with_its_reason_and_the_nearest_valid_one() {
    let serving = Serving::filled().await;
    for (query, parameter, nearest) in [
        ("statsu=cancelled", "statsu", Some("status")),
        ("status=canceled", "status", Some("cancelled")),
        ("sort=stat", "sort", Some("start")),
        ("sort=distance", "sort", None),
        ("weekday=Friday", "weekday", None),
        ("weekday=fru", "weekday", Some("fri")),
        ("fields=titel", "fields", Some("title")),
        ("include=venue", "include", Some("venues")),
        ("facets=days", "facets", Some("day")),
        ("near=43.65,-79.38,10", "near", None),
        ("near=43.65,-79.38&bbox=0,0,1,1", "bbox", None),
        ("polygon=1,2;3,4", "polygon", None),
        ("price_max=cheap", "price_max", None),
        ("currency=dollars", "currency", None),
        ("age=0", "age", None),
        ("id=evt_1", "id", None),
        ("active_between=2026-11-24", "active_between", None),
        ("time_from=8pm", "time_from", None),
        ("site=torono", "site", Some("toronto")),
        ("limit=0", "limit", None),
        ("cursor=x", "cursor", None),
    ] {
        let answer = ask(&serving, query).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        assert_eq!(errors[0]["parameter"], parameter, "{query}: {}", answer.body);
        assert_eq!(errors[0]["nearest"].as_str(), nearest, "{query}: {}", answer.body);
        assert!(!errors[0]["reason"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn lists_link_to_their_beginning_themselves_and_what_follows() {
    let serving = Serving::filled().await;
    let first = ask(&serving, "limit=3&past=exclude").await;
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let address = "/api/v1/events?limit=3&past=exclude";
    assert_eq!(
        first.header("link"),
        format!("<{address}&cursor={cursor}>; rel=\"next\", <{address}>; rel=\"first\", <{address}>; rel=\"self\"")
    );
    let last = ask(&serving, &format!("limit=3&past=exclude&cursor={cursor}")).await;
    let whole = format!("<{address}>; rel=\"first\", <{address}&cursor={cursor}>; rel=\"self\"");
    assert_eq!(last.header("link"), whole);
    // The order and form of an answer may change on the way, what it is an answer to may not.
    let other = ask(&serving, &format!("past=exclude&fields=title&limit=1&cursor={cursor}")).await;
    assert_eq!(titles(&other), titles(&last)[..1]);
    for query in ["past=include", "past=exclude&sort=-start", "past=exclude&text=show"] {
        assert_eq!(ask(&serving, &format!("{query}&cursor={cursor}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn fields_include_and_facets_shape_the_answer() {
    let serving = Serving::filled().await;
    let answer = ask(&serving, "fields=title,start&include=venues,sources,sites&facets=venue,genre,status,day&limit=2")
        .await
        .json();
    let members: Vec<&String> = answer["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "start", "title"]);
    assert_eq!(answer["included"]["venues"][0]["slug"], "rex");
    assert_eq!(answer["included"]["sources"][0]["slug"], "rex");
    assert_eq!(answer["included"]["sites"][0]["slug"], "toronto");
    let facets = &answer["facets"];
    assert_eq!((&facets["counted"], &facets["complete"]), (&json!(7), &json!(true)));
    assert_eq!((&facets["venue"][0]["slug"], &facets["venue"][0]["count"]), (&json!("rex"), &json!(6)));
    assert_eq!(facets["genre"], json!([{"value": "jazz", "count": 7}]));
    assert_eq!(facets["status"], json!([{"value": "scheduled", "count": 6}, {"value": "cancelled", "count": 1}]));
    assert_eq!(facets["day"].as_array().unwrap().len(), 6);
    // Every member has a name that `fields` takes, and no other.
    let event = ask(&serving, "near=43.65,-79.38&limit=1").await.json()["data"][0].clone();
    let names: Vec<String> = event.as_object().unwrap().keys().cloned().collect();
    let part =
        ask(&serving, &format!("near=43.65,-79.38&limit=1&fields={}", names.join(","))).await.json()["data"][0].clone();
    assert_eq!(part, event);
    let bad = ask(&serving, "fields=x").await.body;
    for name in names {
        assert!(bad.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn orders_are_what_they_say() {
    let serving = Serving::filled().await;
    let up = titles(&ask(&serving, "sort=start").await);
    let mut down = titles(&ask(&serving, "sort=-start").await);
    down.reverse();
    assert_eq!(up, down);
    assert_eq!(titles(&ask(&serving, "sort=-announced&limit=1").await), ["Sun\u{e9} Parade"]);
    let near = ask(&serving, "sort=distance&near=43.65,-79.38,5km").await.json();
    let meters = near["data"][0]["distance_meters"].as_f64().unwrap();
    assert!((meters - 804.0).abs() < 5.0, "{meters}");
    assert_eq!(titles(&ask(&serving, "sort=relevance&text=show").await).len(), 3);
}

#[tokio::test]
async fn an_event_tells_how_it_stands() {
    let serving = Serving::filled().await;
    let (cancelled, tonight) = (id_of(&serving, "Show e2").await, id_of(&serving, "Moon").await);
    decide(
        &serving,
        Intervention::Correct { event: tonight, field: EventField::Title, value: json!("Moon Quartet") },
        "a typo",
    )
    .await;
    let event = serving.get(&format!("/api/v1/events/{cancelled}")).await.json();
    assert_eq!(event["status"], "cancelled");
    assert_eq!(event["status_detail"]["presumed"], false);
    assert_eq!(event["freshness"]["state"], "fresh");
    let event = serving.get(&format!("/api/v1/events/{tonight}")).await.json();
    assert_eq!((&event["title"], &event["corrected"]), (&json!("Moon Quartet"), &json!(["title"])));
    assert_eq!(event["offers"][0]["url"], "https://tickets.example/1");
    assert_eq!(event["offers"][0]["price"]["min"], "25.00");
    assert_eq!(event["start"]["tba"], false);

    let why = serving.get(&format!("/api/v1/events/{tonight}/why")).await.json();
    let title = why["fields"].as_array().unwrap().iter().find(|field| field["field"] == "title").unwrap().clone();
    assert_eq!(title["because"], "a person decided: a typo");
    assert_eq!(title["told"][0]["value"], "Moon Quartet w/ The Tides");
    assert_eq!(title["correction"]["reason"], "a typo");
    assert_eq!(why["records"][0]["slug"], "rex");
    assert_eq!(why["records"][0]["plugin"]["id"], "css");

    let history = serving.get(&format!("/api/v1/events/{tonight}/history?limit=1")).await;
    assert_eq!(history.json()["data"][0]["what"], "created");
    let cursor = history.json()["next_cursor"].as_str().unwrap().to_owned();
    let history = serving.get(&format!("/api/v1/events/{tonight}/history?cursor={cursor}")).await.json();
    assert_eq!(history["data"][0]["what"], "corrected");
    assert_eq!(history["data"][0]["detail"]["to"], "Moon Quartet");
    assert_eq!(history["data"][0]["by_a_person"], true);
    assert_eq!(history["next_cursor"], Value::Null);
    assert!(!history.to_string().contains("ann"), "who decided stays with the operator");
}

#[tokio::test]
async fn an_old_id_leads_to_the_event_that_answers_for_it() {
    let serving = Serving::filled().await;
    let (from, into) = (id_of(&serving, "Show e1").await, id_of(&serving, "Show e4").await);
    let hidden = id_of(&serving, "Show e2").await;
    decide(&serving, Intervention::Merge { from, into }, "one night, two listings").await;
    decide(&serving, Intervention::Hide { event: hidden }, "a private party").await;

    for below in ["", "/why", "/history"] {
        let moved = serving.get(&format!("/api/v1/events/{from}{below}")).await;
        assert_eq!(moved.status, 308, "{below}");
        assert_eq!(moved.header("location"), format!("/api/v1/events/{into}{below}"));
        assert_eq!(moved.json()["reason"], "one night, two listings");
        let gone = serving.get(&format!("/api/v1/events/{hidden}{below}")).await;
        assert_eq!((gone.status.as_u16(), gone.header("content-type")), (410, "application/problem+json"), "{below}");
    }
    let listed = titles(&ask(&serving, "").await);
    assert_eq!(listed.len(), 5, "{listed:?}");
    assert_eq!(ask(&serving, &format!("id={from},{hidden}")).await.json()["data"], json!([]));
    assert_eq!(titles(&ask(&serving, "facets=venue&source=rex").await).len(), 4);
    let event = serving.get(&format!("/api/v1/events/{into}")).await.json();
    assert_eq!(event["sources"].as_array().unwrap().len(), 2, "the sightings of both: {event}");
    let legacy = serving.get("/api/v1/sites/toronto/events").await.json();
    assert_eq!(legacy.as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_search_finds_events_venues_and_artists_and_knows_what_was_meant() {
    let serving = Serving::filled().await;
    let found = serving.get("/api/v1/search?text=mon%20quartet").await.json();
    assert_eq!(found["did_you_mean"], Value::Null, "three letters are taken as they stand");
    let found = serving.get("/api/v1/search?text=moon%20quratet").await.json();
    assert_eq!(found["did_you_mean"], "moon quartet");
    let kinds: Vec<&str> =
        found["data"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["artist", "event"]);
    assert_eq!(found["data"][0]["artist"]["name"], "Moon Quartet");
    assert_eq!(found["data"][1]["highlights"][0]["parts"][0], json!({"text": "Moon", "hit": true}));

    let found = serving.get("/api/v1/search?text=sune").await.json();
    assert_eq!(found["data"][0]["event"]["title"], "Sun\u{e9} Parade");
    let found = serving.get("/api/v1/search?text=rex&kind=venue").await.json();
    assert_eq!(found["data"][0]["venue"]["slug"], "rex");
    let found = serving.get("/api/v1/search?text=show&site=charleston").await.json();
    assert_eq!(found["data"], json!([]));
    let past = serving.get("/api/v1/search?text=last&kind=event").await.json();
    assert_eq!(past["data"][0]["event"]["title"], "Last Week");
    for (path, status) in [
        ("/api/v1/search?text=", 400),
        ("/api/v1/search?kind=venue", 400),
        ("/api/v1/search?text=x&site=torono", 400),
        ("/api/v1/search?text=x&limit=51", 400),
        ("/api/v1/search", 422),
    ] {
        assert_eq!(serving.get(path).await.status, status, "{path}");
    }
    let legacy = serving.get("/api/v1/search?q=moon").await;
    assert_eq!(
        (legacy.json()["total_events"].as_i64(), legacy.header("link")),
        (Some(1), "</api/v1/search>; rel=\"successor-version\"")
    );
}

#[tokio::test]
async fn venues_are_found_by_place() {
    let serving = Serving::filled().await;
    let near = serving.get("/api/v1/venues/near?near=43.65,-79.38,5km").await.json();
    assert_eq!(near["data"][0]["slug"], "rex");
    assert!(near["data"][0]["distance_meters"].as_f64().unwrap() < 1_000.0);
    assert_eq!(near["data"].as_array().unwrap().len(), 1, "the Music Farm has no coordinates");
    assert_eq!(serving.get("/api/v1/venues/near").await.status, 400);
    assert_eq!(serving.get("/api/v1/venues?city=toronto&country=ca").await.json()["data"].as_array().unwrap().len(), 1);
}

/// What Ticketmaster's Discovery API (version 2, event search) can ask, and the same question here.
#[tokio::test]
async fn all_that_ticketmaster_filters_for_music_has_its_answer() {
    enum Here {
        /// This question, with so many answers.
        Ask(&'static str, usize),
        /// Refused; the 400 names this parameter of ours, where one comes near.
        Refused(Option<&'static str>),
    }
    use Here::{Ask, Refused};
    let serving = Serving::filled().await;
    let table: &[(&str, Here)] = &[
        ("keyword=moon", Ask("text=moon", 1)),
        ("attractionId=K8vZ9171ob7", Ask("artist=Moon%20Quartet", 1)),
        ("venueId=KovZpZA7AAEA", Ask("venue=rex", 6)),
        ("postalCode=29403", Ask("postal_code=29403", 0)),
        ("latlong=43.65,-79.38", Ask("near=43.65,-79.38", 6)),
        ("geoPoint=dpz83", Ask("near=43.65,-79.38", 6)),
        ("radius=10", Ask("near=43.65,-79.38,10km", 6)),
        ("unit=miles", Ask("near=43.65,-79.38,5mi", 6)),
        ("localStartDateTime=2026-11-23T20:30:00", Ask("from=2026-11-23T20:30", 5)),
        ("localStartEndDateTime=x", Ask("active_between=2026-11-24T02:00:00Z/2026-11-24T03:00:00Z", 2)),
        ("startDateTime=2026-11-24T01:30:00Z", Ask("from=2026-11-24T01:30:00Z", 5)),
        ("endDateTime=2026-11-24T01:30:00Z", Ask("until=2026-11-24T01:30:00Z", 3)),
        ("startEndDateTime=x", Ask("active_between=2026-11-24T02:00:00Z/2026-11-24T03:00:00Z", 2)),
        ("includeTBA=no", Ask("tba=exclude", 6)),
        ("includeTBD=no", Ask("status=scheduled,cancelled,rescheduled,moved,sold_out", 7)),
        ("size=2", Ask("limit=2", 2)),
        ("page=1", Ask("limit=100", 7)),
        ("city=Toronto", Ask("city=Toronto", 6)),
        ("countryCode=CA", Ask("country=CA", 6)),
        ("stateCode=ON", Ask("state=ON", 6)),
        ("marketId=102", Ask("site=toronto", 6)),
        ("dmaId=527", Ask("site=toronto", 6)),
        ("domain=ticketmaster.ca", Ask("site=toronto", 6)),
        ("classificationName=jazz", Ask("genre=jazz", 7)),
        ("classificationId=KnvZfZ7vAvE", Ask("genre=jazz", 7)),
        ("genreId=KnvZfZ7vAvE", Ask("genre=jazz", 7)),
        ("subGenreId=KnvZfZ7vAvE", Ask("genre=jazz", 7)),
        ("publicVisibilityStartDateTime=2026-11-23T00:00:00Z", Ask("announced_since=2026-11-23", 7)),
        ("source=rex", Ask("source=rex", 6)),
        ("sort=start", Ask("sort=start", 7)),
        ("id=x", Ask("id=evt_0198c0de00007000800000000000abcd", 0)),
        ("includeFamily=only", Ask("age=all", 1)),
        ("includeSpellcheck=yes", Refused(Some("text"))),
        ("locale=en-us", Refused(None)),
        ("segmentId=KZFzniwnSyZfZ7v7nJ", Refused(Some("genre"))),
        ("segmentName=music", Refused(Some("genre"))),
        ("typeId=x", Refused(Some("genre"))),
        ("subTypeId=x", Refused(Some("genre"))),
        ("includeTest=no", Refused(None)),
        ("promoterId=494", Refused(Some("source"))),
        ("collectionId=x", Refused(Some("id"))),
        ("preferredCountry=ca", Refused(Some("country"))),
        ("onsaleStartDateTime=2026-11-23T00:00:00Z", Refused(Some("on_sale"))),
        ("onsaleEndDateTime=2026-11-23T00:00:00Z", Refused(Some("on_sale"))),
        ("onsaleOnStartDate=2026-11-23", Refused(Some("on_sale"))),
        ("onsaleOnAfterStartDate=2026-11-23", Refused(Some("on_sale"))),
        ("preSaleDateTime=x", Refused(Some("on_sale"))),
        ("apikey=x", Refused(None)),
    ];
    for (theirs, here) in table {
        let (name, _) = theirs.split_once('=').unwrap();
        let ours = match here {
            Ask(query, wanted) => {
                let answer = ask(&serving, query).await;
                assert_eq!(answer.status, 200, "{theirs}: {}", answer.body);
                assert_eq!(titles(&answer).len(), *wanted, "{theirs}, here {query}: {:?}", titles(&answer));
                query.split_once('=').map(|(ours, _)| ours)
            }
            Refused(ours) => *ours,
        };
        if ours == Some(name) {
            continue;
        }
        let answer = ask(&serving, theirs).await;
        assert_eq!(answer.status, 400, "{theirs}");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["parameter"], name);
        match (name, ours) {
            // Their `page` and `includeTBD` have a counterpart of another kind.
            ("page", _) => assert_eq!(error["nearest"], "cursor"),
            (_, Some(ours)) => {
                assert_eq!(error["nearest"], ours, "{theirs}: {error}");
                assert!(error["reason"].as_str().unwrap().contains(&format!("`{ours}`")), "{error}");
            }
            (_, None) => assert!(error["reason"].as_str().unwrap().len() > 30, "{error}"),
        }
    }
}

#[tokio::test]
async fn artists_are_listed_and_lead_to_their_events() {
    let serving = Serving::filled().await;
    let artists = serving.get("/api/v1/artists?text=tides").await.json();
    let tides = artists["data"][0].clone();
    assert_eq!((&tides["name"], &tides["events"]), (&json!("The Tides"), &json!(1)), "{artists}");
    let id = tides["id"].as_str().unwrap();
    assert_eq!(serving.get(&format!("/api/v1/artists/{id}")).await.json(), tides);
    let events = serving.get(&format!("/api/v1/artists/{id}/events")).await;
    assert_eq!(titles(&events), ["Moon Quartet w/ The Tides"]);
    assert_eq!(titles(&serving.get(&format!("/api/v1/artists/{id}/events?past=only")).await).len(), 0);
    assert_eq!(titles(&ask(&serving, &format!("artist={id}")).await).len(), 1);
    assert_eq!(titles(&ask(&serving, "artist=tides").await).len(), 1, "without its article");
    let included = ask(&serving, &format!("artist={id}&include=artists")).await.json();
    assert_eq!(included["included"]["artists"].as_array().unwrap().len(), 2);
    let first = serving.get("/api/v1/artists?limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let second = serving.get(&format!("/api/v1/artists?limit=2&cursor={cursor}")).await.json();
    assert_ne!(first["data"][1], second["data"][0]);
    for path in ["/api/v1/artists/art_1", "/api/v1/artists/art_0198c0de00007000800000000000abcd"] {
        assert_eq!(serving.get(path).await.status, 404, "{path}");
    }
    // One that a person merged into another leads there.
    let moon =
        serving.get("/api/v1/artists?text=moon%20quartet").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let decision = Decision { by: Decider::Person("ann".to_owned()), at: instant(60), reason: "one band".to_owned() };
    let merge = ArtistIntervention::Merge { from: id.parse().unwrap(), into: moon.parse().unwrap() };
    serving.database.store().intervene_artist(&merge, &decision, &author(60)).await.unwrap();
    let moved = serving.get(&format!("/api/v1/artists/{id}")).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, format!("/api/v1/artists/{moon}").as_str()));
}
