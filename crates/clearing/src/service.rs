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
            // Before the address is known to anybody: whoever reads it may say stop at once.
            let stopped = told_to_stop();
            let line = serde_json::json!({ "address": address, "url": format!("http://{address}") });
            writeln!(stdout(), "{line}")?;
            stdout().flush()?;
            serve(listener, Arc::new(clearing), stopped).await
        })
        .map_err(Error::file(at))
}

/// Done when the system says stop, from this call on.
#[cfg(unix)]
fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let told = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async {
        match told {
            (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            },
            (Ok(mut only), Err(_)) | (Err(_), Ok(mut only)) => {
                only.recv().await;
            }
            (Err(_), Err(_)) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
