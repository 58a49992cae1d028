//! The server's processes: making a cluster, starting, finding and stopping the postmaster.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::{Child, Command, Output},
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
) -> Result<Child> {
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
    postgres.spawn().map_err(|error| file_error(&binaries.program("postgres"), &error))
}

/// The postmaster that runs on the folder's data. A pid file that a killed server left behind is told apart: its process is
/// gone, or is another program that got the same number. In the second case the file is removed, because Postgres itself
/// would refuse to start.
pub(super) fn running(folder: &Folder) -> Option<Running> {
    let path = folder.data().join("postmaster.pid");
    let text = fs::read_to_string(&path).ok()?;
    let mut lines = text.lines();
    let pid: u32 = lines.next()?.trim().parse().ok()?;
    let port: Option<u16> = lines.nth(2).and_then(|line| line.trim().parse().ok());
    if !is_alive(pid) {
        return None;
    }
    if !is_postmaster(pid, &folder.data()) {
        tracing::warn!(pid, file = %path.display(), "removing the pid file of a killed server; another program has its number");
        fs::remove_file(&path).ok();
        return None;
    }
    // A server that is only just starting has not written its port yet: 0 does not answer, so it is asked again.
    Some(Running { pid, port: port.unwrap_or_default() })
}

fn is_alive(pid: u32) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) else { return false };
    // EPERM: it lives and belongs to somebody else.
    !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// Whether the process is a postmaster on these data. Its working folder is its data folder; where that cannot be seen, its
/// command line names it.
fn is_postmaster(pid: u32, data: &Path) -> bool {
    if Path::new("/proc/self/cwd").exists() {
        // A zombie or another user's process shows none: not ours.
        return fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data);
    }
    Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}

/// Stops the postmaster: in order, and if that takes too long, at once. Does nothing where none runs.
pub(super) fn stop(folder: &Folder, binaries: &Binaries, account: Option<&Account>, timeout: Duration) -> Result<()> {
    if running(folder).is_none() {
        return Ok(());
    }
    let mut last = String::new();
    for mode in ["fast", "immediate"] {
        let mut pg_ctl = command(&binaries.program("pg_ctl"), account);
        pg_ctl.args(["stop", "--silent", "--wait", "--mode", mode, "--timeout"]);
        pg_ctl.arg(timeout.as_secs().max(1).to_string()).arg("--pgdata").arg(folder.data());
        let output = run(&mut pg_ctl)?;
        if output.status.success() || running(folder).is_none() {
            return Ok(());
        }
        last = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    Err(folder.server_error(&format!("does not stop ({last}); stop it by hand"), folder.log_size()))
}

fn run(command: &mut Command) -> Result<Output> {
    command.output().map_err(|error| file_error(Path::new(command.get_program()), &error))
}
