//! Durable work: claims, the queue, schedules and workers, on a real database, with a real plugin and pages that wait when told to.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod claims;
mod house;
mod schedules;
mod work;
