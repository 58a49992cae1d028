//! The document by the rules of OpenAPI.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::host::{folder, home, installed, run};

fn document() -> Value {
    serde_json::from_str(&marquee_serve::openapi()).unwrap()
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object).unwrap();
    paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, it)| (path, method, it)))
}

#[test]
fn every_operation_has_one_name_a_tag_a_summary_security_and_its_problems() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name = operation.get("operationId").and_then(Value::as_str).unwrap();
        assert!(names.insert(name), "{method} {path}: `{name}` is another's name");
        for member in ["tags", "summary", "security", "responses"] {
            assert!(operation.get(member).is_some(), "{method} {path} has no {member}");
        }
        let responses = operation.get("responses").and_then(Value::as_object).unwrap();
        assert!(responses.contains_key("414"), "{method} {path}");
        if !["/healthz", "/readyz", "/metrics", "/version"].contains(&path.as_str()) {
            for status in ["401", "403", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{method} {path} has no {status}");
            }
        }
        for (status, response) in responses {
            assert!(response.pointer("/headers/X-Request-Id").is_some(), "{method} {path} {status}");
        }
    }
}

#[tokio::test]
async fn the_document_is_clean_by_redocly() {
    let home = home("redocly");
    let mut install = Command::new("npm");
    install.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&home).arg("@redocly/cli@2");
    if !home.join("node_modules/.bin/redocly").exists() && !installed(run(install).await, "redocly") {
        return;
    }
    fs::write(home.join("openapi.json"), marquee_serve::openapi()).unwrap();
    let mut lint = Command::new(home.join("node_modules/.bin/redocly"));
    lint.args(["lint", "--format=stylish", "--config"]).arg(folder("tests/conformance/redocly.yaml"));
    lint.arg(home.join("openapi.json")).env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let (clean, said) = run(lint).await;
    assert!(clean && !warned(&said), "{said}");
}

/// Redocly says `You have N warnings` at its end.
fn warned(said: &str) -> bool {
    said.lines().any(|line| line.contains("You have") && line.contains("warning"))
}
