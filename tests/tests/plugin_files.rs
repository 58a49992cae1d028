//! Files that are no plugins, each refused with what to do; and the compiler's limits.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail, and tell, as tests do")]

use std::{path::PathBuf, sync::Arc, time::Instant};

use marquee_extract::{LoadError, Sandbox, SandboxLimits};
use marquee_tests::guests;
use wasm_encoder::{
    BlockType, CodeSection, Component, ComponentImportSection, ComponentTypeRef, ComponentTypeSection, Function,
    FunctionSection, InstanceType, Module, ModuleSection, TypeSection, ValType,
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

fn sandbox(limits: SandboxLimits) -> (tempfile::TempDir, Arc<Sandbox>) {
    guests::sandbox(limits, COMPILER).unwrap()
}

/// A component that imports these (empty) interfaces and does nothing.
fn importing(names: &[&str]) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.instance(&InstanceType::new());
    let mut imports = ComponentImportSection::new();
    for name in names {
        imports.import(*name, ComponentTypeRef::Instance(0));
    }
    let mut component = Component::new();
    component.section(&types).section(&imports);
    component.finish()
}

/// A component whose one module has this many functions, each of `blocks` nested branches: much work for a compiler.
fn slow_to_compile(functions: u32, blocks: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut declared = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..functions {
        declared.function(0);
        let mut body = Function::new([(8, ValType::I32)]);
        let mut instructions = body.instructions();
        for block in 0..blocks {
            instructions
                .local_get(block % 9)
                .i32_const(i32::try_from(block).unwrap())
                .i32_add()
                .local_set((block + 1) % 9);
            instructions
                .local_get(block % 9)
                .if_(BlockType::Empty)
                .local_get(0)
                .local_get(3)
                .i32_mul()
                .local_set(5)
                .end();
        }
        instructions.local_get(0).end();
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut component = Component::new();
    component.section(&ModuleSection(&module));
    component.finish()
}

async fn refusal(bytes: &[u8]) -> LoadError {
    let (_cache, sandbox) = sandbox(SandboxLimits::default());
    let error = sandbox.load(bytes).await.unwrap_err();
    println!("{error}");
    error
}

#[tokio::test]
async fn importing_files_sockets_or_the_clock_is_refused_by_name() {
    for (import, what) in [
        ("wasi:filesystem/types@0.2.6", "files"),
        ("wasi:sockets/tcp@0.2.6", "sockets"),
        ("wasi:clocks/wall-clock@0.2.6", "clock"),
        ("wasi:random/random@0.2.6", "randomness"),
        ("wasi:cli/environment@0.2.6", "environment"),
        ("wasi:http/outgoing-handler@0.2.6", "network"),
    ] {
        let error = refusal(&importing(&[import])).await;
        assert!(matches!(error, LoadError::ForeignImports { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(import) && text.contains(what) && text.contains("marquee plugin build"), "{text}");
    }
    let error = refusal(&importing(&["acme:metrics/counter@1.0.0"])).await.to_string();
    assert!(error.contains("acme:metrics/counter@1.0.0"), "{error}");
}

#[tokio::test]
async fn another_version_of_the_contract_is_refused_by_name() {
    let error = refusal(&importing(&["marquee:extractor/page@0.9.0"])).await;
    assert!(matches!(&error, LoadError::WrongWorld { reason } if reason.contains("0.9.0")), "{error}");
}

#[tokio::test]
async fn a_component_without_our_exports_is_refused() {
    let error = refusal(&importing(&[])).await;
    assert!(matches!(&error, LoadError::WrongWorld { reason } if reason.contains("describe")), "{error}");
    let error = refusal(&importing(&["marquee:extractor/page@0.1.0"])).await;
    assert!(matches!(&error, LoadError::WrongWorld { .. }), "{error}");
}

#[tokio::test]
async fn a_core_module_says_how_to_make_a_component_of_it() {
    let error = refusal(b"\0asm\x01\0\0\0").await;
    assert!(error.to_string().contains("marquee plugin build"), "{error}");
}

#[tokio::test]
async fn a_plugin_cut_short_anywhere_is_refused() {
    let whole = guests::actor("actor", "1.0.0").unwrap();
    let (_cache, sandbox) = sandbox(SandboxLimits::default());
    for tenth in 0..10 {
        let error = sandbox.load(&whole[..whole.len() * tenth / 10]).await.unwrap_err();
        assert!(matches!(error, LoadError::Truncated { .. }), "{tenth}/10: {error}");
    }
    assert!(sandbox.load(&whole).await.is_ok());
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_unread() {
    let (_cache, sandbox) = sandbox(SandboxLimits { component_bytes: 8, ..SandboxLimits::default() });
    let error = sandbox.load(&importing(&[])).await.unwrap_err();
    assert!(matches!(error, LoadError::TooLarge { limit: 8, .. }), "{error}");
}

#[tokio::test]
async fn ids_versions_and_schemas_must_be_valid() {
    let (_cache, sandbox) = sandbox(SandboxLimits::default());
    for (id, version, field) in [("Not A Slug", "1.0.0", "id"), ("actor", "one", "version")] {
        let error = sandbox.load(&guests::actor(id, version).unwrap()).await.unwrap_err();
        assert!(matches!(error, LoadError::BadDescription { field: named, .. } if named == field), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_compiles_for_ever_is_stopped() {
    let (_cache, sandbox) = sandbox(SandboxLimits { compile_ms: 300, ..SandboxLimits::default() });
    let started = Instant::now();
    let error = sandbox.load(&slow_to_compile(2_000, 1_000)).await.unwrap_err();
    println!("{error} after {:?}", started.elapsed());
    assert!(error.to_string().contains("limits.compile_ms"), "{error}");
    assert!(started.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn a_file_that_makes_the_compiler_eat_memory_is_stopped() {
    let limits = SandboxLimits { compile_memory_bytes: 96 << 20, ..SandboxLimits::default() };
    let (_cache, sandbox) = sandbox(limits);
    let greedy = slow_to_compile(20, 40_000);
    let before = guests::resident_bytes();
    let error = sandbox.load(&greedy).await.unwrap_err();
    println!("{error}");
    assert!(matches!(&error, LoadError::Compile { reason } if reason.contains("compile_memory_bytes")), "{error}");
    // The host itself only writes the file to a pipe. Other tests may run in this process.
    assert!(guests::resident_bytes().saturating_sub(before) < 256 << 20);
}

#[tokio::test]
async fn compiled_code_is_taken_from_the_cache_unless_it_was_touched() {
    let (cache, sandbox) = sandbox(SandboxLimits::default());
    let component = guests::actor("actor", "1.0.0").unwrap();
    let time = async || {
        let started = Instant::now();
        sandbox.load(&component).await.unwrap();
        started.elapsed()
    };
    let (cold, warm) = (time().await, time().await);
    println!("load: cold {cold:?}, from the cache {warm:?}");
    assert!(warm < cold);
    let code = std::fs::read_dir(cache.path().join("code")).unwrap().flatten().map(|entry| entry.path());
    let code: PathBuf = code.into_iter().find(|path| path.extension().is_some_and(|end| end == "code")).unwrap();
    let mut bytes = std::fs::read(&code).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&code, &bytes).unwrap();
    time().await;
    assert_ne!(std::fs::read(&code).unwrap(), bytes, "the touched entry was compiled anew");
}

#[tokio::test]
async fn a_wasi_import_gets_nothing_even_where_it_is_allowed() {
    let (_cache, sandbox) = sandbox(SandboxLimits { allow_denied_wasi: true, ..SandboxLimits::default() });
    let error = sandbox.load(&importing(&["wasi:clocks/wall-clock@0.2.6"])).await.unwrap_err();
    // It links, and fails for what it lacks: our exports.
    assert!(matches!(&error, LoadError::WrongWorld { reason } if reason.contains("describe")), "{error}");
    let error = sandbox.load(&importing(&["acme:metrics/counter@1.0.0"])).await.unwrap_err();
    assert!(matches!(error, LoadError::ForeignImports { .. }), "{error}");
}

#[tokio::test]
async fn malformed_binaries_of_the_suite_are_refused() {
    let shared = std::env::var_os("MARQUEE_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let Ok(suite) = std::fs::read(shared.join("suites/wasm-malformed/core_binaries.json")) else {
        println!("the shared suites are absent");
        return;
    };
    let suite: serde_json::Value = serde_json::from_slice(&suite).unwrap();
    let (_cache, sandbox) = sandbox(SandboxLimits::default());
    let cases = suite["cases"].as_array().unwrap();
    for case in cases {
        let hex = case["hex"].as_str().unwrap();
        let digits: Vec<char> = hex.chars().collect();
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect();
        let error = sandbox.load(&bytes).await.unwrap_err();
        let clear = matches!(
            error,
            LoadError::Truncated { .. } | LoadError::NotWasm { .. } | LoadError::CoreModule | LoadError::Invalid { .. }
        );
        assert!(clear, "{hex}: {error}");
    }
    println!("{} cases refused", cases.len());
}
