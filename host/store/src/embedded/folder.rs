//! The private server's folder: what lies in it, who may read it, and its two locks.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use marquee_model::Digest;
use rustix::{fs::FlockOperation, io::Errno};

use super::account::Account;
use crate::{Result, StoreError};

/// How often a held lock is tried again.
const LOCK_EVERY: Duration = Duration::from_millis(50);
/// A log larger than this many bytes is put aside at the next start: enough for weeks, small enough for any disk.
const MAX_LOG_BYTES: u64 = 10 * 1024 * 1024;
/// What of the log is repeated in an error, in bytes: some fifteen lines.
const LOG_TAIL_BYTES: usize = 2000;
/// Where the data lie when a root host's own folder is closed to the server's account.
const SHARED_HOME: &str = "/var/lib/marquee";

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

/// A held file lock; let go by dropping it, or by the death of the process.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Folder {
    /// Creates the folder where it is new, and lends it to the account.
    pub(super) fn open(wanted: &Path, account: Option<&Account>) -> Result<Self> {
        create(wanted)?;
        let wanted = wanted.canonicalize().map_err(|error| file_error(wanted, &error))?;
        let Some(account) = account else { return Ok(Self { path: wanted }) };
        let path = if account.reaches(&wanted) {
            wanted
        } else {
            let name = format!("postgres-{}", Digest::of(wanted.as_os_str().as_encoded_bytes()).short());
            let path = Path::new(SHARED_HOME).join(name);
            tracing::info!(folder = %wanted.display(), used = %path.display(), account = account.name,
                "the account that Postgres runs as cannot enter this folder; its data lie in the other one");
            create(&path)?;
            write_private(&wanted.join("moved-to"), &path.display().to_string(), None)?;
            path
        };
        chown(&path, Some(account.uid), Some(account.gid)).map_err(|error| file_error(&path, &error))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(|error| file_error(&path, &error))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub(super) fn has_data(&self) -> bool {
        self.data().join("PG_VERSION").is_file()
    }

    /// The major version that the data were written by.
    pub(super) fn data_version(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Whether a server that keeps its data at `path` is this folder's.
    pub(super) fn is_data(&self, path: &str) -> bool {
        Path::new(path) == self.data()
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.path.join("password")
    }

    /// The superuser's password, made at the first start.
    pub(super) fn password(&self, account: Option<&Account>) -> Result<String> {
        let path = self.password_file();
        match fs::read_to_string(&path) {
            Ok(password) if !password.trim().is_empty() => return Ok(password.trim().to_owned()),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file_error(&path, &error)),
            _ if self.has_data() => {
                return Err(StoreError::File {
                    path,
                    reason: "the password of the existing data is missing; restore the file".to_owned(),
                });
            }
            _ => {}
        }
        let mut random = [0_u8; 24];
        File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut random))
            .map_err(|error| file_error(Path::new("/dev/urandom"), &error))?;
        let password: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(&path, &password, account)?;
        Ok(password)
    }

    /// The port of last time if it is free, else any free one.
    pub(super) fn port(&self) -> Result<u16> {
        let remembered = fs::read_to_string(self.path.join("port")).ok().and_then(|port| port.trim().parse().ok());
        match remembered {
            Some(port) if port != 0 && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() => Ok(port),
            _ => free_port(),
        }
    }

    pub(super) fn remember_port(&self, port: u16) -> Result<()> {
        write_private(&self.path.join("port"), &port.to_string(), None)
    }

    /// Where the Unix socket goes; `None` where the path would be too long for one (107 bytes with the socket's own name) or
    /// cannot be written in a list.
    pub(super) fn socket(&self, account: Option<&Account>) -> Result<Option<PathBuf>> {
        const LONGEST: usize = 107 - "/.s.PGSQL.65535.lock".len();
        let path = self.path.join("socket");
        let text = path.to_string_lossy();
        if text.len() > LONGEST || text.contains([',', '"']) {
            return Ok(None);
        }
        create(&path)?;
        if let Some(account) = account {
            chown(&path, Some(account.uid), Some(account.gid)).map_err(|error| file_error(&path, &error))?;
        }
        Ok(Some(path))
    }

    /// Removes the sockets of a server that is known to be gone; their lock files bear its number.
    pub(super) fn remove_stale_sockets(&self) {
        for entry in fs::read_dir(self.path.join("socket")).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".s.PGSQL.") {
                fs::remove_file(entry.path()).ok();
            }
        }
    }

    /// The log, opened for the server to write on.
    pub(super) fn log_file(&self) -> Result<File> {
        let path = self.path.join("log");
        if self.log_size() > MAX_LOG_BYTES {
            fs::rename(&path, self.path.join("log.old")).map_err(|error| file_error(&path, &error))?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true).mode(0o600).open(&path).map_err(|error| file_error(&path, &error))
    }

    pub(super) fn log_size(&self) -> u64 {
        fs::metadata(self.path.join("log")).map_or(0, |metadata| metadata.len())
    }

    /// What was logged after this position; everything where the log began anew since.
    pub(super) fn log_since(&self, position: u64) -> String {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(self.path.join("log"))?;
            let start = if file.metadata()?.len() >= position { position } else { 0 };
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.take(MAX_LOG_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
    }

    /// An error that shows the end of the log.
    pub(super) fn server_error(&self, problem: &str, log_start: u64) -> StoreError {
        let log = self.log_since(log_start);
        let mut start = log.len().saturating_sub(LOG_TAIL_BYTES);
        while !log.is_char_boundary(start) {
            start += 1;
        }
        let log = log.get(start..).unwrap_or_default().trim();
        StoreError::Server {
            folder: self.path.clone(),
            problem: problem.to_owned(),
            log: if log.is_empty() { "(none)".to_owned() } else { log.to_owned() },
        }
    }

    /// Waits until no other process starts or stops a server here.
    pub(super) async fn lock(&self, deadline: Instant) -> Result<Lock> {
        loop {
            if let Some(lock) = self.try_lock()? {
                return Ok(lock);
            }
            if Instant::now() >= deadline {
                return Err(self.server_error("is being started or stopped by another process that does not end", 0));
            }
            tokio::time::sleep(LOCK_EVERY).await;
        }
    }

    /// The same without waiting; `None` while another process holds it.
    pub(super) fn try_lock(&self) -> Result<Option<Lock>> {
        let lock = self.open_lock("lock")?;
        Ok(lock.take(FlockOperation::NonBlockingLockExclusive)?.then_some(lock))
    }

    /// Counts this process among the server's users.
    pub(super) fn use_it(&self) -> Result<Lock> {
        let lock = self.open_lock("users")?;
        lock.take(FlockOperation::LockShared)?;
        Ok(lock)
    }

    fn open_lock(&self, name: &str) -> Result<Lock> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| file_error(&path, &error))?;
        Ok(Lock { file, path })
    }
}

impl Lock {
    fn take(&self, operation: FlockOperation) -> Result<bool> {
        match rustix::fs::flock(&self.file, operation) {
            Ok(()) => Ok(true),
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(error) => Err(file_error(&self.path, &error.into())),
        }
    }

    /// Whether nobody else holds this shared lock. Gives it up either way.
    pub(super) fn is_last(&self) -> Result<bool> {
        self.take(FlockOperation::Unlock)?;
        self.take(FlockOperation::NonBlockingLockExclusive)
    }
}

/// A port of 127.0.0.1 that is free at this moment.
pub(super) fn free_port() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| StoreError::Misconfigured { reason: format!("no port of 127.0.0.1 can be opened: {error}") })
}

pub(super) fn create(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| file_error(path, &error))
}

/// Writes a file that only its owner may read, whole or not at all.
fn write_private(path: &Path, content: &str, account: Option<&Account>) -> Result<()> {
    let new = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        fs::remove_file(&new).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&new)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        if let Some(account) = account {
            chown(&new, Some(account.uid), Some(account.gid))?;
        }
        fs::rename(&new, path)
    };
    write().map_err(|error| file_error(path, &error))
}

pub(super) fn file_error(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::File { path: path.to_owned(), reason: error.to_string() }
}
