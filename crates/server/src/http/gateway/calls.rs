//! `POST /clearml/serve/enqueue_task` and `/ondemand`, their other paths, and calls of APIs by path.

use super::{answer, request};
use crate::access::From;
use crate::gateway::{
    self, Allowance, Answer, Asked, Caller, Directory, Draft, Failure, Follow, Order, Outcome,
    Pass, Started, identify, pass, read_params, take,
};
use crate::http::{App, cors};
use crate::site::Site;
use arno_store::gateway::entries::Entry;
use arno_store::gateway::model::{Mode, Template};
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Longest key with which a call may be sent again.
const MAX_KEY: usize = 200;

/// `POST …/enqueue_task`.
pub(super) async fn enqueue(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    answered(app, peer, asked, Target::Hash(Mode::Sporadic)).await
}

/// `POST …/ondemand`.
pub(super) async fn on_demand(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    answered(app, peer, asked, Target::Hash(Mode::Stable)).await
}

/// `POST …/api/{path}`: the body is the parameters.
pub(super) async fn api(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    asked: Request,
) -> Response {
    answered(app, peer, asked, Target::Api(path)).await
}

/// What a call names.
enum Target {
    /// A template or endpoint by fields of the body.
    Hash(Mode),
    /// An API by its path.
    Api(String),
}

/// A call on its way.
struct Call {
    app: Arc<App>,
    parts: Parts,
    from: From,
    draft: Draft,
    fields: Map<String, Value>,
}

async fn answered(app: Arc<App>, peer: SocketAddr, asked: Request, target: Target) -> Response {
    let (parts, body) = asked.into_parts();
    let from = app.proxies.origin(&parts.headers, peer.ip());
    let legacy = match request::query(&parts, "compat") {
        Some(compat) => compat == "1",
        None => app.site.gateway.options.legacy_errors,
    };
    let mode = match target {
        Target::Hash(mode) => mode,
        Target::Api(_) => Mode::Stable,
    };
    let draft = Draft::new(mode, app.site.db.clock().now(), from.address, 0);
    let id = draft.call.id.clone();
    let mut call = Call { app, parts, from, draft, fields: Map::new() };
    let response = match call.run(body, target).await {
        Ok(response) => response,
        Err(failure) => {
            call.draft.fails(&failure);
            match call.app.site.gateway.log.place().await {
                Ok(place) => drop(place.send(call.draft.finished())),
                Err(stopping) => return answer::failure(&stopping, legacy),
            }
            answer::failure(&failure, legacy)
        }
    };
    answer::named(response, &id)
}

impl Call {
    async fn run(&mut self, body: Body, target: Target) -> Outcome<Response> {
        let body = request::bytes(body).await?;
        self.draft.call.request_size = body.len() as i64;
        self.fields = request::fields(&body)?;
        let token = match target {
            Target::Hash(_) => request::text(&self.fields, "access_token")?,
            Target::Api(_) => None,
        };
        let asker = (&self.parts.method, &self.parts.headers);
        let presented = request::presented(&self.app, asker, &self.from, token, false).await?;
        let caller = identify(&self.app.site, presented, self.from.clone()).await?;
        self.draft.by(&caller);
        match target {
            Target::Hash(Mode::Sporadic) => {
                let hash = request::text(&self.fields, "task_id")?;
                let hash = hash.ok_or_else(|| Failure::bad("Task ID is missing"))?;
                let params = read_params(self.fields.get("params"))?;
                let template = self.template(&hash).await?;
                self.sporadic(caller, template, params).await
            }
            Target::Hash(Mode::Stable) => {
                let hash = request::text(&self.fields, "machine_id")?;
                let hash = hash.ok_or_else(|| Failure::bad("Machine id is missing"))?;
                let endpoint = request::text(&self.fields, "endpoint")?;
                let endpoint = endpoint.ok_or_else(|| Failure::bad("Endpoint is missing"))?;
                let params = read_params(self.fields.get("params"))?;
                let endpoint = endpoint.trim_matches('/').to_owned();
                let find = |known: &Directory| Asked::find(known, &hash, &endpoint);
                let asked = self.find(find).await?;
                self.stable(caller, asked, params).await
            }
            Target::Api(path) => self.by_path(caller, &path).await,
        }
    }

    async fn by_path(&mut self, caller: Caller, path: &str) -> Outcome<Response> {
        let unknown = || Failure::new(404, "Error: There is no such API");
        let find = |known: &Directory| known.apis.get(path).cloned().ok_or_else(unknown);
        let api = self.find(find).await?;
        let params = std::mem::take(&mut self.fields);
        self.draft.call.mode = api.value.mode.name().to_owned();
        match api.value.mode {
            Mode::Sporadic => {
                let find = |known: &Directory| {
                    let mut all = known.templates.values();
                    all.find(|template| template.id == api.value.target)
                        .cloned()
                        .ok_or_else(unknown)
                };
                let template = self.find(find).await?;
                self.sporadic(caller, template, params).await
            }
            Mode::Stable => {
                let find = |known: &Directory| {
                    let mut all = known.endpoints.values();
                    let found = all.find(|endpoint| endpoint.id == api.value.target);
                    let endpoint = &found.ok_or_else(unknown)?.value;
                    Asked::find(known, &endpoint.hash, &endpoint.endpoint)
                };
                let asked = self.find(find).await?;
                self.stable(caller, asked, params).await
            }
        }
    }

    /// What is found in the directory; it is read anew before something is called unknown.
    async fn find<T>(&self, find: impl Fn(&Directory) -> Outcome<T>) -> Outcome<T> {
        let site = &self.app.site;
        let company = &site.settings.company;
        let recent = site.gateway.directory(&site.db, company).await?;
        match find(&recent) {
            Ok(found) => Ok(found),
            Err(_) => find(&*site.gateway.directory_now(&site.db, company).await?),
        }
    }

    async fn template(&self, hash: &str) -> Outcome<Entry<Template>> {
        let hash = hash.to_lowercase();
        let unknown = || Failure::unknown_template(&hash);
        self.find(|known| known.templates.get(&hash).cloned().ok_or_else(unknown)).await
    }

    /// The permission for what is called, and what it takes of the plan.
    async fn admit(
        &mut self,
        caller: &Caller,
        (id, task, endpoint): (&str, &str, &str),
        params: &Map<String, Value>,
    ) -> Outcome<(Pass, Allowance)> {
        let site = &self.app.site;
        let directory = site.gateway.directory(&site.db, &site.settings.company).await?;
        self.draft.of(task, endpoint, &Pass::default());
        let pass = pass(&directory, caller, id, site.db.clock().now())?;
        let api = pass.api.as_ref().map(|api| &api.value);
        if let Some(origin) = cors::foreign(&self.app, &self.parts.headers)
            && !site.gateway.permits(origin, api)
        {
            let text = "Its pages' origin is registered neither for the API nor for the site";
            return Err(Failure::forbidden(text));
        }
        self.draft.of(task, endpoint, &pass);
        self.draft.asks(params);
        let allowance = take(site, &pass, caller, &self.draft.call.id).await?;
        Ok((pass, allowance))
    }

    async fn stable(
        &mut self,
        caller: Caller,
        asked: Asked,
        params: Map<String, Value>,
    ) -> Outcome<Response> {
        let site = self.app.site.clone();
        let target = (asked.endpoint.id.as_str(), asked.machine.task.as_str(), asked.path.as_str());
        let (pass, allowance) = self.admit(&caller, target, &params).await?;
        // Before the work: what has no place in the record is not done.
        let place = site.gateway.log.place().await?;
        let accept = request::header(&self.parts.headers, "accept");
        let sent = gateway::call(&site, &asked, (&caller, &pass), &params, accept, &self.draft);
        let upstream = match sent.await {
            Ok(upstream) => upstream,
            Err(mut failure) => {
                failure.headers.extend(allowance.headers.clone());
                allowance.done(&site).await?;
                return Err(failure);
            }
        };
        self.draft.call.status = upstream.status().as_u16().into();
        let headers = allowance.headers.clone();
        let draft = self.draft.clone();
        Ok(passed_on(Answer::new(site, upstream, draft, place, allowance), &headers))
    }

    async fn sporadic(
        &mut self,
        caller: Caller,
        template: Entry<Template>,
        params: Map<String, Value>,
    ) -> Outcome<Response> {
        let site = self.app.site.clone();
        let queue = request::text(&self.fields, "queue")?;
        let wait = self.wait()?;
        let shown = queue.clone().unwrap_or_else(|| template.value.queue.clone());
        let target = (template.id.as_str(), template.value.task.as_str(), shown.as_str());
        let (pass, allowance) = self.admit(&caller, target, &params).await?;
        let headers = allowance.headers.clone();
        let order = Order {
            template: template.value,
            params,
            queue,
            caller: caller.clone(),
            pass,
            from: self.from.clone(),
            has_place: allowance.place.is_some(),
            began: self.draft.began,
            call: Default::default(),
        };
        let (started, secret) = match self.start(&site, order).await {
            Ok(started) => started,
            Err(failure) => {
                allowance.done(&site).await?;
                return Err(failure);
            }
        };
        let mut value = self.started(&started, secret);
        if let Some(patience) = wait {
            let clone = started.clone;
            let run = Follow { site, caller, clone, lines: 20 };
            if let Value::Object(state) = run.wait(patience).await? {
                value.as_object_mut().into_iter().for_each(|value| value.extend(state.clone()));
            }
        }
        let mut response = answer::json(200, &value);
        answer::plan(&mut response, &headers);
        Ok(response)
    }

    /// Starts the run; with it comes the secret of its callback, if it has one.
    async fn start(&self, site: &Arc<Site>, order: Order) -> Outcome<(Started, Option<String>)> {
        let mut call = self.draft.finished();
        call.idempotency = self.idempotency()?;
        call.status = 200;
        let mut secret = None;
        if let Some(url) = request::text(&self.fields, "callback_url")? {
            let (url, made) = gateway::prepare(site, &url, &call.id).await?;
            call.callback = Some(url);
            secret = Some(made);
        }
        let started = gateway::start(site, Order { call, ..order }).await?;
        Ok((started, secret))
    }

    fn started(&self, started: &Started, secret: Option<String>) -> Value {
        let place =
            format!("{}/clearml/serve/task/{}", self.app.site.settings.web_url, started.clone);
        let mut value = json!({
            "status": "queued",
            "task_id": started.clone,
            "queue": started.queue,
            "fields": started.fields,
            "status_url": place,
            "events_url": format!("{place}/events"),
            "call": started.call,
        });
        if started.again {
            value["again"] = true.into();
        }
        if let Some(secret) = secret {
            value["callback_secret"] = secret.into();
        }
        value
    }

    /// How long the answer may wait for the end of the run.
    fn wait(&self) -> Outcome<Option<Duration>> {
        let seconds = match self.fields.get("wait") {
            None | Some(Value::Null) => request::number::<u64>(&self.parts, "wait")?,
            Some(given) => match given.as_u64() {
                Some(seconds) => Some(seconds),
                None => return Err(Failure::bad("wait must be a number of seconds")),
            },
        };
        Ok(seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs))
    }

    fn idempotency(&self) -> Outcome<Option<String>> {
        let key = match request::header(&self.parts.headers, "idempotency-key") {
            Some(key) => Some(key).filter(|key| !key.is_empty()),
            None => request::text(&self.fields, "idempotency_key")?,
        };
        match key {
            Some(key) if key.len() > MAX_KEY => {
                Err(Failure::bad("The idempotency key is too long"))
            }
            key => Ok(key),
        }
    }
}

/// An endpoint's answer, while it comes.
fn passed_on(answer: Answer, headers: &[(&'static str, String)]) -> Response {
    let Answer { status, content_type, length, body } = answer;
    let mut response = Response::new(Body::from_stream(body));
    *response.status_mut() = answer::code(status);
    if let Some(kind) = content_type.and_then(|kind| HeaderValue::from_maybe_shared(kind).ok()) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    answer::plan(&mut response, headers);
    response
}
