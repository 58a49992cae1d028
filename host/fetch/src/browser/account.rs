//! The account that the browser runs as: never root.
//!
//! Chromium's sandbox refuses root, and a browser without a sandbox that runs as root would hand the machine to whoever breaks it.
//! So a host that runs as root lends the browser the account `nobody`, and the sandbox stays.

use std::fs;

/// An unprivileged account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account to change to; `None` where this process is not root and everything can stay as it is.
    pub(super) fn needed() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        // 65534 is what the kernel itself maps unknown users to, so it belongs to nobody even where no file says so.
        Some(Self::parse(&users).unwrap_or(Self { uid: 65_534, gid: 65_534 }))
    }

    fn parse(users: &str) -> Option<Self> {
        let line = users.lines().find(|line| line.split(':').next() == Some("nobody"))?;
        let mut fields = line.split(':').skip(2);
        let account = Self { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? };
        (account.uid != 0).then_some(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_read_and_root_is_never_it() {
        let users = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n";
        assert_eq!(Account::parse(users), Some(Account { uid: 65_534, gid: 65_533 }));
        assert_eq!(Account::parse("nobody:x:0:0::/:/bin/sh"), None);
        assert_eq!(Account::parse("root:x:0:0:root:/root:/bin/bash"), None);
    }
}
