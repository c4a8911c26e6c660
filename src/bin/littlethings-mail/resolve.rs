//! `littlethings-mail resolve`: a person says what became of a letter.

use std::process::ExitCode;

use clap::Args;
use littlethings::store::{Resolution, Store};

use crate::options::Options;
use crate::trouble::Trouble;
use crate::{office, screen};

/// Settle a letter that is uncertain or was refused.
///
/// `log` shows its id. One that arrived counts as told. One that was lost goes out again with the
/// next run, with the very same bytes, or is taken back where what it says is no longer so.
#[derive(Args)]
pub struct Resolve {
    /// The id of the letter
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    found: Found,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Found {
    /// It is there
    #[arg(long)]
    arrived: bool,

    /// It is not there
    #[arg(long)]
    lost: bool,
}

impl Resolve {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let Resolve { id, found } = self;
        let place = office::place(&options.root()?);
        let resolution = if found.arrived { Resolution::Arrived } else { Resolution::Lost };
        office::block_on(async {
            let store = Store::open(&place).await?;
            store.resolve(&id, resolution, options.moment()).await?;
            store.close().await;
            Ok(())
        })?;
        screen::say(&match resolution {
            Resolution::Arrived => format!("`{id}` counts as told\n"),
            Resolution::Lost => {
                format!("`{id}` goes out again with the next run, unless it is no longer so\n")
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
