//! Reading columns. Times are unix milliseconds, and 0 and '' mean "none".

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{During, StoreError};

/// One row of a result.
pub(super) struct Columns<'a>(pub &'a AnyRow);

impl Columns<'_> {
    pub fn text(&self, name: &str) -> Result<String, StoreError> {
        self.0.try_get::<String, _>(name).during("read what it holds")
    }

    pub fn some_text(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(Some(self.text(name)?).filter(|text| !text.is_empty()))
    }

    pub fn whole(&self, name: &str) -> Result<i64, StoreError> {
        self.0.try_get::<i64, _>(name).during("read what it holds")
    }

    pub fn count(&self, name: &str) -> Result<u32, StoreError> {
        let number = self.whole(name)?;
        u32::try_from(number)
            .map_err(|_| StoreError::Broken { found: number.to_string(), expected: "a count" })
    }

    pub fn time(&self, name: &str) -> Result<Timestamp, StoreError> {
        let millis = self.whole(name)?;
        Timestamp::from_millisecond(millis)
            .map_err(|_| StoreError::Broken { found: millis.to_string(), expected: "a time" })
    }

    pub fn some_time(&self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        if self.whole(name)? == 0 { Ok(None) } else { self.time(name).map(Some) }
    }

    pub fn code(&self, name: &str) -> Result<Option<u16>, StoreError> {
        Ok(u16::try_from(self.whole(name)?).ok().filter(|code| *code > 0))
    }
}
