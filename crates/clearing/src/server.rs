//! The service on the network.

mod certificate;
mod connections;

pub use certificate::Certificate;

use crate::{clearing::Clearing, limits::Limits, router::router};
use axum::Router;
use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    thread::{self, JoinHandle},
};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};

/// What answers at one address.
pub struct Doorway {
    /// The address, bound already.
    pub listener: TcpListener,
    /// What is there.
    pub router: Router,
    /// What encrypts it; nothing behind a proxy that does.
    pub certificate: Option<Arc<Certificate>>,
}

/// Serves until `stop` is done, then lets the requests under way finish, within [`Limits::stop`].
/// Gives how many connections had to be cut.
pub async fn serve(doorway: Doorway, limits: Arc<Limits>, stop: impl Future<Output = ()>) -> usize {
    let Doorway {
        listener,
        router,
        certificate,
    } = doorway;
    connections::serve(listener, router, certificate, limits, stop).await
}

/// A service that runs on threads of its own, for whoever is not asynchronous.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Starts serving in clear on a listener that is bound already, to port 0 for instance, within the
    /// limits that a service has by default.
    ///
    /// # Errors
    /// The listener or the threads cannot be had.
    pub fn start(listener: StdListener, clearing: Arc<Clearing>) -> io::Result<Self> {
        Self::start_within(listener, clearing, Limits::default())
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// The listener or the threads cannot be had.
    pub fn start_within(listener: StdListener, clearing: Arc<Clearing>, limits: Limits) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = Runtime::new()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("clearing".into()).spawn(move || {
            runtime.block_on(async {
                let doorway = Doorway {
                    listener: TcpListener::from_std(listener)?,
                    router: router(clearing, &limits),
                    certificate: None,
                };
                let stopped = async {
                    let _ = stopped.await;
                };
                serve(doorway, Arc::new(limits), stopped).await;
                Ok(())
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
