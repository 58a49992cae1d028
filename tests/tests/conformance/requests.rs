//! Whatever can be asked: schemathesis, all checks. `MARQUEE_CONFORMANCE_REQUESTS=50000` asks more than the usual.

use std::process::Command;

use marquee_tests::serving::TOKEN;

use crate::host::{Host, folder, home, installed, run};

/// Requests where nobody says how many: what a busy machine with two cores answers within two minutes.
const USUAL: &str = "2000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_by_the_document() {
    let home = home("schemathesis");
    let program = || {
        let mut program = Command::new("python3");
        program.arg(folder("tests/conformance/run")).arg("--home").arg(&home);
        program
    };
    let mut install = program();
    install.args(["--install-only", "--url", "-", "--token", "-"]);
    if !installed(run(install).await, "schemathesis") {
        return;
    }
    let requests = std::env::var("MARQUEE_CONFORMANCE_REQUESTS");
    let host = Host::usual().await;
    let mut asking = program();
    asking.args(["--url", &host.url(), "--token", TOKEN]);
    asking.args(["--requests", requests.as_deref().unwrap_or(USUAL)]);
    if requests.is_err() {
        asking.args(["--phases", "examples,fuzzing", "--examples", "12"]);
    }
    let (passed, said) = run(asking).await;
    assert!(passed, "{said}");
    eprintln!("{}", said.lines().last().unwrap_or_default());
}
