//! The import `log`: lines for the author and the operator.

use super::CallState;
use crate::{
    bindings::marquee::extractor::{log, types::Severity},
    convert::v0_1,
};

impl log::Host for CallState {
    fn write(&mut self, level: Severity, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        self.log.write(v0_1::severity(level), &message, &self.limits);
        Ok(())
    }
}
