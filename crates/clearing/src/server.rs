//! The service on the network.

use crate::{clearing::Clearing, router::router};
use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    thread::{self, JoinHandle},
};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};

/// Serves until `stop` is done, then lets the requests under way finish.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    clearing: Arc<Clearing>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router(clearing))
        .with_graceful_shutdown(stop)
        .await
}

/// A service that runs on threads of its own, for whoever is not asynchronous.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Starts serving on a listener that is bound already, to port 0 for instance.
    ///
    /// # Errors
    /// The listener or the threads cannot be had.
    pub fn start(listener: StdListener, clearing: Arc<Clearing>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = Runtime::new()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("clearing".into()).spawn(move || {
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener)?;
                let stopped = async {
                    let _ = stopped.await;
                };
                serve(listener, clearing, stopped).await
            })
        })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, once the requests under way are answered.
    ///
    /// # Errors
    /// The listener had failed.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        // Dropping the sender says stop.
        drop(self.stop.take());
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => Err(io::Error::other("the service's thread panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
