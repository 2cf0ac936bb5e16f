//! `serve`: the service until it is told to stop.

use crate::command_line::ServeArguments;
use passerelle_clearing::{
    Certificate, Clearing, Doorway, Error, Limits, Tokens, admin::admin, router, serve,
};
use std::{
    io::{self, Write, stdout},
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

/// How often it is kept how far the books have come: what is lost of a shorter time, desks bring back.
const MARK_EVERY: Duration = Duration::from_secs(60);

/// How often the files of the certificate are looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(5);

/// Listens as asked, says where in one line of JSON, and serves until the system says stop.
pub fn run(clearing: Clearing, data: &Path, asked: &ServeArguments) -> Result<(), Error> {
    let certificate = asked.certificate()?.map(Arc::new);
    let serving = Serving {
        clearing: Arc::new(clearing),
        tokens: Tokens::of(data),
        limits: asked.limits(),
        certificate,
    };
    // Dropped at the end: what still writes is waited for, then the books are closed.
    let clearing = Arc::clone(&serving.clearing);
    let runtime = Runtime::new().map_err(Error::file(Path::new(&asked.listen)))?;
    runtime.block_on(serving.run(asked))?;
    drop(runtime);
    mark(&clearing);
    Ok(())
}

/// Keeps how far the books have come. A folder that cannot be written stops no service.
fn mark(clearing: &Clearing) {
    if let Err(error) = clearing.keep_watermark() {
        tracing::warn!(%error, "how far the books have come is not kept");
    }
}

/// Does so now and then. Never done.
async fn keep_marked(clearing: Arc<Clearing>) {
    loop {
        tokio::time::sleep(MARK_EVERY).await;
        let clearing = Arc::clone(&clearing);
        let _ = tokio::task::spawn_blocking(move || mark(&clearing)).await;
    }
}

struct Serving {
    clearing: Arc<Clearing>,
    tokens: Tokens,
    limits: Limits,
    certificate: Option<Arc<Certificate>>,
}

impl Serving {
    async fn run(self, asked: &ServeArguments) -> Result<(), Error> {
        let (desks, address) = bind(&asked.listen).await?;
        let office = match &asked.admin_listen {
            Some(listen) => Some(self.bind_admin(listen).await?),
            None => None,
        };
        // Before the addresses are known to anybody: whoever reads them may say stop at once.
        let (stopped, hangups) = (told_to_stop(), hangups());
        let admin_address = office.as_ref().map(|(_, address)| *address);
        self.announce(address, admin_address)
            .map_err(Error::file(Path::new(&asked.listen)))?;
        let (stop, stopping) = watch::channel(());
        let limits = Arc::new(self.limits.clone());
        let desks = serve(
            self.doorway(desks, router(self.clearing.clone(), &self.limits)),
            limits.clone(),
            until_closed(stopping.clone()),
        );
        let office = async {
            let Some((listener, _)) = office else { return 0 };
            let doors = admin(self.clearing.clone(), self.tokens.clone());
            serve(self.doorway(listener, doors), limits, until_closed(stopping)).await
        };
        let fresh = keep_fresh(self.certificate.clone(), hangups);
        let told = async {
            stopped.await;
            tracing::info!("told to stop");
            drop(stop);
        };
        let served = async { tokio::join!(desks, office, told) };
        tokio::select! {
            (desks, office, ()) = served => tracing::info!(cut = desks + office, "stopped"),
            () = fresh => {}
            () = keep_marked(self.clearing.clone()) => {}
        }
        Ok(())
    }

    /// An address for the administration, on this machine unless it is encrypted.
    async fn bind_admin(&self, listen: &str) -> Result<(TcpListener, SocketAddr), Error> {
        let (listener, address) = bind(listen).await?;
        if self.certificate.is_none() && !address.ip().to_canonical().is_loopback() {
            return Err(Error::AdminInClear(address));
        }
        Ok((listener, address))
    }

    fn doorway(&self, listener: TcpListener, router: axum::Router) -> Doorway {
        Doorway {
            listener,
            router,
            certificate: self.certificate.clone(),
        }
    }

    fn announce(&self, address: SocketAddr, admin: Option<SocketAddr>) -> io::Result<()> {
        let scheme = if self.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let url = |address: SocketAddr| format!("{scheme}://{address}");
        let mut line = serde_json::json!({ "address": address, "url": url(address) });
        if let Some(admin) = admin {
            line["admin_address"] = serde_json::json!(admin);
            line["admin_url"] = serde_json::json!(url(admin));
        }
        writeln!(stdout(), "{line}")?;
        stdout().flush()?;
        tracing::info!(%address, admin = admin.map(tracing::field::display), "listening");
        Ok(())
    }
}

async fn bind(listen: &str) -> Result<(TcpListener, SocketAddr), Error> {
    // The address stands for the file in what is said when it cannot be had.
    let at = Path::new(listen);
    let listener = TcpListener::bind(listen).await.map_err(Error::file(at))?;
    let address = listener.local_addr().map_err(Error::file(at))?;
    Ok((listener, address))
}

async fn until_closed(mut channel: watch::Receiver<()>) {
    let _ = channel.changed().await;
}

/// Shows a certificate that has changed, when its files do or when the system says so.
/// Never done; a service in clear hears the system and does nothing.
async fn keep_fresh(certificate: Option<Arc<Certificate>>, mut hangups: Hangups) {
    let mut last_fault = None;
    loop {
        tokio::select! {
            () = hangups.next() => {}
            () = tokio::time::sleep(CERTIFICATE_CHECK) => {}
        }
        let Some(certificate) = &certificate else {
            continue;
        };
        let fault = match certificate.reload() {
            Ok(true) => {
                tracing::info!("the certificate was read again");
                None
            }
            Ok(false) => None,
            // Its two files are written one after the other: what is wrong now may not be soon.
            Err(error) => Some(error.to_string()),
        };
        if let Some(error) = &fault
            && last_fault != fault
        {
            tracing::warn!(error, "the certificate is kept as it was");
        }
        last_fault = fault;
    }
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

/// The times that the system says to read files again.
struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

/// Those from this call on.
fn hangups() -> Hangups {
    Hangups {
        #[cfg(unix)]
        signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
    }
}

impl Hangups {
    #[cfg(unix)]
    async fn next(&mut self) {
        match &mut self.signal {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending().await
    }
}
