//! A source as somebody declares it through the API: read and checked by the parts that read source files.
//!
//! The API knows neither the form of a source file nor the plugins' schemas; whoever does is handed to it as
//! [`SourceDeclarations`], so that one declaration means the same in a file and in a request.

use crate::{Site, Source, Venue};

/// A source with the site and venue that it names. Ids are new; a store keeps those that it knows under the same slugs.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The site it belongs to.
    pub site: Site,
    /// The venue whose events it lists.
    pub venue: Venue,
    /// The source itself.
    pub source: Source,
    /// Names of the secrets that it asks for: whoever declares it could have them sent to a host of their own.
    pub secrets: Vec<String>,
}

/// What is wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {reason}")]
pub struct SourceFault {
    /// The key, such as `venue.slug`; empty where it is the whole.
    pub key: String,
    /// Why, and what to do.
    pub reason: String,
}

/// Reads declarations of sources.
pub trait SourceDeclarations: Send + Sync {
    /// Reads a declaration in the form of a source file, as the text of a JSON object, and checks it against the plugins in use.
    ///
    /// # Errors
    /// Everything that is wrong with it, as far as it can be read; never empty.
    fn read(&self, declared: &str) -> Result<Declaration, Vec<SourceFault>>;
}
