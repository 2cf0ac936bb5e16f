//! Connections: how many, how long, and how they end. Nobody can hold one without asking anything.

use super::certificate::Certificate;
use crate::{gate::Peer, limits::Limits};
use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::Service, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// How much of a request is read ahead, in bytes: a head is smaller, a body comes in pieces.
const READ_AHEAD_BYTES: usize = 32 << 10;

/// How long to wait when the system has no more files to give.
const OUT_OF_FILES: Duration = Duration::from_millis(500);

/// What one listener needs of a connection.
#[derive(Clone)]
struct Manner {
    router: Router,
    certificate: Option<Arc<Certificate>>,
    limits: Arc<Limits>,
    /// Closed when the service stops.
    open: watch::Receiver<()>,
}

/// Serves until `stop` is done. No connection is taken then; requests under way have
/// [`Limits::stop`] to end, and connections on which nothing is under way are closed at once. Gives
/// how many had to be cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    certificate: Option<Arc<Certificate>>,
    limits: Arc<Limits>,
    stop: impl Future<Output = ()>,
) -> usize {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (closing, open) = watch::channel(());
    let manner = Manner {
        router,
        certificate,
        limits: limits.clone(),
        open,
    };
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (stream, from, place) = accept(&listener, &places) => {
                let manner = manner.clone();
                connections.spawn(async move {
                    manner.receive(stream, from.ip()).await;
                    drop(place);
                });
            }
        }
    }
    drop((listener, closing));
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(limits.stop, ended).await;
    let cut = connections.len();
    connections.shutdown().await;
    cut
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await;
    let place = place.expect("the places are never closed");
    loop {
        match listener.accept().await {
            Ok((stream, from)) => return (stream, from, place),
            // Whoever came is gone already.
            Err(error) if is_of_the_connection(error.kind()) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken");
                sleep(OUT_OF_FILES).await;
            }
        }
    }
}

const fn is_of_the_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

impl Manner {
    async fn receive(self, stream: TcpStream, from: IpAddr) {
        // Answers are small: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let Some(certificate) = &self.certificate else {
            return self.converse(stream, from).await;
        };
        let acceptor = TlsAcceptor::from(certificate.current());
        // Whoever does not speak TLS, or not in time, is not answered.
        if let Ok(Ok(stream)) = timeout(self.limits.handshake, acceptor.accept(stream)).await {
            self.converse(stream, from).await;
        }
    }

    async fn converse<S>(mut self, stream: S, from: IpAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(from));
            router.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(READ_AHEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            () = sleep(self.limits.connection) => {}
            _ = self.open.changed() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = timeout(self.limits.stop, connection).await;
    }
}
