//! What Arno does when it is asked: one folder a noun, one function an endpoint. A rule gets a
//! [`Context`](crate::registry::Context) and a typed request and returns the answer's `data`; it
//! knows neither HTTP nor SQL.

mod auth;
mod bulk;
mod debug;
pub(crate) mod events;
mod listing;
mod login;
mod models;
mod organization;
mod pipelines;
mod place;
mod projects;
mod queues;
mod reports;
mod server_info;
mod serving;
mod statistics;
mod storage;
mod tags;
pub(crate) mod tasks;
mod users;
mod workers;

pub(crate) use organization::csv;

use crate::registry::Registry;

/// Every endpoint that is answered.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    auth::register(&mut registry);
    debug::register(&mut registry);
    events::register(&mut registry);
    login::register(&mut registry);
    models::register(&mut registry);
    organization::register(&mut registry);
    pipelines::register(&mut registry);
    projects::register(&mut registry);
    queues::register(&mut registry);
    reports::register(&mut registry);
    server_info::register(&mut registry);
    serving::register(&mut registry);
    storage::register(&mut registry);
    tasks::register(&mut registry);
    users::register(&mut registry);
    workers::register(&mut registry);
    registry
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_wire::endpoints::table;

    #[test]
    fn every_line_is_an_endpoint_and_version_of_the_protocol() {
        let registry = registry();
        for (name, since) in registry.names() {
            let endpoint = table().get(name).unwrap_or_else(|| panic!("{name} is no endpoint"));
            let versions: Vec<_> = endpoint.handlers.iter().map(|h| h.min_version).collect();
            assert!(versions.contains(&since), "{name} has no version {since}: {versions:?}");
            let twice = registry.names().filter(|line| *line == (name, since)).count();
            assert_eq!(twice, 1, "{name} {since}");
        }
    }
}
