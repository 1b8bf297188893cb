//! What the machine is doing, as workers report it (agent.md §2.1).

pub(crate) mod disk;
pub(crate) mod gpu;
pub(crate) mod machine;
