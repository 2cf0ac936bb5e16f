//! The log: one line a request, on the standard error, for whoever runs the service. It names
//! nobody: no address, no device, no structure, no path, no code.

use clap::ValueEnum;
use std::{io::stderr, panic};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets,
    fmt::layer,
    layer::{Layer, SubscriberExt},
    registry,
    util::SubscriberInitExt,
};

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For a reader.
    Text,
    /// For a program, one object a line.
    Json,
}

impl LogFormat {
    /// Writes the log from now on.
    pub fn begin(self) {
        // What other crates say may hold what this one takes care not to.
        let ours = Targets::new().with_target("passerelle_clearing", LevelFilter::INFO);
        let lines = layer().with_writer(stderr).with_target(false);
        let lines = match self {
            Self::Text => lines.with_ansi(false).boxed(),
            Self::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        };
        // Fails when a log was begun already, which is as good.
        let _ = registry().with(lines.with_filter(ours)).try_init();
        // Where it broke, and not on what.
        panic::set_hook(Box::new(|broken| {
            let at = broken.location().map(ToString::to_string);
            tracing::error!(at, "the program broke off what it did");
        }));
    }
}
