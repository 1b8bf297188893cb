//! What a cookie may do. A browser sends it with every request, also with those a foreign page
//! makes, so a cookie alone authenticates a write only by POST from one of our own origins, and
//! by other methods reaches only endpoints that read.

/// How a request with a cookie came in.
#[derive(Clone, Copy, Debug)]
pub struct CookieCall<'a> {
    /// Whether the method is POST.
    pub is_post: bool,
    /// Whether the endpoint only reads.
    pub reads: bool,
    /// Header `Origin`.
    pub origin: Option<&'a str>,
    /// Header `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
}

/// Whether the cookie of this call counts; `origins` are those of the site's own pages.
pub fn may_use_cookie(call: CookieCall<'_>, origins: &[String]) -> bool {
    if call.reads {
        return true;
    }
    let from_us = match (call.origin, call.fetch_site) {
        (Some(origin), _) if origins.iter().any(|own| own == origin) => true,
        // Set by the browser itself; pages cannot forge it.
        (_, Some(site)) => site == "same-origin",
        _ => false,
    };
    call.is_post && from_us
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_need_post_from_one_of_our_pages() {
        let origins = ["http://lab:8080".to_owned()];
        for (is_post, reads, origin, fetch_site, expected) in [
            (false, true, None, None, true),
            (true, true, Some("http://evil"), Some("cross-site"), true),
            (true, false, Some("http://lab:8080"), None, true),
            (true, false, None, Some("same-origin"), true),
            (true, false, Some("http://lab:9999"), Some("same-origin"), true),
            (true, false, None, None, false),
            (true, false, Some("http://evil"), None, false),
            (true, false, Some("null"), Some("cross-site"), false),
            (true, false, None, Some("same-site"), false),
            (false, false, Some("http://lab:8080"), Some("same-origin"), false),
            (false, false, None, None, false),
        ] {
            let call = CookieCall { is_post, reads, origin, fetch_site };
            assert_eq!(may_use_cookie(call, &origins), expected, "{call:?}");
        }
    }
}
