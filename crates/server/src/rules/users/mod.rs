//! `users.*`: people as they and others see them (api.md §3.4).

mod list;
mod manage;
mod preferences;

use crate::registry::{Context, Registry};
use arno_store::Result;
use arno_store::users::User;
use arno_wire::date;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Most items of a table the pages may export at once.
const MAX_DOWNLOAD_ITEMS: u32 = 10_000;

/// The endpoints of this folder.
pub fn register(r: &mut Registry) {
    r.read("users.get_current_user", current);
    r.read("users.get_by_id", by_id);
    r.read("users.get_all", list::all);
    r.read("users.get_all_ex", list::all_ex);
    r.read("users.get_all_ex", list::all_ex_active).since(2, 8);
    r.read("users.get_preferences", preferences::get);
    r.own("users.set_preferences", preferences::set);
    r.write("users.update", manage::update);
    r.write("users.create", manage::create);
    r.write("users.delete", manage::delete);
}

/// The caller himself.
fn current(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    let user = User::get(ctx.tx, &ctx.caller.user)?;
    let mut shown = show(&user);
    shown["company"] = json!({"id": ctx.caller.company, "name": ctx.caller.company_name});
    shown["role"] = ctx.caller.role.wire_name().into();
    Ok(json!({
        "user": shown,
        "getting_started": {},
        "settings": {"max_download_items": MAX_DOWNLOAD_ITEMS.to_string()},
    }))
}

#[derive(Deserialize)]
struct ById {
    user: String,
}

fn by_id(ctx: &Context<'_>, request: ById) -> Result<Value> {
    Ok(json!({"user": show(&User::get(ctx.tx, &request.user)?)}))
}

/// What everybody may see of a user.
fn show(user: &User) -> Value {
    let mut shown = json!({
        "id": user.id,
        "company": user.company,
        "name": user.name,
        "created": date::format(user.created),
    });
    for field in ["family_name", "given_name", "avatar", "created_in_version"] {
        if let Some(value) = user.profile.get(field) {
            shown[field] = value.clone();
        }
    }
    shown
}
