//! What an event costs, and whether it can be bought.

use chrono::{DateTime, Utc};
use marquee_model::{Currency, PriceKind};
use marquee_store::EventQuery;

use super::what::of_model;
use crate::{
    api::dto::{PriceKindWord, YesNoWord},
    params::{Amount, Parameters, Reader},
};

/// Which events, by what they cost.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MoneyFilter {
    /// A ticket costs this or more: the highest price is not below it. Amounts are compared as numbers, in whatever currency they are; see
    /// `currency`. Events without a known price are out.
    #[param(value_type = Option<String>, example = "10", pattern = r"^[0-9]{1,6}(\.[0-9]+)?$")]
    pub(crate) price_min: Option<Amount>,
    /// A ticket costs this or less: the lowest price is not above it. What is free, or by donation, costs 0.
    #[param(value_type = Option<String>, example = "25.50", pattern = r"^[0-9]{1,6}(\.[0-9]+)?$")]
    pub(crate) price_max: Option<Amount>,
    /// With a price of one of these kinds; words separated by commas.
    #[param(value_type = Option<Vec<PriceKindWord>>, style = Form, explode = false)]
    pub(crate) price_kind: Vec<PriceKind>,
    /// With a price in this currency, a code of ISO 4217.
    #[param(value_type = Option<String>, example = "CAD")]
    pub(crate) currency: Option<Currency>,
    /// Whether tickets can be had now: there is a link to them, the event takes place, is not sold out and not over.
    #[param(value_type = Option<YesNoWord>)]
    pub(crate) on_sale: Option<bool>,
}

impl Parameters for MoneyFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            price_min: reader.parse("price_min", "decimal_parsing"),
            price_max: reader.parse("price_max", "decimal_parsing"),
            price_kind: reader.words("price_kind", PriceKindWord::ALL).into_iter().filter_map(of_model).collect(),
            currency: reader.parse("currency", "value_error"),
            on_sale: reader.word("on_sale", YesNoWord::ALL).map(|word| word == "true"),
        }
    }
}

impl MoneyFilter {
    pub(super) fn narrow(&self, query: &mut EventQuery, now: DateTime<Utc>) {
        query.price_min = self.price_min.map(|Amount(amount)| amount);
        query.price_max = self.price_max.map(|Amount(amount)| amount);
        query.price_kinds.clone_from(&self.price_kind);
        query.currency = self.currency;
        query.on_sale = self.on_sale.map(|wanted| (wanted, now));
    }
}
