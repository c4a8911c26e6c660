//! `littlethings-mail survey --simulate N`: answers that nobody gave, for demonstrations.

use std::process::ExitCode;

use clap::Args;
use littlethings::store::Store;
use littlethings::survey::simulate::simulate;
use littlethings::words::count;

use crate::options::Options;
use crate::trouble::Trouble;
use crate::{office, rounds, screen};

/// Try the survey with answers that nobody gave.
///
/// Only in a store of its own, such as LITTLETHINGS_STORE=demo.db: one that knows real people takes
/// none. Whatever comes of it says that it was made up, on the site, too.
#[derive(Args)]
pub struct Survey {
    /// Make up so many answers; where there are fewer people, some are made up as well
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100_000))]
    simulate: u32,

    /// To the survey of this round [default: the one that was due last]
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,

    /// Another number makes other answers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

impl Survey {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let round = rounds::asked(&office.site, self.round.as_deref(), office.now)?;
        let day = office.now.to_zoned(round.zone.zone.clone()).date();
        let number = self.simulate as usize;
        let asked = office::block_on(async {
            let store = Store::open(&office.place()).await?;
            let asked = simulate(&store, round, number, self.seed, day).await?;
            store.close().await;
            Ok(asked)
        })?;
        let answers = count(number, "answer", "answers");
        let people = count(asked, "person is", "people are");
        screen::say(&format!(
            "{answers} to the survey of `{slug}` made up in {place}; {people} asked\n\
             once it has closed, `littlethings-mail results --round {slug}` counts them; \
             `--now` and a later date closes it at once\n",
            slug = round.slug,
            place = office.place(),
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
