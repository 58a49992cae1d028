//! The archive of fetched pages: every page's bytes under their digest, compressed, verified on read.
//!
//! Stands beside the flow: a crawl puts in what it fetched, a replay takes it out again. What a blob belongs to (crawl, request, time)
//! is the store's; here is only bytes by digest, in a folder or in any S3-compatible store. Nothing here knows sources or events, and
//! nothing is deleted but by name. The only crate that names object_store.

mod archive;
mod blob;
mod error;
mod place;
mod settings;

pub use archive::{Archive, Held, Put};
pub use error::{ArchiveError, Result};
pub use settings::ArchiveSettings;
