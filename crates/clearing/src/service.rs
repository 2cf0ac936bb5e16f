//! `serve`: the service until it is told to stop.

use passerelle_clearing::{Clearing, Error, serve};
use std::{
    io::{Write, stdout},
    path::Path,
    sync::Arc,
};
use tokio::{net::TcpListener, runtime::Runtime};

/// Listens there, says so in one line of JSON, and serves until the system says stop.
pub fn run(clearing: Clearing, listen: &str) -> Result<(), Error> {
    // The address stands for the file in what is said when it cannot be had.
    let at = Path::new(listen);
    Runtime::new()
        .map_err(Error::file(at))?
        .block_on(async {
            let listener = TcpListener::bind(listen).await?;
            let address = listener.local_addr()?;
            let line = serde_json::json!({ "address": address, "url": format!("http://{address}") });
            writeln!(stdout(), "{line}")?;
            stdout().flush()?;
            serve(listener, Arc::new(clearing), told_to_stop()).await
        })
        .map_err(Error::file(at))
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
