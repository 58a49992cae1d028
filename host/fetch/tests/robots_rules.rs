//! robots.txt rules, against the suites of others and against another reader of real files.

use std::path::PathBuf;

use marquee_fetch::robots::{Judgement, Rules};
use serde_json::Value;

/// The suites lie beside the checkout; where they are absent the tests say so and pass.
#[cfg(test)]
fn shared(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MARQUEE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("suites/robots").join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

#[cfg(test)]
fn suite(file: &str) -> Option<Value> {
    shared(file).map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn allowed(robots: &str, agent: &str, path: &str) -> bool {
    Rules::read(robots.as_bytes(), agent).judge(path) == Judgement::Allowed
}

/// Path and query as the suite writes them: already encoded, or on purpose not.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

#[test]
fn the_suite_of_the_reference_implementation_passes() {
    let Some(suite) = suite("google_rfc9309_cases.json") else { return };
    let (mut wrong, mut skipped, mut theirs) = (Vec::new(), 0, Vec::new());
    let cases = suite["cases"].as_array().unwrap();
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        // Without an agent or a URL there is nothing to judge; and of the long lines, which the reference's test builds in a loop, the
        // suite holds only the beginning.
        let unfinished = text("test") == "GoogleOnly_LineTooLong";
        if text("user_agent").is_empty() || text("url").is_empty() || unfinished {
            skipped += 1;
            continue;
        }
        let found = allowed(text("robots_txt"), text("user_agent"), path(text("url")));
        let robot = texting_robots::Robot::new(text("user_agent"), text("robots_txt").as_bytes()).unwrap();
        if robot.allowed(path(text("url"))) != case["allowed"].as_bool().unwrap() {
            theirs.push(text("test").to_owned());
        }
        if found != case["allowed"].as_bool().unwrap() {
            wrong.push(case.to_string());
        }
    }
    let (required, optional): (Vec<_>, Vec<_>) = wrong.iter().partition(|case| !case.contains("GoogleOnly_"));
    println!(
        "{} cases: {skipped} say nothing, {} required wrong, {} optional wrong",
        cases.len(),
        required.len(),
        optional.len()
    );
    println!("texting_robots, which this was measured against: {} wrong: {theirs:?}", theirs.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_tables_of_the_specification_pass() {
    let Some(suite) = suite("google_spec_tables.json") else { return };
    let (mut rows, mut wrong) = (0, Vec::new());
    for table in suite["tables"].as_array().unwrap() {
        let name = table["test"].as_str().unwrap();
        for row in table["rows"].as_array().unwrap() {
            rows += 1;
            let text = |at: usize| row[at].as_str().unwrap();
            let right = match name {
                "test_user_agent_precedence" => {
                    let robots = suite["user_agent_precedence_robots_txt"].as_str().unwrap();
                    let groups = ["/group1", "/group2", "/group3"];
                    groups.iter().all(|group| allowed(robots, text(1), group) == (*group == text(0)))
                }
                "test_path_matching" => {
                    let robots = format!("user-agent: *\ndisallow: {}", text(0));
                    allowed(&robots, "Marquee", text(1)) != row[2].as_bool().unwrap()
                }
                "test_record_precedence" => {
                    let robots = format!("user-agent: *\n{}", text(0));
                    allowed(&robots, "Marquee", path(text(1))) == row[2].as_bool().unwrap()
                }
                other => panic!("an unknown table: {other}"),
            };
            if !right {
                wrong.push(format!("{name}: {row}"));
            }
        }
    }
    println!("{rows} rows, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn real_files_are_read_as_another_reader_reads_them() {
    let Some(folder) = shared("real") else { return };
    let agents = ["Marquee", "Googlebot", "bingbot", "GPTBot", "CCBot", "AhrefsBot", "Yandex", "facebookexternalhit"];
    let (mut files, mut judged, mut different) = (0, 0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        files += 1;
        // Every path that the file itself speaks of, bare and with something after it, and a few that it may not.
        let mut paths: Vec<String> =
            ["/", "/events", "/events/2026/10?page=2", "/search?q=a", "/login", "/a.pdf"].map(str::to_owned).to_vec();
        for line in text.lines() {
            if let Some((_, value)) = line.split_once(':').filter(|(key, _)| key.to_lowercase().contains("allow")) {
                let path = value.split('#').next().unwrap().trim().trim_end_matches('$').replace('*', "any");
                if path.starts_with('/') {
                    paths.extend([path.clone(), format!("{path}more"), format!("/more{path}")]);
                }
            }
        }
        for agent in agents {
            let ours = Rules::read(&bytes, agent);
            let theirs = texting_robots::Robot::new(agent, &bytes).unwrap();
            for path in &paths {
                judged += 1;
                if (ours.judge(path) == Judgement::Allowed) != theirs.allowed(path) {
                    different.push(format!("{} {agent} {path}: ours {:?}", file.display(), ours.judge(path)));
                }
            }
            let delay = theirs.delay.map(|seconds| (f64::from(seconds) * 1000.0).round() as u64);
            if ours.crawl_delay_ms != delay {
                different.push(format!(
                    "{} {agent}: delay {:?}, theirs {delay:?}",
                    file.display(),
                    ours.crawl_delay_ms
                ));
            }
        }
    }
    println!("{files} files, {judged} judgements, {} different", different.len());
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn odd_bytes_do_no_harm() {
    for (robots, path, allowed_there) in [
        ("\u{feff}User-agent: *\nDisallow: /a", "/a", false),
        ("User-agent: *\rDisallow: /a\rDisallow: /b", "/b", false),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", false),
        ("User-agent: *\nDisallow: /a\0Disallow: /b", "/b", false),
        ("User-agent:*\nDisallow:/a#b", "/a", false),
        ("User-agent: *\nDisallow:\n", "/a", true),
        ("Disallow: /\n", "/a", true),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: BadBot\nDisallow: /\n", "/a", true),
        ("User-agent: *\nDisallow: /%7eme/", "/~me/", false),
        ("User-agent: *\nDisallow: /~me/", "/%7Eme/", false),
        ("User-agent: *\nDisallow: /\nAllow: /%7Eme/", "/~me/", false),
        ("User-agent: *\nDisallow: /robots.txt", "/robots.txt", true),
        ("User-agent: Mar\nDisallow: /\n", "/a", true),
        ("User-agent: marquee/1.0\nDisallow: /\n", "/a", false),
        ("<html><body>User-agent: * Disallow: /</body></html>", "/a", true),
    ] {
        assert_eq!(allowed(robots, "Marquee", path), allowed_there, "{robots:?}");
    }
    let broken = Rules::read(b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /a\n", "Marquee");
    assert_ne!(broken.judge("/a"), Judgement::Allowed);
}

#[test]
fn crawl_delay_is_read_where_sites_write_it() {
    for (robots, delay) in [
        ("User-agent: *\nCrawl-delay: 10", Some(10_000)),
        ("User-agent: *\ncrawl-delay: 0.5 # s", Some(500)),
        ("Crawl-delay: 3\nUser-agent: *\nDisallow:", Some(3_000)),
        ("User-agent: Other\nCrawl-delay: 9\n\nUser-agent: *\nDisallow:", None),
        ("User-agent: Marquee\nCrawl-delay: 2\n\nUser-agent: *\nCrawl-delay: 9", Some(2_000)),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: NaN", None),
        ("User-agent: *\nCrawl-delay: inf", Some(31_622_400_000)),
        ("User-agent: *\nCrawl-delay: soon", None),
    ] {
        assert_eq!(Rules::read(robots.as_bytes(), "Marquee").crawl_delay_ms, delay, "{robots:?}");
    }
}

#[test]
fn half_a_megabyte_of_rules_is_judged_in_a_moment() {
    let mut robots = String::from("User-agent: *\n");
    while robots.len() < 512 * 1024 {
        robots.push_str("Disallow: /*a*b*c*d*e*f*g$\n");
    }
    let rules = Rules::read(robots.as_bytes(), "Marquee");
    let started = std::time::Instant::now();
    assert_eq!(rules.judge(&format!("/{}", "abcdef".repeat(330))), Judgement::Allowed);
    println!("{} rules: {:?}", rules.len(), started.elapsed());
    assert!(started.elapsed().as_secs() < 5);
}
