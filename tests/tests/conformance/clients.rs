//! Programs made from the document, run against the server.

use std::{fs, process::Command};

use crate::host::{Host, folder, home, installed, run};

/// Makes a client in a folder of its own, and runs its `try` with the server's address.
async fn tries(language: &str, program: &[&str]) {
    let home = home(language);
    let generate = |what: &std::path::Path| {
        let mut command = Command::new(folder(&format!("clients/{language}/generate")));
        command.arg(&home).arg(what);
        command
    };
    if !installed(run(generate("--install-only".as_ref())).await, language) {
        return;
    }
    let document = home.join("openapi.json");
    fs::write(&document, marquee_serve::openapi()).unwrap();
    let (made, said) = run(generate(&document)).await;
    assert!(made, "{said}");
    let host = Host::usual().await;
    let (name, arguments) = program.split_first().unwrap();
    let local = home.join(name);
    let mut command = Command::new(if local.exists() { local.as_os_str() } else { name.as_ref() });
    command.args(arguments).arg(host.url()).current_dir(&home);
    let (passed, said) = run(command).await;
    assert!(passed, "{said}");
    assert!(said.contains("6 events, 7 changes"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typescript_program_reads_the_server_by_types_made_from_its_document() {
    tries("typescript", &["node", "dist/try.js"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_python_program_reads_the_server_by_a_client_made_from_its_document() {
    tries("python", &["venv/bin/python", "try.py"]).await;
}
