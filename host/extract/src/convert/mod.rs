//! From the contract's types to the model's, one file for each version of the contract that this host serves.

pub(crate) mod v0_1;
