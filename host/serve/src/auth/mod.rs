//! Who asks, and what they may do: keys of the API, and the admin token of the settings.
//!
//! [`admit`] looks once at what a request carries and leaves the result with it; a handler that changes something takes [`Allowed`] with
//! the scope that it needs, and gets the [`Caller`] whose name the audit log will bear. Reading needs no key unless the operator says
//! so, and then nothing is given without one, answers that are kept among it. Nothing here is logged or answered that holds a secret, and keys are compared by hash, in constant time.

mod allowed;
mod bearer;
mod caller;
mod fresh;
mod reading;

pub(crate) use allowed::{Allowed, may};
pub(crate) use bearer::Challenge;
pub(crate) use caller::{Caller, admit};
pub use fresh::fresh_key;
pub use reading::Reading;
