//! Listeners: bound before anything is promised, served until told to stop, then drained. Each
//! holds a bounded number of connections, each connection has a bounded time to say what it wants.

use super::tls::Tls;
use crate::error::StartError;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service;

/// How long requests under way may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// How long a client may take to agree on encryption.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// How long is waited when the system has no more connections to give.
const EXHAUSTED: Duration = Duration::from_millis(200);

/// What connections are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many there are on each port; more wait until one ends.
    pub connections: usize,
    /// How long one may take to send the head of a request, and stay idle between two.
    pub head: Duration,
}

/// A port that is ours.
pub(crate) struct Bound {
    listener: TcpListener,
    /// Address with the port actually bound.
    pub(crate) address: SocketAddr,
}

impl Bound {
    /// Takes a port; 0 takes a free one. `what` and `setting` are for the message.
    ///
    /// # Errors
    /// When the port is taken or the address is not this machine's.
    pub(crate) async fn bind(
        what: &'static str,
        setting: &'static str,
        address: IpAddr,
        port: u16,
    ) -> Result<Bound, StartError> {
        let asked = SocketAddr::new(address, port);
        let failed = |source| StartError::Port { what, setting, address: asked, source };
        let listener = TcpListener::bind(asked).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Bound { listener, address })
    }
}

/// The running listeners.
pub(crate) struct Listening {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Listening {
    /// Starts to answer on each port.
    pub(crate) fn start(
        ports: Vec<(Bound, Router)>,
        tls: Option<&Arc<Tls>>,
        limits: Limits,
    ) -> Listening {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for (bound, router) in ports {
            let port = Port { router, tls: tls.cloned(), limits, stop: stop.clone() };
            tasks.spawn(port.serve(bound.listener));
        }
        Listening { stop, tasks }
    }

    /// Stops accepting and lets the requests under way finish.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("requests still under way after {} s are cut off", DRAIN.as_secs());
        }
    }
}

/// What answers on a port.
#[derive(Clone)]
struct Port {
    router: Router,
    tls: Option<Arc<Tls>>,
    limits: Limits,
    stop: CancellationToken,
}

impl Port {
    /// Accepts connections until told to stop, and waits for those there are.
    async fn serve(self, listener: TcpListener) {
        let free = Arc::new(Semaphore::new(self.limits.connections));
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => break,
                accepted = accept(&listener, free.clone()) => accepted,
                Some(_) = connections.join_next() => continue,
            };
            let Some((stream, peer, place)) = accepted else { continue };
            let port = self.clone();
            connections.spawn(async move {
                port.converse(stream, peer).await;
                drop(place);
            });
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    async fn converse(self, stream: TcpStream, peer: SocketAddr) {
        // Small answers go out at once instead of waiting for more to come.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, %peer, "a connection keeps its delay");
        }
        let Some(tls) = &self.tls else { return self.answer(stream, peer).await };
        match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.answer(stream, peer).await,
            Ok(Err(error)) => tracing::debug!(%error, %peer, "no encryption was agreed upon"),
            Err(_) => tracing::debug!(%peer, "no encryption was agreed upon in time"),
        }
    }

    async fn answer(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
    ) {
        let service = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            self.router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    free: Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let place = free.acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // A client that is gone already, or no file handles left: others may end meanwhile.
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(EXHAUSTED).await;
            None
        }
    }
}
