//! The envelope every reply is wrapped in: `{"meta": {...}, "data": {...}}`.

use serde_json::Value;

use crate::error::Error;
use crate::json;
use crate::version::Version;

/// Versions below this one are reported as numbers instead of strings.
const STRINGS_SINCE: Version = Version::new(2, 1);

/// What a reply says about its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// New id of this call: 32 hexadecimal digits.
    pub id: String,
    /// The caller's transaction id, or the same as `id`.
    pub trx: String,
    /// `service.action` as requested.
    pub endpoint: String,
    /// The version in the path, or the maximum.
    pub requested: Version,
    /// The minimum version of the handler that ran.
    pub actual: Version,
}

/// The reply of a call that succeeded; `data` is an object.
pub fn success(meta: &Meta, data: &Value) -> Vec<u8> {
    let mut out = opening(meta, 200, 0, "OK");
    json::write(data, &mut out);
    out.push(b'}');
    out
}

/// As [`success`], with `data` already serialised (an object, in this crate's [`json`] form).
pub fn success_raw(meta: &Meta, data: &[u8]) -> Vec<u8> {
    let mut out = opening(meta, 200, 0, "OK");
    out.reserve(data.len() + 1);
    out.extend_from_slice(data);
    out.push(b'}');
    out
}

/// The reply of a call that failed. Its HTTP status is the error's [`crate::error::Code::code`].
pub fn failure(meta: &Meta, error: &Error) -> Vec<u8> {
    let mut out = opening(meta, error.code.code(), error.code.subcode(), &error.to_string());
    out.extend_from_slice(b"{}}");
    out
}

/// One entry of `failed` in the reply of a bulk (`_many`) call.
pub fn bulk_failure(id: &str, error: &Error) -> Value {
    serde_json::json!({
        "id": id,
        "error": {
            "codes": [error.code.code(), error.code.subcode()],
            "msg": error.to_string(),
            "data": {},
        },
    })
}

/// Everything before the value of `data`.
fn opening(meta: &Meta, code: u16, subcode: u32, message: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(br#"{"meta":{"id":"#);
    json::write_str(&meta.id, &mut out);
    out.extend_from_slice(br#","trx":"#);
    json::write_str(&meta.trx, &mut out);
    out.extend_from_slice(br#","endpoint":{"name":"#);
    json::write_str(&meta.endpoint, &mut out);
    out.extend_from_slice(br#","requested_version":"#);
    write_version(meta.requested, meta.requested, &mut out);
    out.extend_from_slice(br#","actual_version":"#);
    write_version(meta.actual, meta.requested, &mut out);
    out.extend_from_slice(
        format!(r#"}},"result_code":{code},"result_subcode":{subcode}"#).as_bytes(),
    );
    out.extend_from_slice(br#","result_msg":"#);
    json::write_str(message, &mut out);
    out.extend_from_slice(br#","error_stack":null,"error_data":{}},"data":"#);
    out
}

fn write_version(version: Version, requested: Version, out: &mut Vec<u8>) {
    if requested < STRINGS_SINCE {
        json::write_f64(version.as_f64(), out);
    } else {
        json::write_str(&version.to_string(), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use serde_json::json;

    fn meta(requested: Version) -> Meta {
        Meta {
            id: "a".repeat(32),
            trx: "é\"".into(),
            endpoint: "tasks.get_all".into(),
            requested,
            actual: Version::new(1, 0),
        }
    }

    #[test]
    fn success_wraps_the_data() {
        let meta = meta(Version::new(2, 23));
        let data = json!({"tasks": [{"name": "é", "value": json::number(f64::NAN)}]});
        let reply = success(&meta, &data);
        assert!(reply.ends_with(br#""data":{"tasks":[{"name":"\u00e9","value":NaN}]}}"#));
        assert_eq!(success_raw(&meta, &json::to_vec(&data)), reply);
        let parsed = json::parse(&reply).expect("JSON");
        let expected = json!({
            "id": "a".repeat(32),
            "trx": "é\"",
            "endpoint": {"name": "tasks.get_all", "requested_version": "2.23", "actual_version": "1.0"},
            "result_code": 200, "result_subcode": 0, "result_msg": "OK",
            "error_stack": null, "error_data": {},
        });
        assert_eq!(parsed["meta"], expected);
    }

    #[test]
    fn failure_carries_the_error_and_an_empty_object() {
        let error = Error::new(Code::InvalidTaskId).with("id", "x");
        let parsed = json::parse(&failure(&meta(Version::MAX), &error)).expect("JSON");
        assert_eq!(parsed["data"], json!({}));
        assert_eq!(parsed["meta"]["result_code"], json!(400));
        assert_eq!(parsed["meta"]["result_subcode"], json!(101));
        assert_eq!(parsed["meta"]["result_msg"], json!("Invalid task id: id=x"));
    }

    #[test]
    fn bulk_failures_carry_both_codes() {
        let error = Error::new(Code::InvalidTaskStatus).with("status", "published");
        assert_eq!(
            bulk_failure("x", &error),
            json!({"id": "x", "error": {
                "codes": [400, 110],
                "msg": "Invalid task status: status=published",
                "data": {},
            }})
        );
    }

    #[test]
    fn old_versions_are_numbers() {
        let parsed = json::parse(&success(&meta(Version::new(1, 7)), &json!({}))).expect("JSON");
        let endpoint = &parsed["meta"]["endpoint"];
        assert_eq!(endpoint["requested_version"], json!(1.7));
        assert_eq!(endpoint["actual_version"], json!(1.0));
        let parsed = json::parse(&success(&meta(STRINGS_SINCE), &json!({}))).expect("JSON");
        assert_eq!(parsed["meta"]["endpoint"]["requested_version"], json!("2.1"));
    }
}
