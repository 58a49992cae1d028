//! The contract's types and traits, generated from `wit/`. They stop at `host/` and `convert/`: no other module names them.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "extractor",
    imports: { default: trappable },
    with: {
        "marquee:extractor/html.element": crate::host::Element,
        "marquee:extractor/json.value": crate::host::Value,
        "marquee:extractor/page.page": crate::host::PageInput,
    },
});
