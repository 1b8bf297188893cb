//! Sporadic calls: a clone of the template with the caller's parameters, put into a queue and written
//! down, all in one transaction (gateway.md §3).

use super::{Caller, Failure, Outcome, Pass, params};
use crate::access::{self, From, Role};
use crate::registry::{After, Context};
use crate::rules::tasks::{self as rules, Reason};
use crate::site::Site;
use arno_store::document::Document;
use arno_store::gateway::calls::{self, Call};
use arno_store::gateway::model::Template;
use arno_store::gateway::{counters, secrets};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Millis, Result, Scope, Tx, maps, queues, tags};
use chrono::DateTime;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;

/// How long a token handed on is kept at most, ms: a day.
const SECRET_LIFE: Millis = 86_400_000;

/// What is to be started.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) template: Template,
    pub(crate) params: Map<String, Value>,
    /// Name of the queue, if the call names one.
    pub(crate) queue: Option<String>,
    pub(crate) caller: Caller,
    pub(crate) pass: Pass,
    pub(crate) from: From,
    /// Whether the call has a place of its plan that its clone keeps.
    pub(crate) has_place: bool,
    /// When the work began.
    pub(crate) began: Instant,
    /// The row, complete but for what starting finds out.
    pub(crate) call: Call,
}

/// What was started.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    pub(crate) clone: String,
    pub(crate) queue: String,
    pub(crate) fields: Document,
    /// The call that the clone answers; an earlier one when this one was sent again.
    pub(crate) call: String,
    /// Whether nothing new was started.
    pub(crate) again: bool,
}

/// Starts it.
///
/// # Errors
/// 404 for a template that is gone, 409 for an archived one or a queue that is gone, 400 for
/// parameters that cannot be.
pub(crate) async fn start(site: &Arc<Site>, order: Order) -> Outcome<Started> {
    let hyperparams = params::hyperparams(&order.params)?;
    let scope = Scope {
        company: site.settings.company.clone(),
        user: order.caller.user.clone().unwrap_or_else(|| order.template.owner.clone()),
        restricted: false,
    };
    let zone = site.settings.timezone;
    let (account, own) = (account(&order, &scope), site.clone());
    let begin = move |tx: &Tx<'_>| {
        let context = Context::of_gateway(tx, &account, &own);
        let started = tx
            .savepoint(|| Starting { context: &context, order: &order, zone }.start(&hyperparams));
        Ok(match started {
            Ok(started) => Ok((started, context.into_after())),
            Err(Stop::Refused(failure)) => Err(failure),
            Err(Stop::Trouble(error)) => return Err(error),
        })
    };
    let (started, after): (Started, Vec<After>) = site.db.write(scope, begin).await??;
    site.after(after).await;
    Ok(started)
}

/// In whose name the rules of tasks work.
fn account(order: &Order, scope: &Scope) -> access::Caller {
    access::Caller {
        user: scope.user.clone(),
        name: order.caller.name.clone(),
        company: scope.company.clone(),
        role: Role::User,
        ..access::Caller::anonymous(order.from.clone())
    }
}

/// Why a transaction ends without a start.
enum Stop {
    Refused(Failure),
    Trouble(arno_store::Error),
}

impl std::convert::From<arno_store::Error> for Stop {
    fn from(error: arno_store::Error) -> Stop {
        match error {
            arno_store::Error::Rejected(refusal) => Stop::Refused(refusal.into()),
            error => Stop::Trouble(error),
        }
    }
}

impl std::convert::From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Refused(failure)
    }
}

struct Starting<'a> {
    context: &'a Context<'a>,
    order: &'a Order,
    zone: chrono_tz::Tz,
}

impl Starting<'_> {
    fn start(&self, hyperparams: &[Value]) -> Result<Started, Stop> {
        let (tx, order) = (self.context.tx, self.order);
        if let Some(key) = &order.call.idempotency
            && let Some(earlier) = calls::of_idempotency(tx, &order.caller.key, key)?
        {
            return self.again(earlier);
        }
        let source = self.source()?;
        let (queue_name, queue) = self.queue()?;
        let fingerprint = order.pass.shares().then(|| self.fingerprint(&queue_name));
        if let Some(fingerprint) = &fingerprint
            && let Some(clone) = calls::running_like(tx, fingerprint)?
        {
            return self.share(&clone, queue_name, fingerprint);
        }
        let clone = self.clone(&source, hyperparams)?;
        let queued = rules::enqueue_in(self.context, &clone, &queue, &Reason::default(), false)?;
        let call = Call {
            clone: Some(clone.id.clone()),
            endpoint: queue_name.clone(),
            fingerprint,
            latency: order.began.elapsed().as_micros() as i64,
            ..order.call.clone()
        };
        calls::add(tx, &call)?;
        if order.has_place {
            counters::hold_for(tx, &call.id, &clone.id)?;
        }
        if let (true, Some(token)) = (order.pass.forwards_token(), &order.caller.presented) {
            secrets::put(tx, &clone.id, &token.0, tx.now() + SECRET_LIFE)?;
        }
        let fields = queued["fields"].as_object().cloned().unwrap_or_default();
        Ok(Started {
            clone: clone.id.clone(),
            queue: queue_name,
            fields,
            call: call.id,
            again: false,
        })
    }

    /// The same call was sent before.
    fn again(&self, earlier: Call) -> Result<Started, Stop> {
        if earlier.target != self.order.template.task {
            let text = "The idempotency key was used for another task";
            return Err(Failure::new(409, format!("Error: {text}")).into());
        }
        let clone = earlier.clone.unwrap_or_default();
        Ok(Started {
            clone,
            queue: earlier.endpoint,
            fields: Document::new(),
            call: earlier.id,
            again: true,
        })
    }

    /// Somebody's identical call is being answered.
    fn share(&self, clone: &str, queue: String, fingerprint: &str) -> Result<Started, Stop> {
        let tx = self.context.tx;
        let call = Call {
            clone: Some(clone.to_owned()),
            endpoint: queue.clone(),
            fingerprint: Some(fingerprint.to_owned()),
            shared: true,
            latency: self.order.began.elapsed().as_micros() as i64,
            ..self.order.call.clone()
        };
        calls::add(tx, &call)?;
        if self.order.has_place {
            counters::hold_for(tx, &call.id, clone)?;
        }
        Ok(Started {
            clone: clone.to_owned(),
            queue,
            fields: Document::new(),
            call: call.id,
            again: true,
        })
    }

    fn source(&self) -> Result<Head, Stop> {
        let (tx, template) = (self.context.tx, &self.order.template);
        let Some(source) = arno_store::unless_refused(tasks::visible(tx, &template.task))? else {
            return Err(Failure::unknown_template(&template.hash).into());
        };
        if tags::has(tx, &TASK, source.pk, true, "archived")? {
            let text = "Error: The task template is archived";
            return Err(Failure::new(409, text).into());
        }
        Ok((*source).clone())
    }

    /// Name and id of the queue.
    fn queue(&self) -> Result<(String, String), Stop> {
        let name = self.order.queue.as_ref().unwrap_or(&self.order.template.queue);
        match queues::id_by_name(self.context.tx, name)? {
            Some(id) => Ok((name.clone(), id)),
            None if self.order.queue.is_some() => {
                let shown: String = name.chars().take(100).collect();
                Err(Failure::new(404, format!("Error: Invalid queue: {shown}")).into())
            }
            None => {
                let text = "Error: The queue of the task template is gone";
                Err(Failure::new(409, text).with_detail(name.clone()).into())
            }
        }
    }

    fn clone(&self, source: &Head, hyperparams: &[Value]) -> Result<Writable<Head>, Stop> {
        let (context, template) = (self.context, &self.order.template);
        let moment = DateTime::from_timestamp_millis(context.tx.now()).unwrap_or_default();
        let stamp = moment.with_timezone(&self.zone).format("%Y%m%d_%H%M%S");
        let request = json!({
            "task": source.id, "new_task_name": format!("{}_{stamp}", source.name),
        });
        let made = rules::clone(context, typed(request)?)?;
        let id = made["id"].as_str().unwrap_or_default();
        let clone = tasks::writable(context.tx, id)?;
        if !hyperparams.is_empty() {
            let request = json!({"task": id, "hyperparams": hyperparams});
            rules::edit_hyper_params(context, typed(request)?)?;
        }
        if let Some(image) = &template.image {
            let container = json!({"image": image});
            maps::put_all(context.tx, &TASK, "container", clone.pk, &container)?;
        }
        Ok(clone)
    }

    /// What makes two calls identical: template, queue, parameters, and the token's owner when the
    /// analytic gets it.
    fn fingerprint(&self, queue: &str) -> String {
        let whose = if self.order.pass.forwards_token() { &self.order.caller.key } else { "" };
        let params = Value::Object(self.order.params.clone());
        let all = json!([self.order.template.task, queue, params, whose]);
        super::hex(&Sha256::digest(all.to_string()))
    }
}

fn typed<Q: serde::de::DeserializeOwned>(request: Value) -> Result<Q, Stop> {
    serde_json::from_value(request).map_err(|error| Failure::bad(error).into())
}
