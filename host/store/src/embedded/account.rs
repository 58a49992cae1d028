//! The account that the server runs as. Postgres refuses root; a host that runs as root lends it a lesser account.

use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::Command,
};

use crate::{Result, StoreError};

/// Accounts to run as, the best first: what Postgres's package creates, then what every system has.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account to change to; `None` where this process is not root and everything can stay as it is.
    pub(super) fn needed() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        CANDIDATES.iter().find_map(|name| Self::parse(&users, name)).map(Some).ok_or_else(|| StoreError::Misconfigured {
            reason: "Postgres refuses to run as root, and there is no account `postgres` or `nobody` to run it as; start \
                     Marquee as an ordinary user, or create one of them (`useradd --system postgres`)"
                .to_owned(),
        })
    }

    fn parse(users: &str, name: &str) -> Option<Self> {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        (uid != 0).then(|| Self { name: name.to_owned(), uid, gid })
    }

    /// Whether it can reach what lies at `path`: every folder above must let it pass.
    pub(super) fn reaches(&self, path: &Path) -> bool {
        path.ancestors().skip(1).all(|folder| {
            let Ok(metadata) = fs::metadata(folder) else { return true };
            let mode = metadata.mode();
            let needed = if metadata.uid() == self.uid {
                0o100
            } else if metadata.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            mode & needed != 0
        })
    }
}

/// A command that will run as `account` (as this process, where there is none), without the environment's Postgres settings.
pub(super) fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    // The working folder may be closed to the account; messages are matched in English.
    command.current_dir("/").env("LC_ALL", "C").stdin(std::process::Stdio::null());
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid).env("HOME", "/").env("USER", &account.name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str =
        "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\nbad:x:zero:1\n";

    #[test]
    fn accounts_are_read_and_root_is_never_one() {
        let account = Account::parse(USERS, "postgres").unwrap();
        assert_eq!((account.uid, account.gid), (101, 104));
        assert!(Account::parse(USERS, "root").is_none());
        assert!(Account::parse(USERS, "bad").is_none());
        assert!(Account::parse(USERS, "post").is_none());
    }

    #[test]
    fn a_folder_behind_a_closed_one_is_out_of_reach() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".to_owned(), uid: 4_000_000, gid: 4_000_000 };
        assert!(!stranger.reaches(&folder.path().join("data")));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
        assert!(stranger.reaches(&folder.path().join("data")));
    }
}
