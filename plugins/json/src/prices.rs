//! Prices that stand as numbers: one, a lowest and a highest, or one for each kind of ticket.

use marquee_sdk::{Amounts, Price, read_price};

use crate::fields::Cells;

/// The price of an item: its numbers, else its words.
pub(crate) fn price(cells: &Cells) -> Option<Price> {
    let currency = cells.one("currency").filter(|code| code.len() == 3).map(|code| code.to_uppercase());
    let words = cells.one("price");
    let numbers: Vec<String> =
        ["price_min", "price_max"].iter().flat_map(|name| cells.every(name).iter().cloned()).collect();
    let plain = if numbers.is_empty() { cells.every("price").to_vec() } else { numbers };
    if let Some(amounts) = amounts(&plain) {
        let words = words.filter(|words| words.parse::<f64>().is_err());
        return amounts.price(currency).map(|price| Price { text: words, ..price });
    }
    let words = words.or_else(|| (!plain.is_empty()).then(|| plain.join(" - ")))?;
    let price = read_price(&words, currency.as_deref())?;
    Some(Price { currency: price.currency.or(currency), ..price })
}

/// The amounts, if every text is one.
fn amounts(texts: &[String]) -> Option<Amounts> {
    let mut amounts = Amounts::new();
    let all = texts.iter().all(|text| amounts.add_decimal(text));
    (all && !amounts.is_empty()).then_some(amounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_taken_only_if_all_of_them_are_numbers() {
        let of = |texts: &[&str]| amounts(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert!(of(&["25", "40.50"]).is_some());
        assert!(of(&["25", "at the door"]).is_none());
        assert!(of(&[]).is_none());
    }
}
