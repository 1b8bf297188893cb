//! Who asks the interface, and what may be done in his name: extractors of its handlers.

use super::{answer, request};
use crate::access::{Caller, Role};
use crate::gateway::admin::Actor;
use crate::gateway::{Failure, Outcome};
use crate::http::{App, door};
use arno_store::{Result, Scope, Tx};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::sync::Arc;

/// An account of this site that looks at something, and its request.
pub(super) struct Reader {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
    pub(super) parts: Parts,
}

/// An account that changes something, and the fields it sends. Viewers change nothing.
pub(super) struct Editor {
    app: Arc<App>,
    caller: Caller,
    pub(super) fields: Map<String, Value>,
}

impl Reader {
    /// Reads with the caller's eyes.
    pub(super) fn read<T, F>(&self, work: F) -> impl Future<Output = Outcome<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let (app, caller) = (self.app.clone(), self.caller.clone());
        let scope = scope(&app, &caller);
        let seen = move |tx: &Tx<'_>| work(tx, &Actor::of(tx, &caller)?);
        async move { Ok(app.site.db.read(scope, seen).await?) }
    }
}

impl Editor {
    /// Changes something in the caller's name.
    pub(super) async fn write<T: Send + 'static>(
        self,
        work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
    ) -> Outcome<T> {
        let Editor { app, caller, .. } = self;
        let scope = scope(&app, &caller);
        let changed = move |tx: &Tx<'_>| work(tx, &Actor::of(tx, &caller)?);
        let done = app.site.db.write(scope, changed).await?;
        // What is registered from now on is what the next call finds.
        app.site.gateway.directory_now(&app.site.db, &app.site.settings.company).await?;
        Ok(done)
    }
}

fn scope(app: &App, caller: &Caller) -> Scope {
    caller.scope(app.site.settings.visibility)
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> std::result::Result<Reader, Response> {
        match enter(app, parts, true).await {
            Ok(caller) => Ok(Reader { app: app.clone(), caller, parts: parts.clone() }),
            Err(failure) => Err(answer::failure(&failure, false)),
        }
    }
}

impl FromRequest<Arc<App>> for Editor {
    type Rejection = Response;

    async fn from_request(asked: Request, app: &Arc<App>) -> std::result::Result<Editor, Response> {
        let (parts, body) = asked.into_parts();
        let entered = async {
            let caller = enter(app, &parts, false).await?;
            if caller.role == Role::Viewer {
                return Err(Failure::forbidden("Viewers change nothing"));
            }
            let fields = request::fields(&request::bytes(body).await?)?;
            Ok(Editor { app: app.clone(), caller, fields })
        };
        entered.await.map_err(|failure| answer::failure(&failure, false))
    }
}

async fn enter(app: &App, parts: &Parts, reads: bool) -> Outcome<Caller> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.ok_or_else(|| Failure::new(500, "Error: The caller's address is unknown"))?;
    let from = app.proxies.origin(&parts.headers, peer.0.ip());
    // PATCH and DELETE are sent by our own pages as POST is: the rest of the cookie's rule holds.
    let method = if reads { &parts.method } else { &Method::POST };
    Ok(door::caller(app, method, &parts.headers, from, reads).await?)
}
