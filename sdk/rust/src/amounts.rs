//! The amounts of several tickets, and the price that they make together.
//!
//! Counted in hundredths, without floats: what has more than two decimals that count is no price and is not rounded into one.

use crate::{Price, PriceKind};

/// The lowest and the highest amount seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Lowest and highest, in hundredths.
    range: Option<(u64, u64)>,
}

impl Amounts {
    /// No amount yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { range: None }
    }

    /// Whether none was added.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.range.is_none()
    }

    /// Adds an amount in hundredths (cents).
    pub fn add_hundredths(&mut self, amount: u64) {
        let (low, high) = self.range.unwrap_or((amount, amount));
        self.range = Some((low.min(amount), high.max(amount)));
    }

    /// Adds a decimal with a point, such as `25.00` or `25`; says whether it is one.
    pub fn add_decimal(&mut self, amount: &str) -> bool {
        hundredths(amount).map(|amount| self.add_hundredths(amount)).is_some()
    }

    /// The price: free where every amount is 0, one price, or a range. Absent without an amount.
    #[must_use]
    pub fn price(self, currency: Option<String>) -> Option<Price> {
        let of = |kind, min: Option<u64>, max: Option<u64>, currency| Price {
            kind,
            min: min.map(decimal),
            max: max.map(decimal),
            currency,
            text: None,
        };
        Some(match self.range? {
            (0, 0) => of(PriceKind::Free, None, None, None),
            (low, high) if low == high => of(PriceKind::Fixed, Some(low), Some(high), currency),
            (low, high) => of(PriceKind::Range, Some(low), Some(high), currency),
        })
    }
}

/// A plain decimal with a point and at most two digits that count behind it.
fn hundredths(text: &str) -> Option<u64> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(part) || part.bytes().skip(2).any(|b| b != b'0')
    {
        return None;
    }
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?)
}

fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_decimals_and_nothing_is_rounded() {
        assert_eq!(hundredths("24.35"), Some(2435));
        assert_eq!(hundredths("10"), Some(1000));
        assert_eq!(hundredths("12.5"), Some(1250));
        assert_eq!(hundredths("12.500"), Some(1250));
        assert_eq!(decimal(1250), "12.50");
        for text in ["", "$10", "10,50", "12.345", "-1", "1e3"] {
            assert_eq!(hundredths(text), None, "{text}");
        }
    }

    #[test]
    fn several_tickets_make_one_price() {
        let price = |cents: &[u64]| {
            let mut amounts = Amounts::new();
            cents.iter().for_each(|&cents| amounts.add_hundredths(cents));
            amounts.price(Some("EUR".to_owned())).map(|price| (price.kind, price.min, price.max, price.currency))
        };
        let text = |text: &str| Some(text.to_owned());
        assert!(price(&[]).is_none());
        assert_eq!(price(&[0, 0]), Some((PriceKind::Free, None, None, None)));
        assert_eq!(price(&[1250]), Some((PriceKind::Fixed, text("12.50"), text("12.50"), text("EUR"))));
        assert_eq!(price(&[2000, 0, 1500]), Some((PriceKind::Range, text("0.00"), text("20.00"), text("EUR"))));
    }
}
