//! The parameter `reason` of what is taken back with DELETE, which has no body.

use crate::params::{FaultKind, Parameters, Reader};

/// Why, where it may be left open.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MaybeReason {
    /// Why, in a sentence: kept in the audit log.
    #[param(example = "the newsletter ended", max_length = 200)]
    pub(super) reason: Option<String>,
}

/// Why.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ReasonParameter {
    /// Why, in a sentence: kept in the audit log, and with what was decided.
    #[param(example = "the venue says so by telephone", min_length = 1, max_length = 200)]
    pub(super) reason: String,
}

impl Parameters for MaybeReason {
    fn read(reader: &mut Reader) -> Self {
        Self { reason: reader.text("reason") }
    }
}

impl Parameters for ReasonParameter {
    fn read(reader: &mut Reader) -> Self {
        let known = reader.faults().len();
        let reason = reader.text("reason");
        if reason.is_none() && reader.faults().len() == known {
            reader.note(FaultKind::Missing, "reason", "it is needed: say in a sentence why", None);
        }
        Self { reason: reason.unwrap_or_default() }
    }
}
