//! `littlethings new theme`: the default theme as files, to begin from.

use std::process::ExitCode;

use clap::Args;
use littlethings::theme;

use super::{checked_name, refuse_existing, write_new};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// What to know before changing anything. It lies beside the files it is about.
const GUIDES: [(&str, &str); 2] = [
    ("README.md", include_str!("../../../../themes/README.md")),
    ("VIEWS.md", include_str!("../../../../themes/VIEWS.md")),
];

/// Begin a theme with a copy of the default one.
///
/// A theme needs only the files that differ from the default: change what should be different and
/// delete the rest, so that it goes on following the default.
#[derive(Args)]
pub struct NewTheme {
    /// The folder's name below themes/
    name: String,
}

impl NewTheme {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let name = checked_name(&self.name)?;
        let root = options.root()?;
        let folder = format!("themes/{name}");
        refuse_existing(&root, &folder)?;
        let mut count = 0;
        for (path, bytes) in theme::default_files() {
            write_new(&root, &format!("{folder}/{path}"), bytes)?;
            count += 1;
        }
        for (path, text) in GUIDES {
            write_new(&root, &format!("{folder}/{path}"), text)?;
        }
        screen::say(&format!(
            "{folder}: the {count} files of the default theme, with a guide in README.md\n\
             next: write `theme = \"{name}\"` into littlethings.toml, change what should be \
             different,\nand delete the rest: what is not there comes from the default\n"
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
