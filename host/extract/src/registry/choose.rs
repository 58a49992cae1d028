//! Which of the files with one id is used.
//!
//! The rule: of the files that are there, the one with the highest version; of the same version, the one written last. A file that
//! turns bad counts with its last good version. So a second file with an older version is never taken by accident; an older version
//! under the *same file name* is a deliberate step back and is taken, and so is deleting the newer of two files. Deleting the only
//! file of a plugin changes nothing until the host is started again: an extractor that vanishes would fail all its sources.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use marquee_model::PluginId;

use crate::Plugin;

/// A file's plugin, as far as it competes.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) plugin: Arc<Plugin>,
    pub(super) file: String,
    /// When the file was written, as its file system says.
    pub(super) modified: (i64, i64),
}

impl Candidate {
    fn rank(&self, other: &Self) -> Ordering {
        let version = |candidate: &Self| candidate.plugin.version().version.clone();
        version(self)
            .cmp(&version(other))
            .then_with(|| self.modified.cmp(&other.modified))
            .then_with(|| self.file.cmp(&other.file))
    }
}

/// The chosen file for each id.
pub(super) fn choose(candidates: impl IntoIterator<Item = Candidate>) -> BTreeMap<PluginId, Candidate> {
    let mut chosen: BTreeMap<PluginId, Candidate> = BTreeMap::new();
    for candidate in candidates {
        let id = candidate.plugin.version().id.clone();
        match chosen.get(&id) {
            Some(best) if best.rank(&candidate) != Ordering::Less => {}
            _ => {
                chosen.insert(id, candidate);
            }
        }
    }
    chosen
}

/// Why a file with a good plugin is not used.
pub(super) fn shadowed(candidate: &Candidate, chosen: &Candidate) -> String {
    let (mine, other) = (candidate.plugin.version(), chosen.plugin.version());
    if mine.digest == other.digest {
        return format!("it is the same plugin as in `{}`: delete one of the two", chosen.file);
    }
    let why = if mine.version == other.version {
        format!("holds another build of {} {}, written later", other.id, other.version)
    } else {
        format!("holds {} {}, which is higher than {}", other.id, other.version, mine.version)
    };
    format!("`{}` {why}: to use this file, delete that one or replace it with this one under its name", chosen.file)
}
