//! A folder with everything a host needs, a venue site on loopback, and a way to run `marquee`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A venue site with one page.
pub(crate) struct Site {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

impl Site {
    pub(crate) fn serving(page: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let mut head = BufReader::new(&stream).lines();
                while head.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                let length = page.len();
                let _gone = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
                );
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// What a run of `marquee` gave.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A folder with settings, sources, plugins and a private Postgres.
pub(crate) struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    /// A host that may fetch from loopback.
    pub(crate) fn new() -> Self {
        let host = Self::without_egress();
        let settings = host.path("marquee.toml");
        let text = fs::read_to_string(&settings).unwrap();
        let quick = "[fetch.politeness]\ndelay_ms = 0\nlearnt_cap_ms = 0\nbackoff_ms = 0\n";
        fs::write(settings, format!("{text}[egress]\nallow = [\"127.0.0.1\"]\n{quick}")).unwrap();
        host
    }

    /// A host as it is by default.
    pub(crate) fn without_egress() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Started as root, the private server runs as another user, who must be able to reach its folder.
        #[cfg(unix)]
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let host = Self { folder };
        fs::create_dir(host.path("sources")).unwrap();
        fs::create_dir(host.path("plugins")).unwrap();
        fs::copy(plugin("json-ld"), host.path("plugins/json-ld.wasm")).unwrap();
        fs::write(host.path("marquee.toml"), "[worker]\nenabled = false\n").unwrap();
        host
    }

    /// Puts the built plugins into the plugin folder.
    pub(crate) fn with_plugins(self, names: &[&str]) -> Self {
        for name in names {
            fs::copy(plugin(name), self.path("plugins").join(format!("{name}.wasm"))).unwrap();
        }
        self
    }

    pub(crate) fn source(&self, name: &str, text: &str) {
        fs::write(self.path("sources").join(name), text).unwrap();
    }

    /// Adds to the settings file.
    pub(crate) fn settings(&self, text: &str) {
        let file = self.path("marquee.toml");
        let before = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{before}{text}")).unwrap();
    }

    /// Puts a built plugin beside the plugin folder, and gives its file's name.
    pub(crate) fn plugin_file(&self, name: &str) -> String {
        let file = format!("{name}.wasm");
        fs::copy(plugin(name), self.path(&file)).unwrap();
        file
    }

    /// Every file below a folder.
    pub(crate) fn files_below(&self, folder: &str) -> Vec<PathBuf> {
        fn look(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { look(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        look(&self.path(folder), &mut files);
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_marquee"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("DATABASE_URL").env_remove("RUST_LOG");
        command
    }

    pub(crate) fn marquee(&self, arguments: &[&str]) -> Output {
        self.marquee_with(&[], arguments)
    }

    /// The same, with variables set.
    pub(crate) fn marquee_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        let output = self.command(arguments).envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (success, code) = (output.status.success(), output.status.code());
        Output { success, code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    pub(crate) fn serve(&self) -> Serving {
        self.serve_with(Stdio::inherit())
    }

    /// The same, with what it says on standard error in this file.
    pub(crate) fn serve_into(&self, log: &str) -> Serving {
        self.serve_with(fs::File::create(self.path(log)).unwrap().into())
    }

    fn serve_with(&self, log: Stdio) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
        Serving { child, output, address }
    }
}

/// A running `marquee serve`.
pub(crate) struct Serving {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Serving {
    /// Status and body of a GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path, &[], "")
    }

    /// Status and body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Ends it by SIGTERM; whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status().unwrap();
        let ended = self.child.wait().unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        ended.success() && rest.contains("Stopped.")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The built component of a plugin.
fn plugin(name: &str) -> PathBuf {
    if let Some(folder) = std::env::var_os("MARQUEE_PLUGINS_DIR") {
        return Path::new(&folder).join(format!("{name}.wasm"));
    }
    let target = Path::new(env!("CARGO_BIN_EXE_marquee")).parent().unwrap().parent().unwrap();
    let toolchain = marquee_plugin_build::Toolchain::find(&target.join("wasm-toolchain")).unwrap();
    marquee_plugin_build::build(&[name], target, &toolchain).unwrap().remove(0)
}

/// The year after this one: near enough to be believed, far enough to be coming.
#[expect(clippy::disallowed_methods, reason = "the program under test reads the machine's clock, so the test must too")]
pub(crate) fn next_year() -> String {
    use chrono::Datelike as _;
    (chrono::Utc::now().year() + 1).to_string()
}
