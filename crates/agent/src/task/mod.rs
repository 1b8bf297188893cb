//! One task from being taken to its final status: what lies on disk about it ([`run`]), what it is
//! started with ([`describe`], [`surroundings`]), how it is watched ([`abort`]), what its end means ([`outcome`]),
//! and all of that in order ([`runner`]).

pub(crate) mod abort;
pub(crate) mod describe;
pub(crate) mod limits;
pub(crate) mod outcome;
pub(crate) mod run;
pub(crate) mod runner;
pub(crate) mod surroundings;
