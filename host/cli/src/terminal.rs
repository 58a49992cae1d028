//! Tables and lines for people.

use std::fmt::Display;

use comfy_table::{ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};

/// A table with these headings, as wide as the terminal.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header(headings);
    table
}

/// One thing a line, indented.
pub(crate) fn lines<T: Display>(things: &[T]) -> String {
    things.iter().map(|thing| format!("  {thing}")).collect::<Vec<_>>().join("\n")
}

/// A value, or a dash where there is none.
pub(crate) fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// The beginning of a text, with an ellipsis where it was cut.
pub(crate) fn short(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
