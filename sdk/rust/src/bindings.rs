//! What wit-bindgen makes of `wit/extractor.wit`: the only place where the SDK and the contract meet.
//!
//! Authors use the names that the crate re-exports; nothing here is edited by hand. On other targets than WebAssembly the
//! imports compile to a panic, so that plugins can be unit-tested natively as long as they do not ask the host.
#![expect(
    missing_docs,
    reason = "generated: the documentation of every item stands in wit/extractor.wit, and the macro allows what it needs"
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "extractor",
    pub_export_macro: true,
    export_macro_name: "export_extractor",
    default_bindings_module: "marquee_sdk::bindings",
});
