use super::*;
use proptest::prelude::*;
use serde_json::{Map, json};

fn environment(name: &str) -> Option<String> {
    match name {
        "HOST" => Some("lab".to_owned()),
        "PORT" => Some("8008".to_owned()),
        _ => None,
    }
}

fn read(text: &str) -> Value {
    parse(text, &environment).expect(text)
}

const CLIENT: &str = r#"
# What the pages give to copy into clearml.conf
api {
    # unquoted addresses, as printed
    web_server: http://lab.example:8080
    api_server: http://lab.example:8008/   // not part of the address
    files_server = ${FILES}
    credentials {
        "access_key" = "KEY.WITH#MARKS"
        "secret_key" = 'single' quotes are text
    }
    verify_certificate: True
}
FILES = "http://lab.example:8081"
sdk {
    storage.cache { default_base_dir: "~/.clearml/cache", default_cache_manager_size: 100 }
    development {
        worker { report_period_sec: 2, ping_period_sec: 30 }
        support_stopping: true
        vcs_repo_detect_async: false
        task_reuse_time_window_in_hours: 72.0
        default_output_uri: ""
    }
    google.storage { }
    aws.s3.credentials: [
        # one bucket a line, no commas needed
        { bucket: "a", key: "k" }
        { bucket: "b", secret: null },
    ]
}
sdk.development.worker.log_stdout: false
agent {
    package_manager.type: pip
    default_docker.image: "nvidia/cuda:12.4.1-runtime-ubuntu22.04"
    extra_docker_arguments: ["--ipc=host", -v, "a:b"]
    extra_docker_arguments += --privileged
    docker_init_bash_script = """
echo "hello" \n
"""
    timeout: 10 minutes
    environment { HOST: ${HOST}, PORT: ${?PORT}, NOTHING: ${?NOTHING} }
}
"#;

#[test]
fn reads_a_client_configuration() {
    assert_eq!(
        read(CLIENT),
        json!({
            "FILES": "http://lab.example:8081",
            "api": {
                "web_server": "http://lab.example:8080",
                "api_server": "http://lab.example:8008/",
                "files_server": "http://lab.example:8081",
                "credentials": {
                    "access_key": "KEY.WITH#MARKS",
                    "secret_key": "'single' quotes are text",
                },
                "verify_certificate": true,
            },
            "sdk": {
                "storage": {"cache": {
                    "default_base_dir": "~/.clearml/cache", "default_cache_manager_size": 100,
                }},
                "development": {
                    "worker": {"report_period_sec": 2, "ping_period_sec": 30, "log_stdout": false},
                    "support_stopping": true,
                    "vcs_repo_detect_async": false,
                    "task_reuse_time_window_in_hours": 72.0,
                    "default_output_uri": "",
                },
                "google": {"storage": {}},
                "aws": {"s3": {"credentials": [
                    {"bucket": "a", "key": "k"}, {"bucket": "b", "secret": null},
                ]}},
            },
            "agent": {
                "package_manager": {"type": "pip"},
                "default_docker": {"image": "nvidia/cuda:12.4.1-runtime-ubuntu22.04"},
                "extra_docker_arguments": ["--ipc=host", "-v", "a:b", "--privileged"],
                "docker_init_bash_script": "\necho \"hello\" \\n\n",
                "timeout": "10 minutes",
                "environment": {"HOST": "lab", "PORT": "8008"},
            },
        })
    );
}

#[test]
fn reads_the_details_of_the_grammar() {
    for (text, expected) in [
        ("", json!({})),
        ("{}", json!({})),
        ("\u{FEFF}{ \"a\" : [ 1 , 2.5, true, null ] }\r\n", json!({"a": [1, 2.5, true, null]})),
        ("a=1,b:2\nc{d=3}", json!({"a": 1, "b": 2, "c": {"d": 3}})),
        ("a.b.c=1\na.b.d=2", json!({"a": {"b": {"c": 1, "d": 2}}})),
        (r#"a."b.c".d = 1"#, json!({"a": {"b.c": {"d": 1}}})),
        ("a { x: 1 }\na { y: 2 }\na.x = 3", json!({"a": {"x": 3, "y": 2}})),
        ("a = 1\na { y: 2 }", json!({"a": {"y": 2}})),
        ("a { y: 2 }\na = 1", json!({"a": 1})),
        ("a = 1 # x\nb = 2 // y\n# z", json!({"a": 1, "b": 2})),
        ("a = x y  z  \n", json!({"a": "x y  z"})),
        ("a = x \"y \" z", json!({"a": "x y  z"})),
        ("a = \"tab\there \\u00e9 \\\"q\\\"\"", json!({"a": "tab\there é \"q\""})),
        ("a = \"\"\"x\"\"\"\"\"", json!({"a": "x\"\""})),
        (
            "a = 007\nb = -1.5e3\nc = 1.2.3\nd = -",
            json!({"a": "007", "b": -1500.0, "c": "1.2.3", "d": "-"}),
        ),
        ("a = TRUE\nb = nullable\nc = \"true\"", json!({"a": true, "b": "nullable", "c": "true"})),
        ("a = C:\\lab\\data", json!({"a": "C:\\lab\\data"})),
        ("a = $x", json!({"a": "$x"})),
        ("a =\n  1\nb :\n\n{ c : 2 }", json!({"a": 1, "b": {"c": 2}})),
        ("key with space = 1", json!({"key with space": 1})),
        ("include = 1\ninclude_all = 2", json!({"include": 1, "include_all": 2})),
        ("a = [1] [2]\nb = {x: 1} {y: 2}", json!({"a": [1, 2], "b": {"x": 1, "y": 2}})),
        ("a = [[1,2]\n[3]\n]", json!({"a": [[1, 2], [3]]})),
        ("a += 1\na += [2]", json!({"a": [1, [2]]})),
        ("a.b += 1\na.b += 2", json!({"a": {"b": [1, 2]}})),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn substitutions_look_inside_then_outside() {
    for (text, expected) in [
        ("a = ${HOST}", json!({"a": "lab"})),
        ("a = http://${HOST}:${PORT}/x", json!({"a": "http://lab:8008/x"})),
        ("a = ${b.c}\nb.c = 5", json!({"a": 5, "b": {"c": 5}})),
        ("HOST = inside\na = ${HOST}", json!({"HOST": "inside", "a": "inside"})),
        ("a = 1\na = ${?NONE}", json!({"a": 1})),
        ("a = 1\na = ${?HOST}", json!({"a": "lab"})),
        ("a = ${?NONE}", json!({})),
        ("a = ${?NONE}${?NONE}\nb = [${?NONE}, 1]", json!({"b": [1]})),
        ("a = x${?NONE}y", json!({"a": "xy"})),
        ("a = \"${HOST}\"", json!({"a": "${HOST}"})),
        (
            "base {x: 1, y {z: 2}}\na = ${base} {y.w: 3}",
            json!({"base": {"x": 1, "y": {"z": 2}}, "a": {"x": 1, "y": {"z": 2, "w": 3}}}),
        ),
        ("base {x: 1}\na = ${base}\na.y = 2", json!({"base": {"x": 1}, "a": {"x": 1, "y": 2}})),
        ("l = [1]\na = ${l} [2]", json!({"l": [1], "a": [1, 2]})),
        ("l = [1]\na = ${l}\na += 2", json!({"l": [1], "a": [1, 2]})),
        ("l = ${?NONE}\nl += 1\nl = ${?NONE}\nl += 2", json!({"l": [1, 2]})),
        ("n = 3\na = v${n}", json!({"n": 3, "a": "v3"})),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn errors_name_the_place() {
    for (text, expected) in [
        ("a {\n  b = 1\n", "line 1, column 3: this '{' is not closed"),
        ("a = [1,\n 2", "line 1, column 5: this '[' is not closed"),
        ("a = [1}", "line 1, column 7: expected ']' before this '}'"),
        ("a = 1\n}", "line 2, column 1: this '}' closes nothing"),
        ("{} x", "line 1, column 4: unexpected text after the closing '}'"),
        ("a", "line 1, column 2: expected '=', ':' or '{' after the key"),
        ("a = 1\n= 2", "line 2, column 1: expected a key"),
        ("a.. = 2", "line 1, column 3: expected a key"),
        ("a = ", "line 1, column 5: expected a value"),
        ("a = }", "line 1, column 5: expected a value"),
        ("é = \"x", "line 1, column 5: this text in quotes is not closed"),
        ("a = \"\"\"x\"\"", "line 1, column 5: this text in triple quotes is not closed"),
        (
            "a = \"C:\\lab\"",
            "line 1, column 5: invalid escape in this text; write a backslash as \\\\ or use triple quotes",
        ),
        ("a =\nb = 2", "line 2, column 3: text with '=' must be in double quotes"),
        ("a =\nb: 2", "line 2, column 2: text with ':' must be in double quotes"),
        (
            "\n include \"x.conf\"",
            "line 2, column 2: 'include' is not supported; write the included settings here",
        ),
        (
            "include file(\"x\")",
            "line 1, column 1: 'include' is not supported; write the included settings here",
        ),
        (
            "a = 1\nb = ${NONE}",
            "line 2, column 5: ${NONE} is not defined; ${?NONE} would be optional",
        ),
        ("b = ${NONE", "line 1, column 5: this substitution is not closed"),
        ("a = [1] x", "line 1, column 5: only values of one kind can stand side by side"),
        ("a = ${b}\nb = ${a}", "line 1, column 5: ${b} refers to itself or to too many others"),
    ] {
        let error = parse(text, &environment).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text:?}");
    }
}

#[test]
fn size_and_depth_are_limited() {
    for text in ["[".repeat(100_000), "{ a: ".repeat(100_000), "{ a ".repeat(100_000)] {
        let error = parse(&format!("a = {text}"), &environment).expect_err("too deep");
        assert_eq!(error.message, "nested deeper than 128 levels");
    }
    let dotted = format!("{}b = 1", "a.".repeat(200));
    assert_eq!(
        parse(&dotted, &environment).expect_err("too deep").message,
        "nested deeper than 128 levels"
    );
    let many = |line: &str| line.repeat(10_000);
    let long = read(&format!("{}{}", many("a += 1\n"), many("b = ${?NONE}\n")));
    assert_eq!(long["a"].as_array().map(Vec::len), Some(10_000));
    let turns = parse(&many("c = ${?HOST}\nc += 1\n"), &environment).expect_err("too many turns");
    assert!(turns.message.contains("too many values"), "{turns}");
    let doubling: String =
        (0..64).map(|n| format!("a{n} = ${{a{}}}${{a{}}}\n", n + 1, n + 1)).collect();
    let error = parse(&format!("{doubling}a64 = x"), &environment).expect_err("too large");
    assert!(error.message.contains("too many others"), "{error}");
}

#[test]
fn writes_for_people() {
    let value = json!({
        "api": {"web_server": "http://lab:8080", "credentials": {"access_key": "K\"1", "n": null}},
        "a b": [1, "x", true], "list": [{"x": 1.5}, []], "empty": {}, "include": "é",
    });
    let expected = r#""a b": [1, "x", true]
api {
    credentials {
        access_key: "K\"1"
        n: null
    }
    web_server: "http://lab:8080"
}
empty {}
"include": "é"
list: [
    {
        x: 1.5
    }
    []
]
"#;
    assert_eq!(to_string(&value), expected);
    assert_eq!(read(expected), value);
    assert_eq!(read(&to_string(&read(CLIENT))), read(CLIENT));
}

fn any_object() -> impl Strategy<Value = Value> {
    let text = "([a-z .:=+#/\"\\\\${}\\[\\],\n\t\r]|\\PC){0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(text, inner, 0..5).prop_map(to_object),
        ]
    });
    proptest::collection::btree_map(text, value, 0..5).prop_map(to_object)
}

fn to_object(fields: std::collections::BTreeMap<String, Value>) -> Value {
    Value::Object(fields.into_iter().collect::<Map<_, _>>())
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in any_object()) {
        let text = to_string(&value);
        prop_assert_eq!(parse(&text, &|_| None).expect(&text), value);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "([ab.:=+#/\"\\\\${}?\\[\\], \n]|\"\"\"|include|\\PC){0,60}") {
        let _ = parse(&text, &|_| Some("x".to_owned()));
    }
}
