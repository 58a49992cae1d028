//! What a plugin implements, and how it becomes the component's exports.

use crate::{Description, ExtractError, Extraction, Page, bindings};

/// A plugin: a pure function of a page and its source's configuration.
pub trait Extractor {
    /// What the plugin is. Must be the same at every call.
    fn describe() -> Description;

    /// Reads a page. Every call happens in a fresh instance. An error means that the page as a whole could not be read; one
    /// bad event is left out of the [`Listing`](crate::Listing) with its reason instead.
    fn extract(page: &Page) -> Result<Extraction, ExtractError>;
}

/// Joins an [`Extractor`] to the generated bindings; made by [`export!`](crate::export).
pub struct Adapter<T>(core::marker::PhantomData<T>);

impl<T: Extractor> bindings::Guest for Adapter<T> {
    fn describe() -> bindings::Description {
        report_panics();
        T::describe().into_contract()
    }

    fn extract(page: &bindings::Page) -> Result<Extraction, ExtractError> {
        report_panics();
        T::extract(&Page::new(page))
    }
}

/// Makes a panic name its message and source line in the host's log before the instance traps: the trap alone says nothing.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| crate::log(crate::Severity::Error, &panic.to_string())));
}

/// Exports a type that implements [`Extractor`] as this crate's component. On other targets than WebAssembly it does nothing,
/// so that the crate links and its tests run natively.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_family = "wasm")]
        mod exported {
            use super::*;
            type Exported = $crate::Adapter<$plugin>;
            $crate::bindings::export_extractor!(Exported with_types_in $crate::bindings);
        }
    };
}
