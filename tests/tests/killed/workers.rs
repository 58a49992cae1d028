//! `marquee worker` processes, and a wire to the database that can be cut.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use marquee_model::Source;
use marquee_tests::{database, guests};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// Ends a process at once. It may have ended by itself in the meantime, which is the same.
pub(crate) fn kill(pid: u32) {
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), Signal::KILL).ok();
}

/// The processes whose parent is `pid`.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-o", "pid=", "--ppid", &pid.to_string()]).output();
    let listed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    listed.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// The settings, sources and plugins that workers are started on.
pub(crate) struct House {
    folder: tempfile::TempDir,
    text: String,
}

impl House {
    pub(crate) fn new(sources: &[Source], database: &str, lease: Duration) -> Self {
        let folder = database::open_folder();
        let at = folder.path().display();
        fs::create_dir(folder.path().join("plugins")).unwrap();
        fs::create_dir(folder.path().join("sources")).unwrap();
        fs::write(folder.path().join("plugins/css.wasm"), guests::component("css").unwrap()).unwrap();
        for source in sources {
            let configuration: toml::Table = serde_json::from_value(source.configuration.clone()).unwrap();
            let mut tables = toml::Table::new();
            tables.insert("configuration".to_owned(), toml::Value::Table(configuration));
            let slug = &source.slug;
            let text = format!(
                "slug = \"{slug}\"\nsite = {{ slug = \"toronto\", name = \"Toronto\" }}\nurl = \"{}\"\nplugin = \"css\"\nzone = \"America/Toronto\"\n\
                 [venue]\nslug = \"{slug}\"\nname = \"{slug}\"\n[schedule]\nevery_minutes = 500000\njitter_minutes = 0\n{tables}",
                source.url
            );
            fs::write(folder.path().join(format!("sources/{slug}.toml")), text).unwrap();
        }
        let text = format!(
            "[database]\nurl = \"{database}\"\n[database.pool]\nmax_connections = 4\noperation_timeout_ms = 3000\n\
             [plugins]\nfolder = \"{at}/plugins\"\ncache = \"{at}/compiled\"\n[sources]\nfolder = \"{at}/sources\"\n\
             [archive]\nurl = \"file:{at}/archive\"\n[fetch.politeness]\ndelay_ms = 0\npoll_ms = 20\nlease_ms = {turns}\n\
             [fetch.limits]\ntotal_ms = 1000\n[egress]\nallow = [{hosts}]\n\
             [worker]\nparallel = 1\nconnections = 6\npoll_seconds = 1\nqueue_poll_ms = 50\nlease_ms = {lease}\nheal_minutes = 0\n",
            turns = 1500,
            lease = lease.as_millis(),
            hosts = sources.iter().map(|source| format!("\"{}\"", source.url.host())).collect::<Vec<_>>().join(", "),
        );
        Self { folder, text }
    }
}

struct Worker {
    child: Child,
    log: PathBuf,
}

/// Processes at work; all are ended with this.
pub(crate) struct Workers {
    running: Vec<Worker>,
    folder: PathBuf,
    text: String,
    started: usize,
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &mut self.running {
            worker.child.kill().ok();
            worker.child.wait().ok();
        }
    }
}

impl Workers {
    pub(crate) fn start(house: &House, count: usize) -> Self {
        let (folder, text) = (house.folder.path().to_owned(), house.text.clone());
        let mut workers = Self { running: Vec::new(), folder, text, started: 0 };
        (0..count).for_each(|_| workers.start_one());
        workers
    }

    fn start_one(&mut self) {
        self.started += 1;
        let worker = start(&self.folder, &self.text, self.started);
        self.running.push(worker);
    }

    /// One more, on another house.
    pub(crate) fn add(&mut self, house: &House) {
        let worker = start(house.folder.path(), &house.text, 1);
        self.running.push(worker);
    }

    /// Another one in place of one that was killed.
    pub(crate) fn replace(&mut self, pid: u32) {
        for worker in self.running.iter_mut().filter(|worker| worker.child.id() == pid) {
            worker.child.wait().unwrap();
        }
        self.running.retain(|worker| worker.child.id() != pid);
        self.start_one();
    }

    pub(crate) fn is_running(&mut self, pid: u32) -> bool {
        self.running.iter_mut().any(|worker| worker.child.id() == pid && worker.child.try_wait().unwrap().is_none())
    }

    pub(crate) fn kill_all_but(&mut self, pid: u32) {
        for worker in self.running.iter_mut().filter(|worker| worker.child.id() != pid) {
            worker.child.kill().ok();
            worker.child.wait().ok();
        }
        self.running.retain(|worker| worker.child.id() == pid);
    }

    /// What all of them logged.
    pub(crate) fn told(&self) -> String {
        let logs = self.running.iter().map(|worker| fs::read_to_string(&worker.log).unwrap_or_default());
        logs.collect::<Vec<_>>().join("\n---\n")
    }
}

fn start(folder: &Path, text: &str, number: usize) -> Worker {
    let settings = folder.join(format!("worker-{number}.toml"));
    fs::write(&settings, text).unwrap();
    let log = folder.join(format!("worker-{number}.log"));
    let output = File::create(&log).unwrap();
    let child = Command::new(marquee_tests::program())
        .args(["worker", "--config"])
        .arg(&settings)
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    Worker { child, log }
}

/// A wire to the database that can be cut: nothing passes then, and no end is told.
pub(crate) struct Cut {
    pub(crate) url: String,
    is_cut: Arc<watch::Sender<bool>>,
}

impl Cut {
    pub(crate) async fn start(database: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (head, rest) = database.split_once("@127.0.0.1:").unwrap();
        let (server, rest) = rest.split_once('/').unwrap();
        let url = format!("{head}@127.0.0.1:{port}/{rest}");
        let server = format!("127.0.0.1:{server}");
        let is_cut = Arc::new(watch::Sender::new(false));
        let wires = Arc::clone(&is_cut);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let Ok(far) = TcpStream::connect(&server).await else { continue };
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(pass(near_in, far_out, wires.subscribe()));
                tokio::spawn(pass(far_in, near_out, wires.subscribe()));
            }
        });
        Self { url, is_cut }
    }

    pub(crate) fn cut(&self, cut: bool) {
        self.is_cut.send_replace(cut);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut is_cut: watch::Receiver<bool>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if is_cut.wait_for(|cut| !cut).await.is_err() || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
