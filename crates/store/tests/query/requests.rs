//! Random requests of the whole grammar.

use crate::data::{KEYS, PROJECTS, STATUSES, TEXTS, USERS};
use arno_wire::keys::escape;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value as Json, json};

/// One parameter of a call.
type Parameter = BoxedStrategy<(String, Json)>;

/// A call that asks for a kind of record.
pub fn any() -> BoxedStrategy<(&'static str, Json)> {
    prop_oneof![
        6 => call(task_filters(), TASK_FIELDS).prop_map(|call| ("task", call)),
        3 => call(model_filters(), MODEL_FIELDS).prop_map(|call| ("model", call)),
        1 => call(project_filters(), &["name", "basename", "parent", "path", "last_update"]).prop_map(|call| ("project", call)),
        1 => call(queue_filters(), &["name", "tags", "created"]).prop_map(|call| ("queue", call)),
    ]
    .boxed()
}

const TASK_FIELDS: &[&str] = &[
    "id",
    "name",
    "comment",
    "report",
    "status",
    "project",
    "created",
    "started",
    "last_update",
    "active_duration",
    "last_iteration",
    "tags",
    "system_tags",
    "execution.queue",
    "execution.framework",
    "models.input.model",
    "models.output.name",
    "hyperparams.a.a.value",
    "hyperparams.a.b%2Ec.value",
    "hyperparams.value.a.type",
    "execution.parameters.a",
    "runtime.a",
    "runtime.value",
    "runtime.value.value",
    "runtime.b%2Ec",
    "last_metrics.0cc175b9c0f1b6a831c399e269772661.92eb5ffee6ae2fec3ad71c777531578f.value",
    "last_metrics.0cc175b9c0f1b6a831c399e269772661.92eb5ffee6ae2fec3ad71c777531578f.min_value",
    "last_metrics.92eb5ffee6ae2fec3ad71c777531578f.0cc175b9c0f1b6a831c399e269772661.max_value_iteration",
    "last_metrics.0cc175b9c0f1b6a831c399e269772661.0cc175b9c0f1b6a831c399e269772661.mean_value",
    "last_metrics.0cc175b9c0f1b6a831c399e269772661.0cc175b9c0f1b6a831c399e269772661.metric",
    "script.repository",
    "nothing.here",
];

const MODEL_FIELDS: &[&str] = &[
    "id",
    "name",
    "comment",
    "ready",
    "uri",
    "framework",
    "created",
    "last_iteration",
    "tags",
    "project",
    "last_metrics.0cc175b9c0f1b6a831c399e269772661.92eb5ffee6ae2fec3ad71c777531578f.value",
    "last_metrics.92eb5ffee6ae2fec3ad71c777531578f.0cc175b9c0f1b6a831c399e269772661.max_value",
    "metadata.a.value",
    "metadata.value.value",
    "metadata.a.key",
];

fn call(filters: Vec<Parameter>, fields: &'static [&'static str]) -> BoxedStrategy<Json> {
    let filters = prop::collection::vec(proptest::strategy::Union::new(filters), 0..4);
    let switches = prop::collection::vec(switch(), 0..3);
    (filters, switches, multi_field(fields), order(fields), paging())
        .prop_map(|(filters, switches, multi, order, paging)| {
            let mut call: serde_json::Map<String, Json> = filters.into_iter().collect();
            call.extend(switches);
            call.extend(multi);
            call.extend(order);
            call.extend(paging);
            Json::Object(call)
        })
        .boxed()
}

fn task_filters() -> Vec<Parameter> {
    let mut filters = vec![
        given("name", pattern()),
        given("comment", pattern()),
        given("report", pattern()),
        given("id", list(&["t0", "t1", "t2", "t9"])),
        given("user", list(USERS)),
        given("tags", list(TEXTS)),
        given("system_tags", list(&["archived", "hidden", "a"])),
        given("type", list(&["training", "testing"])),
        given("status", list(STATUSES)),
        given("project", list(PROJECTS)),
        given("parent", list(&["t0", "t1"])),
        given("execution.queue", list(TEXTS)),
        given("models.input.model", list(TEXTS)),
        given("created", dates_range()),
        given("started", dates_range()),
        given("active_duration", numbers_range()),
        given("last_iteration", numbers_range()),
        given("status_changed", dates()),
        given("last_update", dates()),
        given("last_change", dates()),
        given("filters", filter_objects(&["tags", "status", "project", "execution.queue"])),
        given("search_text", select(TEXTS).prop_map(Json::from).boxed()),
    ];
    filters.extend(metric_filters());
    filters.push(below("hyperparams", 2, &["value", "type"], list(TEXTS)));
    filters.push(below("runtime", 1, &["", "value"], exact()));
    filters
}

fn metric_filters() -> Vec<Parameter> {
    let limits = || {
        let limit = || {
            prop_oneof![
                Just(Json::Null),
                Just(json!(0)),
                Just(json!("0.5")),
                Just(json!(-2.5)),
                Just(json!(1e300))
            ]
        };
        (limit(), limit()).prop_map(|(min, max)| json!([min, max])).boxed()
    };
    vec![
        given(
            "last_metrics.0cc175b9c0f1b6a831c399e269772661.92eb5ffee6ae2fec3ad71c777531578f.value",
            limits(),
        ),
        given(
            "last_metrics.0cc175b9c0f1b6a831c399e269772661.92eb5ffee6ae2fec3ad71c777531578f.min_value",
            limits(),
        ),
        given(
            "last_metrics.92eb5ffee6ae2fec3ad71c777531578f.0cc175b9c0f1b6a831c399e269772661.max_value_iteration",
            numbers_range(),
        ),
        given(
            "last_metrics.0cc175b9c0f1b6a831c399e269772661.0cc175b9c0f1b6a831c399e269772661.mean_value",
            limits(),
        ),
    ]
}

fn model_filters() -> Vec<Parameter> {
    let mut filters = metric_filters();
    filters.extend([
        given("name", pattern()),
        given("comment", pattern()),
        given("tags", list(TEXTS)),
        given("framework", list(TEXTS)),
        given("uri", list(TEXTS)),
        given("project", list(PROJECTS)),
        given("task", list(&["t0", "t1"])),
        given("ready", any_bool()),
        given("created", dates_range()),
        given("last_iteration", numbers_range()),
        given("last_update", dates()),
        given("filters", filter_objects(&["tags", "framework"])),
        below("metadata", 1, &["value", "key", ""], list(TEXTS)),
    ]);
    filters
}

fn project_filters() -> Vec<Parameter> {
    vec![
        given("name", pattern()),
        given("basename", pattern()),
        given("description", pattern()),
        given("tags", list(TEXTS)),
        given("id", list(PROJECTS)),
        given("parent", list(PROJECTS)),
        given("last_update", dates_range()),
    ]
}

fn queue_filters() -> Vec<Parameter> {
    vec![given("name", pattern()), given("tags", list(TEXTS)), given("id", list(&["q0", "q1"]))]
}

fn given(name: &'static str, value: BoxedStrategy<Json>) -> Parameter {
    value.prop_map(move |value| (name.to_owned(), value)).boxed()
}

/// A parameter below a map: `<map>.<key>[.<key>][.<last>]`.
fn below(
    map: &'static str,
    depth: usize,
    lasts: &'static [&'static str],
    value: BoxedStrategy<Json>,
) -> Parameter {
    (prop::collection::vec(select(KEYS), depth), select(lasts), value)
        .prop_map(move |(keys, last, value)| {
            let mut parts = vec![map.to_owned()];
            parts.extend(keys.iter().map(|key| escape(key).expect("a key")));
            if !last.is_empty() {
                parts.push(last.to_owned());
            }
            (parts.join("."), value)
        })
        .boxed()
}

fn any_bool() -> BoxedStrategy<Json> {
    any_flag().prop_map(Json::from).boxed()
}

fn any_flag() -> impl Strategy<Value = bool> {
    proptest::bool::ANY
}

/// As the SDK escapes: everything but letters and digits.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '\n' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn pattern() -> BoxedStrategy<Json> {
    let text = || select(TEXTS).prop_map(escaped);
    prop_oneof![
        3 => text().prop_map(|text| format!("^{text}$")),
        2 => text().prop_map(|text| format!("^{text}")),
        2 => text(),
        1 => text().prop_map(|text| format!("{text}$")),
        1 => text().prop_map(|text| format!("^(?!{text}).+")),
        1 => text().prop_map(|text| format!("(?i){text}|\\d+")),
        1 => text().prop_map(|text| format!("^{text}.*b?")),
        1 => Just("^a[b-z]*$".to_owned()),
        1 => Just("(.)\\1".to_owned()),
    ]
    .prop_map(Json::from)
    .boxed()
}

/// Values of a list parameter: a scalar, a plain list, or an expression with operators.
fn list(values: &'static [&'static str]) -> BoxedStrategy<Json> {
    let item = prop_oneof![
        6 => select(values).prop_map(Json::from),
        1 => select(values).prop_map(|value| json!(format!("-{value}"))),
        1 => Just(Json::Null),
        2 => select(&["__$any", "__$or", "__$all", "__$and", "__$not", "__$nop"][..]).prop_map(Json::from),
    ];
    prop_oneof![
        1 => select(values).prop_map(Json::from),
        4 => prop::collection::vec(item, 0..5).prop_map(|mut items| {
            if items.last().is_some_and(|last| last == "__$not") {
                items.pop();
            }
            Json::from(items)
        }),
    ]
    .boxed()
}

fn filter_objects(fields: &'static [&'static str]) -> BoxedStrategy<Json> {
    let values = || {
        let some = subsequence(&["a", "b", "created", "p0", "p1", "ab"][..], 0..3);
        (some, any_flag()).prop_map(|(texts, null)| {
            let mut items: Vec<Json> = texts.into_iter().map(Json::from).collect();
            if null {
                items.push(Json::Null);
            }
            Json::from(items)
        })
    };
    let side = || {
        (values(), values())
            .prop_map(|(include, exclude)| json!({"include": include, "exclude": exclude}))
    };
    let op = select(&["and", "or"][..]);
    (select(fields), prop::option::of(side()), prop::option::of(side()), op)
        .prop_map(|(field, any, all, op)| json!({field: {"any": any, "all": all, "op": op}}))
        .boxed()
}

fn date() -> BoxedStrategy<String> {
    (0..5u32).prop_map(|second| format!("1970-01-01T00:00:0{second}")).boxed()
}

fn dates_range() -> BoxedStrategy<Json> {
    let limit = || prop::option::of(date());
    (limit(), limit()).prop_map(|(min, max)| json!([min, max])).boxed()
}

fn dates() -> BoxedStrategy<Json> {
    let sign = select(&["", ">", ">=", "<", "<="][..]);
    let one = (sign, date()).prop_map(|(sign, date)| json!(format!("{sign}{date}")));
    prop_oneof![2 => prop::collection::vec(one, 0..3).prop_map(Json::from), 1 => dates_range()]
        .boxed()
}

fn numbers_range() -> BoxedStrategy<Json> {
    let limit = || {
        prop_oneof![
            Just(Json::Null),
            (0..4i64).prop_map(Json::from),
            Just(json!(1.5)),
            Just(json!("2"))
        ]
    };
    (limit(), limit()).prop_map(|(min, max)| json!([min, max])).boxed()
}

fn exact() -> BoxedStrategy<Json> {
    prop_oneof![
        4 => select(TEXTS).prop_map(Json::from),
        1 => Just(json!(2)),
        1 => Just(json!(2.0)),
        1 => Just(json!(2.5)),
        1 => any_flag().prop_map(Json::from),
        1 => subsequence(TEXTS, 0..2).prop_map(Json::from),
    ]
    .boxed()
}

fn switch() -> BoxedStrategy<(String, Json)> {
    let name =
        select(&["search_hidden", "include_subprojects", "allow_public", "shallow_search"][..]);
    (name, any_flag()).prop_map(|(name, on)| (name.to_owned(), json!(on))).boxed()
}

fn multi_field(fields: &'static [&'static str]) -> BoxedStrategy<Vec<(String, Json)>> {
    let name = select(&["_any_", "_or_", "_all_", "_and_"][..]);
    let what = prop_oneof![
        3 => pattern().prop_map(|pattern| ("pattern", pattern)),
        1 => dates().prop_map(|dates| ("datetime", dates)),
    ];
    let one = (name, subsequence(fields, 0..4), what).prop_map(|(name, fields, (key, value))| {
        (name.to_owned(), json!({"fields": fields, key: value}))
    });
    prop::collection::vec(one, 0..2).boxed()
}

fn order(fields: &'static [&'static str]) -> BoxedStrategy<Vec<(String, Json)>> {
    let one = (select(fields), any_flag()).prop_map(|(field, descending)| {
        if descending { format!("-{field}") } else { field.to_owned() }
    });
    prop_oneof![
        1 => Just(Vec::new()),
        3 => prop::collection::vec(one, 1..4).prop_map(|names| vec![("order_by".to_owned(), json!(names))]),
    ]
    .boxed()
}

fn paging() -> BoxedStrategy<Vec<(String, Json)>> {
    prop_oneof![
        2 => Just(Vec::new()),
        1 => (0..3, 1..6).prop_map(|(page, size)| vec![("page".to_owned(), json!(page)), ("page_size".to_owned(), json!(size))]),
        1 => (0..9, 1..9).prop_map(|(start, size)| vec![("start".to_owned(), json!(start)), ("size".to_owned(), json!(size))]),
    ]
    .boxed()
}
