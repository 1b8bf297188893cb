use super::*;
use serde_json::json;

const OLD: Version = Version::new(2, 2);
const AGENT: Version = Version::new(2, 5);

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("an object, not {other}"),
    }
}

fn upgraded(requested: Version, fields: Value, stored: Option<Value>) -> Value {
    let (mut fields, stored) = (object(fields), stored.map(object));
    upgrade_task(requested, &mut fields, stored.as_ref());
    Value::Object(fields)
}

fn downgraded(entity: Entity, requested: Version, fields: Value) -> Value {
    let mut fields = object(fields);
    downgrade(entity, requested, &mut fields);
    Value::Object(fields)
}

#[test]
fn tags_are_split_below_2_3() {
    for (entity, tags, plain, system) in [
        (
            Entity::Task,
            json!(["a", "archived", "-development", "annotator20"]),
            json!(["a"]),
            json!(["archived", "-development", "annotator20"]),
        ),
        (
            Entity::Model,
            json!(["development", "-active"]),
            json!(["development"]),
            json!(["-active"]),
        ),
        (
            Entity::Project,
            json!(["public", "default", "active"]),
            json!(["active"]),
            json!(["public", "default"]),
        ),
        (
            Entity::Queue,
            json!(["default", "archived", 3]),
            json!(["archived", 3]),
            json!(["default"]),
        ),
    ] {
        let mut fields = object(json!({"tags": tags}));
        upgrade_tags(entity, OLD, &mut fields);
        assert_eq!(
            Value::Object(fields),
            json!({"tags": plain, "system_tags": system}),
            "{entity:?}"
        );
    }
    for untouched in [
        json!({"tags": ["archived"], "system_tags": ["x"]}),
        json!({"tags": ["a"]}),
        json!({"tags": "archived"}),
        json!({}),
    ] {
        let mut fields = object(untouched.clone());
        upgrade_tags(Entity::Task, OLD, &mut fields);
        assert_eq!(Value::Object(fields), untouched);
    }
    let mut today = object(json!({"tags": ["archived"]}));
    upgrade_tags(Entity::Task, SYSTEM_TAGS_SINCE, &mut today);
    assert_eq!(Value::Object(today), json!({"tags": ["archived"]}));
}

#[test]
fn tags_are_merged_for_readers_below_2_3() {
    let model = json!({"tags": ["b", "archived"], "system_tags": ["archived", "active"]});
    let expected = json!(["active", "archived", "b"]);
    assert_eq!(downgraded(Entity::Model, OLD, model.clone())["tags"], expected);
    assert_eq!(downgraded(Entity::Model, SYSTEM_TAGS_SINCE, model.clone()), model);
    assert_eq!(downgraded(Entity::Project, OLD, json!({"tags": ["a"]})), json!({"tags": ["a"]}));
}

#[test]
fn legacy_parameters_become_items() {
    let request = json!({"execution": {
        "parameters": {
            "lr": 0.1, "on": true, "TF_DEFINE/batch": "3", "a/b": null, "n": crate::json::number(f64::NAN)
        },
        "model_desc": {"design": "net {}"},
        "queue": "q",
    }});
    let item = |section: &str, name: &str, value: &str| json!({"section": section, "name": name, "value": value, "type": "legacy"});
    assert_eq!(
        upgraded(Version::MAX, request, None),
        json!({
            "execution": {"queue": "q"},
            "hyperparams": {
                "Args": {
                    "lr": item("Args", "lr", "0.1"),
                    "on": item("Args", "on", "True"),
                    "a/b": item("Args", "a/b", "None"),
                    "n": item("Args", "n", "nan"),
                },
                "TF_DEFINE": {"batch": item("TF_DEFINE", "batch", "3")},
            },
            "configuration": {"design": {"name": "design", "value": "net {}", "type": "legacy"}},
        })
    );
}

#[test]
fn legacy_parameters_replace_only_legacy_items() {
    let stored = json!({"hyperparams": {
        "Args": {"old": {"value": "1", "type": "legacy"}, "kept": {"value": "2"}},
        "TF_DEFINE": {"gone": {"value": "3", "type": "legacy"}},
    }, "configuration": {"kept": {"value": "c"}, "old": {"value": "d", "type": "legacy"}}});

    let emptied = json!({"execution": {"parameters": {}, "model_desc": {}}});
    assert_eq!(
        upgraded(AGENT, emptied, Some(stored.clone())),
        json!({
            "hyperparams": {"Args": {"kept": {"value": "2"}}},
            "configuration": {"kept": {"value": "c"}},
        })
    );
    let own = json!({
        "execution": {"parameters": {"x": 1}},
        "hyperparams": {"General": {"y": {"value": "5"}}},
    });
    let answer = upgraded(AGENT, own, Some(stored));
    assert_eq!(answer["hyperparams"]["Args"]["x"]["value"], json!("1"));
    assert_eq!(answer["hyperparams"]["General"], json!({"y": {"value": "5"}}));
    assert_eq!(answer["hyperparams"]["Args"].get("kept"), None);

    let wrong = json!({"execution": {"parameters": [1]}});
    assert_eq!(upgraded(AGENT, wrong.clone(), None), wrong);
}

#[test]
fn legacy_parameters_are_shown_below_2_9() {
    let task = json!({
        "hyperparams": {
            "Args": {"lr": {"value": "0.1", "type": "legacy"}, "new": {"value": "1"}},
            "TF_DEFINE": {"batch": {"value": "3", "type": "legacy"}},
        },
        "configuration": {"design": {"value": "net", "type": "legacy"}, "other": {"value": "x"}},
    });
    let execution = downgraded(Entity::Task, AGENT, task.clone())["execution"].clone();
    let expected = json!({
        "parameters": {"lr": "0.1", "TF_DEFINE/batch": "3"},
        "model_desc": {"design": "net"},
    });
    assert_eq!(execution, expected);
    assert_eq!(downgraded(Entity::Task, HYPERPARAMS_SINCE, task.clone()), task);
}

#[test]
fn models_and_container_are_converted_both_ways_below_2_13() {
    let legacy = json!({
        "execution": {"model": "m1", "docker_cmd": "python:3.12 --ipc=host -v a:b"},
        "output": {"model": "m2"},
    });
    let today = json!({
        "models": {
            "input": [{"name": "Input Model", "model": "m1"}],
            "output": [{"name": "Output Model", "model": "m2"}],
        },
        "container": {"image": "python:3.12", "arguments": "--ipc=host -v a:b"},
    });
    assert_eq!(upgraded(AGENT, legacy.clone(), None), today);
    assert_eq!(upgraded(MODELS_SINCE, legacy.clone(), None), legacy);

    let shown = downgraded(Entity::Task, AGENT, today.clone());
    assert_eq!(shown["execution"], legacy["execution"]);
    assert_eq!(shown["output"], legacy["output"]);
    assert_eq!(downgraded(Entity::Task, MODELS_SINCE, today.clone()), today);

    let several = json!({"models": {"input": [{"model": "a"}, {"model": "b"}], "output": [{"model": "c"}, {"model": "d"}]}});
    let shown = downgraded(Entity::Task, AGENT, several);
    assert_eq!(
        (&shown["execution"]["model"], &shown["output"]["model"]),
        (&json!("a"), &json!("d"))
    );
}

#[test]
fn empty_legacy_values_remove() {
    let request = json!({"execution": {"model": "", "docker_cmd": ""}, "output": {"model": null}});
    let expected = json!({"models": {"input": []}, "container": {"image": "", "arguments": ""}});
    assert_eq!(upgraded(AGENT, request, None), expected);
    let nothing = json!({"models": {"input": []}, "container": {"arguments": "-v"}});
    assert_eq!(downgraded(Entity::Task, AGENT, nothing.clone()), nothing);
    let wrong = json!({"execution": {"docker_cmd": 3}});
    assert_eq!(upgraded(AGENT, wrong.clone(), None), wrong);
}

#[test]
fn metadata_is_empty_until_2_16() {
    let queue = json!({"metadata": {"k": {"value": "v"}}});
    let shown = downgraded(Entity::Queue, NO_METADATA_UNTIL, queue.clone());
    assert_eq!(shown["metadata"], json!([]));
    assert_eq!(downgraded(Entity::Model, Version::new(2, 17), queue.clone()), queue);
    assert_eq!(downgraded(Entity::Model, AGENT, json!({})), json!({}));
}

#[test]
fn query_paths_are_rewritten() {
    for (path, expected) in [
        ("execution.parameters.lr", "hyperparams.Args.lr"),
        ("-execution.parameters.lr", "-hyperparams.Args.lr"),
        ("execution.parameters", "hyperparams"),
        ("execution.model_desc", "configuration"),
        ("execution.model_desc.design", "configuration.design"),
        ("execution.docker_cmd", "container"),
        ("execution.model_labels", "execution.model_labels"),
        ("execution.model", "models.input.model"),
        ("output.model.name", "models.output.model.name"),
        ("name", "name"),
    ] {
        assert_eq!(rewrite_path(AGENT, path), expected, "{path}");
    }
    assert_eq!(rewrite_path(Version::MAX, "execution.model"), "execution.model");

    let mut query = object(json!({
        "execution.parameters.lr": ["1"],
        "filters": {"execution.parameters.x": {"any": {"include": ["2"]}}},
        "order_by": "-execution.parameters.lr",
        "only_fields": ["id", "execution.docker_cmd"],
        "_any_": {"fields": ["execution.model_desc.design", "name"], "pattern": "x"},
        "tags": ["-archived"],
    }));
    upgrade_query(Entity::Task, OLD, &mut query);
    assert_eq!(
        Value::Object(query),
        json!({
            "hyperparams.Args.lr": ["1"],
            "filters": {"hyperparams.Args.x": {"any": {"include": ["2"]}}},
            "order_by": "-hyperparams.Args.lr",
            "only_fields": ["id", "container"],
            "_any_": {"fields": ["configuration.design", "name"], "pattern": "x"},
            "tags": [],
            "system_tags": ["-archived"],
        })
    );
}
