//! Addresses: made absolute, freed of trackers, refused where they are no web address.

use marquee_model::WebUrl;

/// What `raw` means on `page`. `Ok(None)`: nothing is written there.
pub(crate) fn read(raw: &str, page: &WebUrl) -> Result<Option<WebUrl>, String> {
    let reference = raw.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if reference.is_empty() {
        return Ok(None);
    }
    if reference.starts_with('#') {
        return Err("it leads nowhere but to the page that it stands on".to_owned());
    }
    let absolute = page.join(reference).map_err(|problem| problem.to_string())?;
    Ok(Some(absolute.without_trackers()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_page(raw: &str) -> Result<Option<String>, String> {
        let page: WebUrl = "https://venue.example/events/list?page=2".parse().unwrap();
        read(raw, &page).map(|url| url.map(|u| u.to_string()))
    }

    #[test]
    fn relative_addresses_become_absolute() {
        for (raw, absolute) in [
            ("/e/1", "https://venue.example/e/1"),
            ("moon", "https://venue.example/events/moon"),
            ("//tickets.example/9", "https://tickets.example/9"),
            (" https://TICKETS.example/a b \n", "https://tickets.example/a%20b"),
        ] {
            assert_eq!(on_page(raw), Ok(Some(absolute.to_owned())), "{raw}");
        }
        assert_eq!(on_page("  "), Ok(None));
    }

    #[test]
    fn trackers_go_and_what_sellers_need_stays() {
        for (raw, clean) in [
            ("https://t.example/1?utm_source=x&UTM_Medium=y&fbclid=z", "https://t.example/1"),
            ("https://t.example/1?b=2&fbclid=z&a=1#seats", "https://t.example/1?b=2&a=1#seats"),
            ("https://t.example/1?aff=venue&gclid=1", "https://t.example/1?aff=venue"),
            ("https://t.example/1?sig=a%2Fb%3D&x", "https://t.example/1?sig=a%2Fb%3D&x"),
            ("https://t.example/1?", "https://t.example/1?"),
        ] {
            assert_eq!(on_page(raw), Ok(Some(clean.to_owned())), "{raw}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for raw in
            ["javascript:alert(1)", "data:image/png;base64,AA", "mailto:box@venue.example", "#", "#top", "http://"]
        {
            assert!(on_page(raw).is_err(), "{raw}");
        }
        assert!(on_page("java\nscript:alert(1)").is_err());
        assert!(on_page(&format!("/{}", "x".repeat(3000))).is_err());
    }

    #[test]
    fn links_of_real_venues_are_cleaned_as_their_readers_clean_them() {
        let shared = std::env::var_os("MARQUEE_SHARED").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            std::path::PathBuf::from,
        );
        let Ok(suite) = std::fs::read_to_string(shared.join("suites/url-encoding/url_cases.json")) else {
            println!("the shared suites are absent");
            return;
        };
        let suite: serde_json::Value = serde_json::from_str(&suite).unwrap();
        for case in suite["ticket_url_sanitising"].as_array().unwrap() {
            let raw = case[0].as_str().unwrap();
            assert_eq!(on_page(raw), Ok(Some(case[1].as_str().unwrap().to_owned())), "{raw}");
        }
    }
}
