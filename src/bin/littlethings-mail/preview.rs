//! `littlethings-mail preview`: every letter that is due, as files to look at.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use littlethings::mail::{Desk, Letter, Sender, Unsendable, letter, message, plan};
use littlethings::words::count;

use crate::due::read_told;
use crate::letters::{in_short, why};
use crate::links::Personal;
use crate::office;
use crate::options::{Options, here};
use crate::progress::Progress;
use crate::screen;
use crate::trouble::Trouble;

/// Write every letter that is due as .eml and .html, to look at. Nothing is sent, and nobody counts
/// as told. The personal links of a survey are in them and work, so whoever reads these files can
/// answer for everybody.
#[derive(Args)]
pub struct Preview {
    /// The folder to write to; it holds addresses and personal links, so only you may read what is
    /// written, and git is to ignore it
    #[arg(long, value_name = "DIR", default_value = "letters")]
    out: PathBuf,
}

impl Preview {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let sender = Sender::of(&office.site.settings).map_err(Trouble::Sender)?;
        let told = office::block_on(read_told(&office))?;
        let plan = plan(&office.site, &told, office.now);
        let out = here()?.join(&self.out);
        make(&out)?;
        let links = Personal::of(&office)?;
        let desk = Desk::new(&office.site, &office.theme, &told, &links, office.now);
        let progress = Progress::begin("writing letters");
        let mails = letter::for_each(&plan.drafts, |draft| {
            let letter = letter::write(draft, &desk)?;
            let mail = message::text(&letter, &sender, office.now)?;
            Ok::<_, Unsendable>((letter, mail))
        });
        drop(progress);
        let mut written = 0;
        for (index, (draft, mail)) in plan.drafts.iter().zip(mails).enumerate() {
            match mail {
                Ok((letter, mail)) => {
                    write(&out, index + 1, &draft.person.id, &letter, &mail)?;
                    written += 1;
                }
                Err(error) => screen::note(format_args!(
                    "{}: {}: {}",
                    in_short(draft),
                    error.place().short(),
                    why(&error)
                )),
            }
        }
        let letters = count(written, "letter", "letters");
        screen::say(&format!("{letters} in {}\n", out.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// `003-news-ana.eml` and the same as .html: in the order of the plan.
fn write(
    out: &Path,
    number: usize,
    person: &str,
    letter: &Letter,
    mail: &str,
) -> Result<(), Trouble> {
    let plain: String = person.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let name = format!("{number:03}-{}-{plain}", letter.genre.word());
    for (ending, text) in [("eml", mail), ("html", &letter.html)] {
        let path = out.join(format!("{name}.{ending}"));
        only_for_me(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|source| Trouble::Write { path: path.display().to_string(), source })?;
    }
    Ok(())
}

/// Makes the folder, where there is none yet for nobody else to read.
fn make(out: &Path) -> Result<(), Trouble> {
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
        .recursive(true)
        .create(out)
        .map_err(|source| Trouble::Write { path: out.display().to_string(), source })
}

/// An empty file that nobody else may read. One that is there from another time, and was open for
/// others, makes room.
fn only_for_me(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}
