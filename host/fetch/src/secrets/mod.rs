//! Secrets of sources: keys of interfaces, by name.
//!
//! A source's address and headers, and what a plugin asks for, hold `{{secret:NAME}}`. The value is put in at the last moment, when
//! a request is sent to one of the source's own hosts, and taken out of whatever comes back ([`Veil`]), so that pages, plugins,
//! errors, logs and the database only ever see the name. Values come from variables `MARQUEE_SECRET_NAME` and from a file; they are
//! wiped from memory when they are dropped, and nothing here prints one.

mod placeholder;
mod veil;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::FetchError;

pub(crate) use placeholder::{Spelling, fill, names};
pub(crate) use veil::Veil;

/// Before the name of a variable that holds a secret.
pub const VARIABLE: &str = "MARQUEE_SECRET_";

/// The fewest characters of a secret: a shorter one would be found, and hidden, in ordinary text.
pub const SHORTEST: usize = 8;

/// Where secrets are found beside the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// A TOML file of `NAME = "value"` lines, readable by this user alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

/// The secrets that this host knows, by name: capital letters, digits and `_`.
#[derive(Default)]
pub struct Secrets {
    values: BTreeMap<String, SecretString>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Secrets {
    /// No secrets.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads the secrets of the file, if one is named, and of the variables, which count where both have one.
    ///
    /// Fails with [`FetchError::Settings`] where the file cannot be read, a name is no name or a value is too short. A file that others
    /// may read is warned of.
    pub fn read(
        settings: &SecretSettings,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, FetchError> {
        let mut secrets = Self::none();
        if let Some(file) = &settings.file {
            for (name, value) in from_file(file)? {
                secrets = secrets.with(&name, value)?;
            }
        }
        for (variable, value) in variables {
            if let Some(name) = variable.strip_prefix(VARIABLE) {
                secrets = secrets.with(name, value)?;
            }
        }
        Ok(secrets)
    }

    /// One more secret, instead of an earlier one of its name.
    pub fn with(mut self, name: &str, value: String) -> Result<Self, FetchError> {
        let refuse = |reason: String| Err(FetchError::Settings { key: format!("secret {name}"), reason });
        let value = SecretString::from(value);
        let Some(normal) = placeholder::normal(name) else {
            return refuse("its name must be 1 to 64 letters, digits or `_`".to_owned());
        };
        let length = value.expose_secret().trim().chars().count();
        if length < SHORTEST {
            return refuse(format!(
                "it has {length} characters, at least {SHORTEST} are needed: a shorter one could not be told from ordinary text in pages"
            ));
        }
        if value.expose_secret().contains(char::is_control) {
            return refuse("it has a line break or another control character".to_owned());
        }
        self.values.insert(normal, SecretString::from(value.expose_secret().trim().to_owned()));
        Ok(self)
    }

    /// The names that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&SecretString> {
        self.values.get(name)
    }
}

fn from_file(file: &Path) -> Result<BTreeMap<String, String>, FetchError> {
    let refuse = |reason: String| FetchError::Settings { key: format!("secrets.file = {}", file.display()), reason };
    let text = std::fs::read_to_string(file).map_err(|error| refuse(error.to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).map_err(|error| refuse(error.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(file = %file.display(), mode = format!("{:o}", mode & 0o777),
                "others may read the file of secrets; run `chmod 600` on it");
        }
    }
    // The parser's own message would quote the line, and with it a secret.
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
        refuse(format!("line {line} is not `NAME = \"value\"`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_counts_before_the_file_and_nothing_prints_a_value() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.toml");
        std::fs::write(&file, "TICKETS = 'from-the-file'\nother = 'another-value'\n").unwrap();
        let settings = SecretSettings { file: Some(file) };
        let variables = [("MARQUEE_SECRET_TICKETS", "from-the-variable"), ("PATH", "/bin")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let secrets = Secrets::read(&settings, variables).unwrap();
        assert_eq!(secrets.names().collect::<Vec<_>>(), ["OTHER", "TICKETS"]);
        assert_eq!(secrets.get("TICKETS").unwrap().expose_secret(), "from-the-variable");
        let shown = format!("{secrets:?}");
        assert!(!shown.contains("value") && !shown.contains("from"), "{shown}");
    }

    #[test]
    fn short_secrets_bad_names_and_broken_files_are_refused_without_being_quoted() {
        for (name, value) in [("KEY", "tiny#1"), ("A B", "long-enough"), ("", "long-enough"), ("KEY", "long\nenough")] {
            let error = Secrets::none().with(name, value.to_owned()).unwrap_err().to_string();
            assert!(!error.contains(value), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.toml");
        std::fs::write(&file, "A = 'fine-enough'\nKEY = very-secret-value\n").unwrap();
        let settings = SecretSettings { file: Some(file.clone()) };
        let error = Secrets::read(&settings, []).unwrap_err().to_string();
        assert!(error.contains("line 2") && !error.contains("very-secret"), "{error}");
        std::fs::remove_file(&file).unwrap();
        assert!(Secrets::read(&settings, []).is_err());
    }
}
