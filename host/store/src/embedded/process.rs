//! The server's processes: making a cluster, starting, finding and stopping the postmaster.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::{Child, Command, Output},
    thread::JoinHandle,
    time::Duration,
};

use super::{
    ServerSettings,
    account::{Account, command},
    binaries::Binaries,
    folder::{Folder, create, file_error},
};
use crate::{Result, StoreError};

/// The role that owns everything in the private server.
pub(super) const SUPERUSER: &str = "marquee";

/// A running postmaster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running {
    pub(super) pid: u32,
    pub(super) port: u16,
}

/// A postmaster that this process started. A thread waits for its end, so that it never stays behind as a zombie, whose
/// number would look alive to the next start.
#[derive(Debug)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    waiting: JoinHandle<()>,
}

impl Postmaster {
    fn watch(mut child: Child) -> Self {
        let pid = child.id();
        let waiting = std::thread::spawn(move || {
            child.wait().ok();
        });
        Self { pid, waiting }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.waiting.is_finished()
    }

    /// Ends it at once; safe, because the next start recovers.
    pub(super) fn kill(self) {
        if let Some(pid) = process_id(self.pid) {
            rustix::process::kill_process(pid, rustix::process::Signal::QUIT).ok();
        }
        self.waiting.join().ok();
    }
}

/// What is known of a postmaster on the folder's data.
pub(super) enum Found {
    /// None runs, and nothing of one is left.
    Nothing,
    /// One runs. It may be starting still: then it has no port yet (0), or does not answer.
    Running(Running),
    /// It was killed, and some of its back ends have not noticed yet. Starting now could write the data twice.
    Remains,
}

/// Makes the cluster. It is put in its place only when it is whole, so that being killed half-way leaves nothing behind that
/// looks like data.
pub(super) fn initialise(folder: &Folder, binaries: &Binaries, account: Option<&Account>) -> Result<()> {
    let new = folder.path().join("data.new");
    match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file_error(&new, &error)),
        _ => {}
    }
    create(&new)?;
    if let Some(account) = account {
        chown(&new, Some(account.uid), Some(account.gid)).map_err(|error| file_error(&new, &error))?;
    }
    let mut initdb = command(&binaries.program("initdb"), account);
    initdb.arg("--pgdata").arg(&new).arg("--pwfile").arg(folder.password_file()).args([
        "--username",
        SUPERUSER,
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
    ]);
    let output = run(&mut initdb)?;
    if !output.status.success() {
        return Err(StoreError::Server {
            folder: folder.path().to_owned(),
            problem: format!("cannot be set up: initdb ended with {}", output.status),
            log: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    fs::rename(&new, folder.data()).map_err(|error| file_error(&folder.data(), &error))
}

/// Starts a postmaster, in a process group of its own: a terminal's Ctrl-C ends Marquee, which then stops the server in order.
pub(super) fn spawn(
    settings: &ServerSettings,
    folder: &Folder,
    binaries: &Binaries,
    account: Option<&Account>,
    port: u16,
) -> Result<Postmaster> {
    let log = folder.log_file()?;
    let errors = log.try_clone().map_err(|error| file_error(folder.path(), &error))?;
    let socket = folder.socket(account)?.map(|path| path.display().to_string()).unwrap_or_default();
    let mut postgres = command(&binaries.program("postgres"), account);
    postgres.arg("-D").arg(folder.data()).process_group(0).stdout(log).stderr(errors);
    for (name, value) in &settings.settings {
        postgres.arg("-c").arg(format!("{name}={value}"));
    }
    for setting in [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={socket}"),
        "unix_socket_permissions=0700".to_owned(),
        format!("max_connections={}", settings.max_connections),
        // What is acknowledged is on disk. These come last, so that nothing above and no environment can undo them.
        "fsync=on".to_owned(),
        "full_page_writes=on".to_owned(),
        "synchronous_commit=on".to_owned(),
    ] {
        postgres.arg("-c").arg(setting);
    }
    postgres.spawn().map(Postmaster::watch).map_err(|error| file_error(&binaries.program("postgres"), &error))
}

/// Looks for a postmaster on the folder's data. A pid file that a killed server left behind is told apart: its process is
/// gone, or is another program that got the same number. In the second case its files are removed, because Postgres itself
/// would refuse to start.
pub(super) fn find(folder: &Folder) -> Found {
    let path = folder.data().join("postmaster.pid");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = text.lines();
    let pid: Option<u32> = lines.next().and_then(|line| line.trim().parse().ok());
    let port = lines.nth(2).and_then(|line| line.trim().parse().ok()).unwrap_or_default();
    let alive = pid.filter(|pid| is_alive(*pid));
    if let Some(pid) = alive
        && is_postmaster(pid, &folder.data())
    {
        return Found::Running(Running { pid, port });
    }
    if has_remains(&folder.data()) {
        return Found::Remains;
    }
    if let Some(pid) = alive {
        tracing::warn!(pid, file = %path.display(), "removing the pid file of a killed server; another program has its number");
        fs::remove_file(&path).ok();
    }
    folder.remove_stale_sockets();
    Found::Nothing
}

fn process_id(pid: u32) -> Option<rustix::process::Pid> {
    i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw)
}

fn is_alive(pid: u32) -> bool {
    // EPERM: it lives and belongs to somebody else.
    process_id(pid).is_some_and(|pid| !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH)))
}

/// Whether the process is a postmaster on these data. Its working folder is its data folder; where that cannot be seen, its
/// command line names it.
fn is_postmaster(pid: u32, data: &Path) -> bool {
    if Path::new("/proc/self/cwd").exists() {
        return works_in(Path::new("/proc").join(pid.to_string()).as_path(), data);
    }
    Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}

/// Whether any process of Postgres still works on these data. Where there is no /proc, Postgres's own check has to do.
fn has_remains(data: &Path) -> bool {
    fs::read_dir("/proc").into_iter().flatten().flatten().any(|entry| works_in(&entry.path(), data))
}

/// Whether this entry of /proc is a process of Postgres whose working folder is `data`. A zombie has none.
fn works_in(process: &Path, data: &Path) -> bool {
    fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
        && fs::read_to_string(process.join("comm")).is_ok_and(|name| name.starts_with("postgres"))
}

/// Stops the postmaster: in order, and if that takes too long, at once. Does nothing where none runs.
pub(super) fn stop(folder: &Folder, binaries: &Binaries, account: Option<&Account>, timeout: Duration) -> Result<()> {
    let is_running = || matches!(find(folder), Found::Running(_));
    if !is_running() {
        return Ok(());
    }
    let mut last = String::new();
    for mode in ["fast", "immediate"] {
        let mut pg_ctl = command(&binaries.program("pg_ctl"), account);
        pg_ctl.args(["stop", "--silent", "--wait", "--mode", mode, "--timeout"]);
        pg_ctl.arg(timeout.as_secs().max(1).to_string()).arg("--pgdata").arg(folder.data());
        let output = run(&mut pg_ctl)?;
        if output.status.success() || !is_running() {
            return Ok(());
        }
        last = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    Err(folder.server_error(&format!("does not stop ({last}); stop it by hand"), folder.log_size()))
}

fn run(command: &mut Command) -> Result<Output> {
    command.output().map_err(|error| file_error(Path::new(command.get_program()), &error))
}
