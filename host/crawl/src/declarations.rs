//! Sources that are declared through the API, read and checked exactly as source files are.
//!
//! Stands beside the flow: `serve` hands a request's body over and stores what comes back. Nothing here stores.

use std::{path::Path, sync::Arc};

use marquee_extract::Registry;
use marquee_fetch::secrets_named_by;
use marquee_model::{Clock, Declaration, SourceDeclarations, SourceFault};

use crate::{SourceFile, SourceFileError, SourceProblem, check, source_file};

/// Reads declarations against the plugins in use.
pub struct Declarations {
    registry: Arc<Registry>,
    clock: Arc<dyn Clock>,
}

impl Declarations {
    /// Against these plugins.
    #[must_use]
    pub fn new(registry: Arc<Registry>, clock: Arc<dyn Clock>) -> Self {
        Self { registry, clock }
    }
}

impl SourceDeclarations for Declarations {
    fn read(&self, declared: &str) -> Result<Declaration, Vec<SourceFault>> {
        let file = source_file::parse_json(Path::new("body"), declared, self.clock.now());
        let file = file.map_err(|error| vec![refused(error)])?;
        let names = &file.names;
        if !(names.aliases.is_empty() && names.former.is_empty() && names.rooms.is_empty()) {
            let reason = "a source of the API declares no further names and no rooms; `marquee venues` adds them";
            return Err(vec![SourceFault { key: "venue.aliases".to_owned(), reason: reason.to_owned() }]);
        }
        let problems = check(std::slice::from_ref(&file), &self.registry);
        if !problems.is_empty() {
            return Err(problems.into_iter().map(unfit).collect());
        }
        let SourceFile { site, venue, source, .. } = file;
        let secrets = secrets_named_by(&source).into_iter().collect();
        Ok(Declaration { site, venue, source, secrets })
    }
}

fn refused(error: SourceFileError) -> SourceFault {
    let (key, reason) = match error {
        SourceFileError::BadValue { key, reason, .. } => (key.to_owned(), reason),
        SourceFileError::Invalid { reason, .. } | SourceFileError::Unreadable { reason, .. } => (String::new(), reason),
        SourceFileError::Twice { slug, .. } => ("slug".to_owned(), format!("`{slug}` is declared twice")),
    };
    SourceFault { key, reason }
}

fn unfit(problem: SourceProblem) -> SourceFault {
    match problem {
        SourceProblem::UnknownPlugin { plugin, known, .. } => {
            let reason = format!("no plugin `{plugin}` is loaded; {known}");
            SourceFault { key: "plugin".to_owned(), reason }
        }
        SourceProblem::BadConfiguration { plugin, key, reason, .. } => {
            let reason = format!("{reason} (plugin `{plugin}`; its README lists the keys)");
            SourceFault { key: format!("configuration{key}"), reason }
        }
    }
}
