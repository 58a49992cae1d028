//! Prices: a claim turned into exact amounts whose kind fits them, or into a reason.
//!
//! An amount that is not printed stays unknown; it never becomes 0. Only `free` is 0.

use marquee_model::{Currency, Money, Price, PriceClaim, PriceKind};

/// A price, read, and what of it was left out with the reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReadPrice {
    pub(crate) price: Price,
    /// Field, reason and raw value of what was not believed.
    pub(crate) left_out: Option<(&'static str, String, String)>,
}

/// Reads a price claim. `default` is the currency of prices that name none.
pub(crate) fn read(claim: &PriceClaim, default: Option<Currency>) -> Result<ReadPrice, String> {
    let amount =
        |text: &Option<String>| text.as_deref().map(str::parse::<Money>).transpose().map_err(|e| e.to_string());
    let (min, max) = (amount(&claim.min)?, amount(&claim.max)?);
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        return Err(format!("the lowest amount ({min}) is above the highest ({max})"));
    }
    let (currency, left_out) = match claim.currency.as_deref().map(str::trim) {
        // A bare sign such as `$` names no currency; the contract gives it the source's.
        None => (default, None),
        Some(text) if !text.chars().any(char::is_alphanumeric) => (default, None),
        Some(text) => match text.parse::<Currency>() {
            Ok(currency) => (Some(currency), None),
            Err(problem) => (None, Some(("price.currency", problem.to_string(), text.to_owned()))),
        },
    };
    let (kind, min, max) = fitting(claim.kind, min, max)?;
    Ok(ReadPrice { price: Price { kind, min, max, currency }, left_out })
}

/// The kind that these amounts are of, and the amounts as that kind has them.
fn fitting(
    kind: PriceKind,
    min: Option<Money>,
    max: Option<Money>,
) -> Result<(PriceKind, Option<Money>, Option<Money>), String> {
    use PriceKind::{Donation, Fixed, Free, From, PayWhatYouCan, Range, Unknown};
    let paid = min.or(max).is_some_and(|_| min.unwrap_or(Money::ZERO).max(max.unwrap_or(Money::ZERO)) > Money::ZERO);
    Ok(match (kind, min, max) {
        (Free, ..) if paid => return Err("it is called free and has an amount above 0".to_owned()),
        (Free, ..) => (Free, Some(Money::ZERO), Some(Money::ZERO)),
        (Donation | PayWhatYouCan, min, max) => (kind, min, max),
        (Unknown, None, None) => (Unknown, None, None),
        (Fixed | Range | From, None, None) => return Err("it names no amount".to_owned()),
        (Fixed | Range | Unknown, Some(min), Some(max)) if min == max && max == Money::ZERO => {
            (Free, Some(min), Some(max))
        }
        (Fixed | Unknown, Some(one), None) | (Fixed | Unknown, None, Some(one)) if one == Money::ZERO => {
            (Free, Some(one), Some(one))
        }
        (Fixed | Unknown, Some(one), None) | (Fixed, None, Some(one)) => (Fixed, Some(one), Some(one)),
        (_, Some(min), Some(max)) if min == max => (Fixed, Some(min), Some(max)),
        (_, Some(min), Some(max)) => (Range, Some(min), Some(max)),
        (Range | From, Some(min), None) => (From, Some(min), None),
        (Range | From | Unknown, None, Some(max)) => (Range, None, Some(max)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(kind: PriceKind, min: &str, max: &str, currency: &str) -> PriceClaim {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        PriceClaim { kind, min: some(min), max: some(max), currency: some(currency), text: None }
    }

    fn shown(kind: PriceKind, min: &str, max: &str, currency: &str) -> String {
        match read(&claim(kind, min, max, currency), "CAD".parse().ok()) {
            Ok(ReadPrice { price: p, .. }) => format!(
                "{:?} {} {} {}",
                p.kind,
                p.min.map_or_else(|| "-".to_owned(), |m| m.to_string()),
                p.max.map_or_else(|| "-".to_owned(), |m| m.to_string()),
                p.currency.map_or("-", Currency::code),
            ),
            Err(reason) => reason,
        }
    }

    #[test]
    fn amounts_and_kind_fit_each_other() {
        use PriceKind::{Donation, Fixed, Free, From, PayWhatYouCan, Range, Unknown};
        for (kind, min, max, wanted) in [
            (Fixed, "25", "", "Fixed 25.00 25.00 CAD"),
            (Fixed, "25", "30", "Range 25.00 30.00 CAD"),
            (Fixed, "0", "", "Free 0.00 0.00 CAD"),
            (Fixed, "", "", "it names no amount"),
            (Range, "10.5", "12", "Range 10.50 12.00 CAD"),
            (Range, "12", "12", "Fixed 12.00 12.00 CAD"),
            (Range, "12", "10", "the lowest amount (12.00) is above the highest (10.00)"),
            (Range, "", "20", "Range - 20.00 CAD"),
            (Range, "0", "20", "Range 0.00 20.00 CAD"),
            (From, "8", "", "From 8.00 - CAD"),
            (From, "", "", "it names no amount"),
            (Free, "", "", "Free 0.00 0.00 CAD"),
            (Free, "15", "", "it is called free and has an amount above 0"),
            (Donation, "", "", "Donation - - CAD"),
            (Donation, "5", "", "Donation 5.00 - CAD"),
            (PayWhatYouCan, "5", "20", "PayWhatYouCan 5.00 20.00 CAD"),
            (Unknown, "", "", "Unknown - - CAD"),
            (Unknown, "9", "", "Fixed 9.00 9.00 CAD"),
        ] {
            assert_eq!(shown(kind, min, max, ""), wanted, "{kind:?} {min} {max}");
        }
    }

    #[test]
    fn the_currency_is_the_pages_else_the_sources_and_never_a_wrong_one() {
        assert_eq!(shown(PriceKind::Fixed, "5", "", "eur"), "Fixed 5.00 5.00 EUR");
        assert_eq!(shown(PriceKind::Fixed, "5", "", "$"), "Fixed 5.00 5.00 CAD");
        let read = read(&claim(PriceKind::Fixed, "5", "", "Loonies"), "CAD".parse().ok()).unwrap();
        assert_eq!(read.price.currency, None);
        assert_eq!(read.left_out.unwrap().0, "price.currency");
    }

    #[test]
    fn a_telephone_number_is_no_price() {
        assert!(read(&claim(PriceKind::Fixed, "4165551234", "", ""), None).is_err());
        assert!(read(&claim(PriceKind::Fixed, "-5", "", ""), None).is_err());
        assert!(read(&claim(PriceKind::Fixed, "NaN", "", ""), None).is_err());
    }
}
