//! Who writes from the command line, as the audit log names them.

use marquee_store::{Actor, Author};

use crate::house;

/// Longest name that is kept, in characters: a line of a table.
const LONGEST: usize = 80;

/// The user of this process, now. The name is the one that the shell says: whoever may run this program on this database may write
/// anything, so that there is nothing to prove.
pub(super) fn author() -> Author {
    let said = ["SUDO_USER", "USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    let name = said.map(|name| name.trim().chars().take(LONGEST).collect::<String>()).find(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()));
    Author { actor: Actor::CommandLine(name), at: house::clock().now(), remote: None, request: None }
}
