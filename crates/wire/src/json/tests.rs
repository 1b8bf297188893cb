use super::*;
use proptest::prelude::*;
use serde_json::{Map, json};

fn text(value: &Value) -> String {
    String::from_utf8(to_vec(value)).expect("ASCII")
}

#[test]
fn reads_what_python_reads() {
    for (source, written) in [
        (r#"NaN"#, "NaN"),
        (r#"[NaN, Infinity , -Infinity]"#, "[NaN,Infinity,-Infinity]"),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{"a":NaN,"a":2}"#, r#"{"a":2}"#),
        (r#""\ud800""#, r#""\ufffd""#),
        (r#""\udc00x""#, r#""\ufffdx""#),
        (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
        (r#"["\ud83d\u0041", NaN]"#, r#"["\ufffdA",NaN]"#),
        (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        (r#""a\u0000b""#, r#""a\ufffdb""#),
        (r#"{"a\u0000":1}"#, r#"{"a\ufffd":1}"#),
        (r#""a\\u0000b""#, r#""a\\u0000b""#),
        (r#"18446744073709551615"#, "18446744073709551615"),
        (r#"[18446744073709551616, NaN]"#, "[1.8446744073709552e+19,NaN]"),
        (r#"-9223372036854775809"#, "-9.223372036854776e+18"),
        (r#"1e999"#, "Infinity"),
        (r#"[-1e999]"#, "[-Infinity]"),
        (r#"[NaN, -0, -0.0, 0, 1.5E2, 10]"#, "[NaN,-0.0,-0.0,0,150.0,10]"),
        (r#"[NaN, "\"\\\/\b\f\n\r\t\u00e9"]"#, r#"[NaN,"\"\\/\b\f\n\r\t\u00e9"]"#),
        ("\u{FEFF}{}", "{}"),
        (" \t\r\n[ NaN , { } , [ ] , true,false,null ] ", "[NaN,{},[],true,false,null]"),
    ] {
        let value = parse(source.as_bytes()).expect(source);
        assert_eq!(text(&value), written, "{source}");
    }
    let invalid_utf8 = parse(b"\"caf\xe9\"").expect("replaced");
    assert_eq!(invalid_utf8, json!("caf\u{FFFD}"));
}

#[test]
fn refuses_what_python_refuses() {
    for source in [
        "",
        " ",
        "nan",
        "+1",
        "01",
        "1.",
        ".5",
        "1e",
        "-",
        "--1",
        "[1,]",
        "[1 2]",
        "{,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "[",
        "{\"a\":",
        "\"abc",
        "\"a\nb\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        "'a'",
        "1 2",
        "tru",
        "Inf",
        "// x\n1",
        "\u{a0}1",
    ] {
        let error = parse(source.as_bytes()).expect_err(source);
        assert!(matches!(error, JsonError::Syntax { .. }), "{source}: {error}");
    }
    let error = parse(b"[1, 2, x]").expect_err("not JSON");
    assert_eq!(error.to_string(), "invalid JSON: expected a value at byte 7");
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(parse(nested(MAX_DEPTH + 1).as_bytes()), Err(JsonError::TooDeep));
    assert_eq!(parse("{\"a\":".repeat(1_000_000).as_bytes()), Err(JsonError::TooDeep));
}

#[test]
fn non_finite_numbers_cannot_be_forged() {
    for source in ["\"\u{FDD0}NaN\"", r#""\uFDD0NaN""#, r#"["\ufdd0Infinity"]"#] {
        let value = parse(source.as_bytes()).expect(source);
        let item = value.get(0).unwrap_or(&value);
        assert_eq!(as_f64(item), None, "{source}");
        assert!(as_str(item).expect("a string").starts_with('\u{FFFD}'), "{source}");
    }
    let forged: Result<String, _> = from_slice(r#""\uFDD0NaN""#.as_bytes());
    assert_eq!(forged, Ok("\u{FFFD}NaN".to_owned()));
}

#[test]
fn numbers_are_told_from_strings() {
    assert!(as_f64(&number(f64::NAN)).expect("a number").is_nan());
    assert_eq!(as_f64(&number(f64::NEG_INFINITY)), Some(f64::NEG_INFINITY));
    assert_eq!(as_f64(&json!(3)), Some(3.0));
    assert_eq!(as_f64(&json!(true)), None);
    assert_eq!(as_str(&number(f64::NAN)), None);
    assert_eq!(as_str(&json!("NaN")), Some("NaN"));
    assert!(is_number(&number(f64::INFINITY)) && !is_number(&json!("1")));
}

#[test]
fn typed_requests_read_leniently_too() {
    #[derive(serde::Deserialize, Debug)]
    struct Point {
        #[serde(deserialize_with = "de_f64")]
        value: f64,
        #[serde(default)]
        more: Option<Vec<Float>>,
        name: String,
    }
    let point: Point = from_slice(br#"{"value":1,"name":"a"}"#).expect("strict");
    assert_eq!((point.value, point.name.as_str()), (1.0, "a"));
    let point: Point =
        from_slice(br#"{"value":NaN,"more":[Infinity, 2],"name":"b\u0000"}"#).expect("lenient");
    assert!(point.value.is_nan());
    assert_eq!(point.more, Some(vec![Float(f64::INFINITY), Float(2.0)]));
    assert_eq!(point.name, "b\u{FFFD}");
    let twice: Point = from_slice(br#"{"value":1,"value":2,"name":"c"}"#).expect("duplicate key");
    assert_eq!(twice.value, 2.0);
    let wrong = from_slice::<Point>(br#"{"value":"1","name":"d"}"#).expect_err("a string");
    assert!(wrong.to_string().contains("expected a number"), "{wrong}");
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(number),
        "[^\0\u{FDD0}]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[^\0\u{FDD0}]*", inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in any_value()) {
        let written = to_vec(&value);
        prop_assert!(written.is_ascii());
        prop_assert_eq!(&parse(&written).expect("own output"), &value);
        let source = std::str::from_utf8(&written).expect("ASCII");
        prop_assert_eq!(&lenient::parse(source).expect("own output"), &value);
    }

    #[test]
    fn both_readers_agree_with_serde_json(value in any_value()) {
        let strict = serde_json::to_vec(&value).expect("serialises");
        let source = std::str::from_utf8(&strict).expect("UTF-8");
        let expected: Value = serde_json::from_slice(&strict).expect("reads back");
        // Only marks are read differently: as strings from outside, they lose their mark.
        if !source.contains(MARK) {
            prop_assert_eq!(&parse(&strict).expect("strict"), &expected);
            prop_assert_eq!(&lenient::parse(source).expect("strict"), &expected);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn json_like_text_never_panics(source in r#"([\[\]{},:"\\u0-9a-fdD.eE+\- é]|NaN|Infinity|\\ud83d|"k":){0,60}"#) {
        if let Ok(value) = parse(source.as_bytes()) {
            let written = to_vec(&value);
            prop_assert_eq!(parse(&written).expect("own output"), value);
        }
    }
}
