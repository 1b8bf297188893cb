//! The long-running worker: which queues ([`queues`]), when ([`schedule`]), under which name
//! ([`identity`]), what it reports ([`reports`]), the loop that takes tasks ([`work`]),
//! those that were lost on the way ([`lost`]), and devices for them ([`devices`]).

pub(crate) mod devices;
pub(crate) mod identity;
pub(crate) mod lost;
pub(crate) mod queues;
pub(crate) mod reports;
pub(crate) mod schedule;
pub(crate) mod work;
