//! The widget's further pages, which its script asks WordPress for.

use marquee_sdk::{Element, ExtractError, Page, capture};

/// How many pages are asked for at most: ten events each are more than any house lists.
const MOST: usize = 40;
const PAGING: &str = "[data-see-ajax-page], [data-see-total-pages]";

/// The addresses of the pages behind the first, where the page says how many there are and shows the key to ask with.
pub(crate) fn further(page: &Page, document: &Element) -> Result<Vec<String>, ExtractError> {
    let mut last = 1_usize;
    let mut kind = None;
    for control in document.select(PAGING)? {
        let number = |name: &str| control.attribute(name).and_then(|number| number.trim().parse().ok());
        last = ["data-see-ajax-page", "data-see-total-pages"].into_iter().filter_map(number).fold(last, usize::max);
        kind = kind.or(control.attribute("data-list-type"));
    }
    let body = page.body();
    let settings = capture(r"seetickets_ajax_obj\s*=\s*(\{[^}]*\})", &body)?.unwrap_or_default();
    let Some(nonce) = capture(r#""nonce"\s*:\s*"([0-9A-Za-z]+)""#, &settings)? else { return Ok(Vec::new()) };
    let Some(address) = capture(r#""ajax_?url"\s*:\s*"([^"]+)""#, &settings)? else { return Ok(Vec::new()) };
    let address = address.replace("\\/", "/");
    if kind.is_none() {
        kind = document.select("[data-list-type]")?.first().and_then(|place| place.attribute("data-list-type"));
    }
    let kind = kind.unwrap_or_else(|| "list".to_owned());
    let asked =
        |number| format!("{address}?action=get_seetickets_events&nonce={nonce}&seeAjaxPage={number}&listType={kind}");
    Ok((2..=last.min(MOST)).map(asked).collect())
}
