//! Compiling a plugin file in a child process, and what the child's end means.

use std::{path::PathBuf, process::Stdio};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};

use crate::{LoadError, SandboxLimits, compile_child::Order};

/// Bytes of the child's complaint that are read.
const COMPLAINT_BYTES: u64 = 4_096;

/// Where plugin files are compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileWith {
    /// In a child process that reads the file from its standard input, writes machine code to its standard output, and can be
    /// killed. The program calls [`crate::compile_child::main`] when it is started with these arguments. It is started without
    /// environment variables.
    Child {
        /// The program, by absolute path.
        program: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

/// Compiles a component to machine code for this host's engine.
pub(crate) async fn compile(
    with: &CompileWith,
    component: &[u8],
    limits: &SandboxLimits,
) -> Result<Vec<u8>, LoadError> {
    let CompileWith::Child { program, arguments } = with;
    let child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| LoadError::Compile {
            reason: format!("the compiling process {} cannot be started: {error}", program.display()),
        })?;
    match timeout(limits.compile_time(), converse(child, component, limits)).await {
        Ok(result) => result,
        Err(_) => Err(too_slow(limits)),
    }
}

async fn converse(mut child: Child, component: &[u8], limits: &SandboxLimits) -> Result<Vec<u8>, LoadError> {
    let broken =
        |error: std::io::Error| LoadError::Compile { reason: format!("the compiling process broke off: {error}") };
    let piped = || broken(std::io::ErrorKind::BrokenPipe.into());
    let mut stdin = child.stdin.take().ok_or_else(piped)?;
    let stdout = child.stdout.take().ok_or_else(piped)?;
    let stderr = child.stderr.take().ok_or_else(piped)?;
    let order = Order { memory_bytes: limits.compile_memory_bytes, cpu_seconds: cpu_seconds(limits) };
    let mut order = serde_json::to_vec(&order).unwrap_or_default();
    order.push(b'\n');

    let tell = async move {
        // A child that refuses early closes the pipe: its reason is what counts, not the broken pipe.
        let _ = stdin.write_all(&order).await;
        let _ = stdin.write_all(component).await;
        drop(stdin);
    };
    let (mut code, mut complaint) = (Vec::new(), Vec::new());
    let mut stdout = stdout.take(limits.compiled_bytes.saturating_add(1));
    let mut stderr = stderr.take(COMPLAINT_BYTES);
    let ((), read, complained) = tokio::join!(tell, stdout.read_to_end(&mut code), stderr.read_to_end(&mut complaint));
    read.map_err(broken)?;
    complained.map_err(broken)?;
    if code.len() as u64 > limits.compiled_bytes {
        return Err(LoadError::Compile {
            reason: format!(
                "its machine code is longer than `limits.compiled_bytes` ({} bytes)",
                limits.compiled_bytes
            ),
        });
    }
    let status = child.wait().await.map_err(broken)?;
    if status.success() { Ok(code) } else { Err(refusal(status, &complaint, limits)) }
}

/// Cranelift works on all cores, so that processor time may pass faster than the wall clock's; the latter is what is promised.
fn cpu_seconds(limits: &SandboxLimits) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    limits.compile_ms.div_ceil(1000).max(1).saturating_mul(cores)
}

fn too_slow(limits: &SandboxLimits) -> LoadError {
    LoadError::Compile {
        reason: format!(
            "compiling took longer than `limits.compile_ms` ({} ms) and was stopped. Simplify the plugin, or raise the limit",
            limits.compile_ms
        ),
    }
}

fn refusal(status: std::process::ExitStatus, complaint: &[u8], limits: &SandboxLimits) -> LoadError {
    use std::os::unix::process::ExitStatusExt;

    let killed = status.signal().and_then(rustix::process::Signal::from_named_raw);
    if killed == Some(rustix::process::Signal::XCPU) || killed == Some(rustix::process::Signal::KILL) {
        return too_slow(limits);
    }
    if status.code().is_none() {
        return LoadError::Compile {
            reason: format!(
                "the compiler ended ({status}), most likely because it needed more than `limits.compile_memory_bytes` ({} bytes). \
                 Simplify the plugin, or raise the limit",
                limits.compile_memory_bytes
            ),
        };
    }
    let complaint = String::from_utf8_lossy(complaint);
    LoadError::Invalid { reason: crate::log_book::presentable(complaint.trim(), 600) }
}
