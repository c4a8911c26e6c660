//! What people were told, as the store knows it. It is opened to read and nothing is written.

use std::path::Path;

use littlethings::mail::Told;
use littlethings::store::{Place, Store, StoreError};

/// What a store says, and which.
pub struct Ledger {
    pub told: Told,
    /// Where it is, or would be, without a password.
    pub place: String,
    pub is_there: bool,
}

impl Ledger {
    /// Reads the store of the repository at `root`. Where there is none, nobody was told anything.
    pub async fn read(root: &Path) -> Result<Ledger, StoreError> {
        let place = Place::of(root, |name| std::env::var(name).ok());
        let shown = place.to_string();
        let Some(store) = Store::open_to_read(&place).await? else {
            return Ok(Ledger { told: Told::default(), place: shown, is_there: false });
        };
        let told = Told::read(&store).await;
        store.close().await;
        Ok(Ledger { told: told?, place: shown, is_there: true })
    }
}
