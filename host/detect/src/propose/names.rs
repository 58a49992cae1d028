//! Which class names say what an element is for, and which are made by a build, a framework's grid or a record's number.
//!
//! A selector lives as long as the name that it uses. `event-card` is the author's word; `css-1x9k2` changes with the next build,
//! `col-md-6` stands everywhere, `post-1412` names one record.

/// Whether a name may be used in a selector: neither made by a machine, nor of one record, nor a passing state.
pub(crate) fn is_stable(name: &str) -> bool {
    (2..=60).contains(&name.len()) && !is_numbered(name) && !is_hashed(name) && !is_state(name) && name.is_ascii()
}

/// Whether the name needs no escape in CSS.
pub(crate) fn unescaped_ident(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `post-1412`, `elementor-390`, `comp-lk3j2x`: a number of three digits or more, or any behind a word that records are counted by.
fn is_numbered(name: &str) -> bool {
    const COUNTED: [&str; 9] = ["elementor", "post", "page", "page-id", "item", "event", "term", "id", "category"];
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let counted = word.len() < name.len() && COUNTED.contains(&word.trim_end_matches(['-', '_']));
    counted || name.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 3)
}

/// Names that a build makes: `css-1a2b3c`, `sc-bdVaJa`, `jsx-12`, `Card_title__x7Yz3`, `kWnTxy`.
fn is_hashed(name: &str) -> bool {
    if ["css-", "jsx-", "jss", "sc-", "emotion-", "svelte-", "astro-", "_ngcontent", "comp-"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
    {
        return true;
    }
    name.split(['-', '_']).filter(|part| !part.is_empty()).any(is_random)
}

/// A word that nobody writes: digits between letters, or capitals without order.
fn is_random(part: &str) -> bool {
    let bytes = part.as_bytes();
    if bytes.len() < 5 {
        return false;
    }
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let inner = bytes.iter().position(u8::is_ascii_digit).is_some_and(|at| {
        bytes.get(at..).is_some_and(|rest| rest.iter().any(u8::is_ascii_alphabetic)) && at + 1 < bytes.len()
    });
    if digits >= 2 && inner {
        return true;
    }
    let turns = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    let vowels =
        bytes.iter().filter(|b| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).count();
    // `eventTitle` turns once and has vowels; `bdVaJa` and `kWnTxy` turn at every other letter.
    (turns >= 2 && bytes.len() <= 8) || (bytes.len() >= 6 && vowels == 0) || (digits >= 1 && inner && turns >= 1)
}

/// States that come and go.
fn is_state(name: &str) -> bool {
    const STATES: [&str; 22] = [
        "active",
        "first",
        "last",
        "odd",
        "even",
        "current",
        "open",
        "closed",
        "visible",
        "hidden",
        "selected",
        "loaded",
        "lazy",
        "lazyload",
        "lazyloaded",
        "clearfix",
        "alternate",
        "hover",
        "sr-only",
        "animated",
        "today",
        "past",
    ];
    STATES.contains(&name) || ["is-", "has-", "js-", "wow", "animate", "aos-"].iter().any(|p| name.starts_with(p))
}

/// Names of grids, utilities and page builders: they tell how something looks, not what it is.
pub(crate) fn is_utility(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "row",
        "col",
        "column",
        "columns",
        "container",
        "container-fluid",
        "wrapper",
        "wrap",
        "inner",
        "outer",
        "grid",
        "flex",
        "block",
        "inline",
        "inline-block",
        "relative",
        "absolute",
        "table",
        "clear",
        "left",
        "right",
        "center",
        "cell",
        "section",
        "content",
        "group",
        "box",
        "truncate",
        "uppercase",
        "lowercase",
        "capitalize",
        "italic",
        "bold",
        "underline",
        "rounded",
        "shadow",
        "border",
        "cover",
        "large",
        "small",
        "medium",
        "btn",
        "button",
        "link",
        "span",
        "div",
        "image",
        "img",
        "text",
        "elementor",
        "elementor-element",
        "elementor-widget",
        "elementor-column",
        "elementor-section",
        "e-con",
        "e-flex",
        "e-parent",
        "e-child",
        "e-con-inner",
        "e-con-full",
        "elementor-widget-container",
        "elementor-widget-wrap",
        "antialiased",
        "static",
        "fixed",
        "sticky",
        "grow",
        "shrink",
        "transition",
        "transform",
    ];
    const PREFIXES: &[&str] = &[
        "col-",
        "row-",
        "d-",
        "m-",
        "mt-",
        "mb-",
        "ml-",
        "mr-",
        "mx-",
        "my-",
        "p-",
        "pt-",
        "pb-",
        "pl-",
        "pr-",
        "px-",
        "py-",
        "w-",
        "h-",
        "min-",
        "max-",
        "text-",
        "bg-",
        "font-",
        "leading-",
        "tracking-",
        "flex-",
        "grid-",
        "gap-",
        "space-",
        "items-",
        "justify-",
        "align-",
        "self-",
        "border-",
        "rounded-",
        "shadow-",
        "order-",
        "offset-",
        "float-",
        "g-",
        "gx-",
        "overflow-",
        "z-",
        "inset-",
        "top-",
        "left-",
        "opacity-",
        "transition-",
        "cursor-",
        "position-",
        "fs-",
        "fw-",
        "elementor-col",
        "elementor-size",
        "elementor-top",
        "elementor-inner",
        "uk-",
        "object-",
        "vc_",
        "divide-",
        "ring-",
        "duration-",
        "whitespace-",
        "aspect-",
        "basis-",
    ];
    WORDS.contains(&name) || name.contains(':') || name.contains('/') || PREFIXES.iter().any(|p| name.starts_with(p))
}

/// The words of a name: `eventTitle-main` is event, title, main.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in name.chars() {
        let breaks = !c.is_alphanumeric() || (c.is_uppercase() && lower);
        if breaks && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether one of the name's words begins with one of these stems.
pub(crate) fn says(name: &str, stems: &[&str]) -> bool {
    words(name).iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_build_or_a_record_makes_are_not_used() {
        for name in [
            "css-1a2b3c",
            "sc-bdVaJa",
            "post-1412",
            "elementor-55",
            "Card_title__x7Yz3",
            "kWnTxy",
            "elementor-element-2ee4972",
            "is-open",
            "x",
        ] {
            assert!(!is_stable(name), "{name}");
        }
        for name in [
            "event-card",
            "eventTitle",
            "tw-date-time",
            "schedule-event",
            "c-card__title",
            "h3",
            "h-event",
            "konzert",
            "dtstart",
        ] {
            assert!(is_stable(name), "{name}");
        }
    }

    #[test]
    fn grids_and_utilities_are_told_from_words() {
        for name in ["col-md-6", "mt-4", "md:flex", "row", "w-1/2"] {
            assert!(is_utility(name), "{name}");
        }
        for name in ["event-row", "concert", "agenda-item", "show-title"] {
            assert!(!is_utility(name), "{name}");
        }
    }

    #[test]
    fn a_name_falls_into_words() {
        assert_eq!(words("eventTitle-main_2"), ["event", "title", "main", "2"]);
        assert!(says("c-card__title", &["titl"]));
    }
}
