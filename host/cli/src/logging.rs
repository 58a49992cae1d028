//! Where log lines and traces go: lines to standard error, readable or as JSON; spans to an OpenTelemetry collector, where one is named.
//!
//! Every line of a crawl carries the crawl's id and source, since it is written within the crawl's span.

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource, runtime,
    trace::{Sampler, SdkTracerProvider, span_processor_with_async_runtime::BatchSpanProcessor},
};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::settings::{LogFormat, LogSettings, TraceSettings};

/// Filters that the operator's own go before: the queue's library tells of every job, which the crawl does as well.
const QUIET: &str = "graphile_worker=warn";

/// Keeps the spans that are still to be sent; sends them when it is dropped.
#[must_use]
pub(crate) struct Logging {
    traces: Option<SdkTracerProvider>,
}

impl Drop for Logging {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.traces.take().map(|traces| traces.shutdown()) {
            eprintln!("marquee: the last traces could not be sent: {error}");
        }
    }
}

/// Starts logging, and tracing where an endpoint is set. `RUST_LOG` overrides the setting, since it is what a person at a terminal
/// reaches for.
pub(crate) fn start(log: &LogSettings, traces: &TraceSettings) -> Result<Logging> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(filter) if !filter.is_empty() => filter,
        _ => log.filter.clone(),
    };
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).with_context(|| {
        format!(
            "`log.filter` (or RUST_LOG) is `{filter}`, which is no filter; write for example `info,marquee_fetch=debug`"
        )
    })?;
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    let lines = match log.format {
        LogFormat::Text => lines.compact().with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let traces = provider(traces)?;
    let spans = traces.as_ref().map(|traces| {
        let ours = tracing_subscriber::filter::filter_fn(|metadata| {
            metadata.is_span() && metadata.target().starts_with("marquee")
        });
        tracing_opentelemetry::layer().with_tracer(traces.tracer("marquee")).with_filter(ours)
    });
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(spans)
        .try_init()
        .map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))?;
    Ok(Logging { traces })
}

/// What sends spans, where an endpoint is set.
fn provider(settings: &TraceSettings) -> Result<Option<SdkTracerProvider>> {
    let Some(endpoint) = &settings.endpoint else { return Ok(None) };
    let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(&address)
        .build()
        .with_context(|| format!("`traces.endpoint` is `{endpoint}`; write for example `http://127.0.0.1:4318`"))?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample.clamp(0.0, 1.0))));
    Ok(Some(
        SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter, runtime::Tokio).build())
            .with_sampler(sampler)
            .with_resource(Resource::builder().with_service_name(settings.service.clone()).build())
            .build(),
    ))
}
