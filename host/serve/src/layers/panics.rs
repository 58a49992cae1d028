//! A panic in a handler is a defect: it is logged with its message and answered as one, and the server goes on.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn answer(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    tracing::error!(message, "a handler panicked; this is a defect of Marquee, please report it");
    Problem::new(Kind::Internal, "the server made a mistake; the trace id leads to the reason in its log")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_500_that_does_not_tell_its_message() {
        let response = answer(Box::new("secret"));
        assert_eq!(response.status(), 500);
        let problem = response.extensions().get::<Problem>().unwrap();
        assert!(!problem.detail.contains("secret"));
    }
}
