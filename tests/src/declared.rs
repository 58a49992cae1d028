//! Declarations of sources for tests that have no plugin folder: read as source files are, with one plugin, `css`, that takes any
//! configuration.

use std::path::Path;

use marquee_crawl::source_file::parse_json;
use marquee_fetch::secrets_named_by;
use marquee_model::{Declaration, SourceDeclarations, SourceFault};

use crate::sample::instant;

/// Reads declarations; `css` is the only plugin.
#[derive(Debug)]
pub struct CssOnly;

impl SourceDeclarations for CssOnly {
    fn read(&self, declared: &str) -> Result<Declaration, Vec<SourceFault>> {
        let fault = |key: &str, reason: String| vec![SourceFault { key: key.to_owned(), reason }];
        let file = parse_json(Path::new("body"), declared, instant(0)).map_err(|error| fault("", error.to_string()))?;
        if file.source.plugin.as_str() != "css" {
            return Err(fault("plugin", format!("no plugin `{}` is loaded; there are css", file.source.plugin)));
        }
        let secrets = secrets_named_by(&file.source).into_iter().collect();
        Ok(Declaration { site: file.site, venue: file.venue, source: file.source, secrets })
    }
}
