//! Listeners: bound before anything is promised, served until told to stop, then drained.

use crate::error::StartError;
use axum::Router;
use axum::serve::ListenerExt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long requests under way may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(8);

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
    pub(crate) fn start(ports: Vec<(Bound, Router)>) -> Listening {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for (bound, router) in ports {
            let address = bound.address;
            // Small answers go out at once instead of waiting for more to come.
            let listener = bound.listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its delay");
                }
            });
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            let stopped = stop.clone().cancelled_owned();
            tasks.spawn(async move {
                let serving = axum::serve(listener, service).with_graceful_shutdown(stopped);
                if let Err(error) = serving.await {
                    tracing::error!(%error, %address, "stopped listening");
                }
            });
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
