//! What every request handler shares.

use super::address::TrustedProxies;
use super::health::Metrics;
use super::openapi::Document;
use super::pages::Pages;
use crate::registry::Registry;
use crate::site::Site;
use std::sync::{Arc, OnceLock};

pub(crate) struct App {
    pub(crate) site: Arc<Site>,
    pub(crate) registry: Registry,
    pub(crate) proxies: TrustedProxies,
    /// Origins of the site's own pages, whose scripts may use the cookie.
    pub(crate) origins: Vec<String>,
    /// Path of the public web URL, without a slash at the end; empty at the root.
    pub(crate) base: String,
    /// Whether cookies are sent over TLS only.
    pub(crate) secure: bool,
    pub(crate) pages: Pages,
    pub(crate) metrics: Metrics,
    /// The API's description, once it was asked for.
    pub(crate) openapi: OnceLock<Document>,
}
