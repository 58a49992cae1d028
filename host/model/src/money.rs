//! Money: an exact decimal amount in a currency of ISO 4217.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency of ISO 4217, by its three-letter code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// Why a text is no [`Currency`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency: use a code of ISO 4217 such as USD or EUR")]
pub struct NotACurrency(String);

impl Currency {
    /// The code, such as `USD`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the decimal point that this currency uses: 2 for USD, 0 for JPY.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(code: &str) -> Result<Self, NotACurrency> {
        iso_currency::Currency::from_code(&code.trim().to_ascii_uppercase())
            .map(Self)
            .ok_or_else(|| NotACurrency(code.chars().take(20).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(code: String) -> Result<Self, NotACurrency> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount that a ticket can cost: 0 or more, under one million, at most four decimals.
///
/// Above a million no ticket was ever sold in the currencies of the venues read so far except in error; the limit turns a
/// telephone number that was taken for a price into a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Money(Decimal);

/// Why an amount is no [`Money`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a ticket price: it must be at least 0, under 1000000, and have at most 4 decimals")]
pub struct NotMoney(String);

impl Money {
    /// Nothing to pay.
    pub const ZERO: Self = Self(Decimal::from_parts(0, 0, 0, false, 2));

    /// This amount, with at least two decimals, as prices are written: `25` becomes `25.00`.
    pub fn new(amount: Decimal) -> Result<Self, NotMoney> {
        let mut amount = amount.normalize();
        if amount.is_sign_negative() && !amount.is_zero() || amount >= Decimal::from(1_000_000) || amount.scale() > 4 {
            return Err(NotMoney(amount.to_string()));
        }
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        Ok(Self(amount))
    }

    /// The amount.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.0
    }
}

impl FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        Decimal::from_str_exact(text.trim()).map_err(|_| NotMoney(text.chars().take(40).collect())).and_then(Self::new)
    }
}

impl TryFrom<Decimal> for Money {
    type Error = NotMoney;

    fn try_from(amount: Decimal) -> Result<Self, NotMoney> {
        Self::new(amount)
    }
}

impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        money.0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!("25".parse::<Money>().unwrap().to_string(), "25.00");
        assert_eq!("12.5".parse::<Money>().unwrap().to_string(), "12.50");
        assert_eq!("0".parse::<Money>().unwrap(), Money::ZERO);
        assert_eq!(Money::ZERO.to_string(), "0.00");
    }

    #[test]
    fn what_no_ticket_costs_is_refused() {
        for text in ["-1", "1000000", "8435551234", "1.23456", "", "ten"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn currencies_are_codes_of_iso_4217() {
        assert_eq!("usd".parse::<Currency>().unwrap().code(), "USD");
        assert!("ZZZ".parse::<Currency>().is_err());
    }
}
