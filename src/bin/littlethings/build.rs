//! `littlethings build`: the whole way from lists to a published site.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use annotate_snippets::Renderer;
use clap::Args;
use littlethings::content::{self, Begun, Remembered};
use littlethings::finding::Counts;
use littlethings::pages::{self, Body, Files, Published};
use littlethings::rules;
use littlethings::theme::Broken;
use littlethings::words::count;

use crate::options::{Options, system_clock};
use crate::progress::Progress;
use crate::report;
use crate::run::{Run, gather_begun};
use crate::screen;
use crate::seal::{MadeFrom, Seal};
use crate::trouble::Trouble;

/// Make the site.
///
/// One broken list never stops the site: its page shows its problems and the rest is published.
/// Exits with 0 when a site was published, with 1 when errors kept it back under --strict, with 2
/// when it could not run.
#[derive(Args)]
pub struct Build {
    /// Publish nothing while there is an error
    #[arg(long)]
    strict: bool,

    /// Where to put the site [default: public, beside littlethings.toml]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The site's address, instead of the one in littlethings.toml
    #[arg(long, value_name = "URL", value_parser = address)]
    base_url: Option<String>,
}

impl Build {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let root = options.root()?;
        let out = self.out.unwrap_or_else(|| root.join("public"));
        let seal = pages::seal(&out).and_then(|seal| Seal::read(&seal));
        let begin = || content::begin(&root, &mut Remembered::default());
        // Where there is a site already, there may be nothing to ask git for.
        let begun = if seal.is_none() { Some(begin()?) } else { None };
        let content =
            begun.as_ref().map_or_else(|| content::fingerprint(&root), Begun::fingerprint);
        let made_from =
            content.and_then(|it| MadeFrom::of(it, self.base_url.as_deref(), options.instant()));
        let now = options.instant().unwrap_or_else(system_clock);
        if let (Some(seal), Some(made_from)) = (seal, &made_from)
            && made_from.still_make(&seal, now)
            && !(self.strict && seal.counts.error > 0)
            && let Some(unchanged) = pages::untouched(&out)
        {
            return said(&out, Published { unchanged, ..Published::default() }, seal.counts);
        }
        let progress = Progress::begin("reading");
        let begun = begun.map_or_else(begin, Ok)?;
        let mut remembered = Remembered::default();
        let mut run = gather_begun(options, root.clone(), begun, &mut remembered)?;
        // What git could not tell this time it may tell the next.
        let made_from = made_from.filter(|_| remembered.is_whole());
        // What lists once were is told in the site by now, and the pages need the room.
        drop(remembered);
        drop(progress);
        if let Some(address) = self.base_url {
            run.site.settings.base_url = address;
        }
        refuse_broken_settings(&run)?;
        let progress = Progress::begin("trying the templates");
        run.settle()?;
        drop(progress);
        let counts = Counts::of(&run.findings);
        if self.strict && counts.error > 0 {
            screen::note(format_args!("nothing published: {}", told(counts)));
            return Ok(ExitCode::from(1));
        }
        let seal = made_from.map(|it| it.seal(&run.site, run.now, counts).line());
        said(&out, publish(run, &out, seal)?, counts)
    }
}

/// Makes the pages and puts them into the output folder.
fn publish(mut run: Run, out: &Path, seal: Option<String>) -> Result<Published, Trouble> {
    // Nothing is drawn beside its source any more, and the pages need the room.
    run.sources.clear();
    let rules = rules::texts();
    let progress = Progress::begin("making pages");
    let published = pages::with_press(run.input(&rules), |press| {
        progress.expect(press.plan().len());
        pages::publish(&run.root, out, &Whole { files: press, progress: &progress, seal })
    })?;
    // The process ends here: to give back the memory of a large site bit by bit is lost time.
    std::mem::forget(run);
    Ok(published)
}

fn said(out: &Path, published: Published, counts: Counts) -> Result<ExitCode, Trouble> {
    screen::say(&format!("{}: {}; {}\n", out.display(), done(published), told(counts)))?;
    Ok(ExitCode::SUCCESS)
}

/// The files of a site, counted while they are made, with what they are made from.
struct Whole<'a, F> {
    files: &'a F,
    progress: &'a Progress,
    seal: Option<String>,
}

impl<F: Files> Files for Whole<'_, F> {
    fn seal(&self) -> Option<String> {
        self.seal.clone()
    }

    fn paths(&self) -> Vec<&str> {
        self.files.paths()
    }

    fn body(&self, number: usize) -> Result<Cow<'_, Body>, Broken> {
        let body = self.files.body(number);
        self.progress.step();
        body
    }

    fn order(&self) -> Vec<usize> {
        self.files.order()
    }
}

fn refuse_broken_settings(run: &Run) -> Result<(), Trouble> {
    let broken = run.broken_settings();
    if broken.is_empty() {
        return Ok(());
    }
    let drawn = report::human(&broken, &run.sources, &Renderer::styled());
    screen::note(drawn.trim_end());
    Err(Trouble::BrokenSettings)
}

/// What was done to the output folder.
fn done(published: Published) -> String {
    let Published { written, unchanged, removed } = published;
    if written == 0 && removed == 0 {
        return format!("nothing new, {} as before", count(unchanged, "file", "files"));
    }
    let mut parts = vec![format!("{} written", count(written, "file", "files"))];
    if unchanged > 0 {
        parts.push(format!("{unchanged} as before"));
    }
    if removed > 0 {
        parts.push(format!("{removed} removed"));
    }
    parts.join(", ")
}

/// How many findings there are, and who tells more.
fn told(counts: Counts) -> String {
    if counts == Counts::default() {
        return "no findings".to_owned();
    }
    format!("{} (`littlethings check` shows them)", counts.words())
}

/// The address of a site ends with a slash, so that addresses of pages can follow.
fn address(written: &str) -> Result<String, String> {
    let written = written.trim();
    let host = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
    if host.is_none_or(|host| {
        host.is_empty() || host.starts_with('/') || host.contains(['?', '#', ' ', '"', '<'])
    }) {
        return Err("write the whole address, as in https://week.example.org/".to_owned());
    }
    Ok(format!("{}/", written.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_whole_and_ends_with_a_slash() {
        assert_eq!(address("https://a.example/week").unwrap(), "https://a.example/week/");
        assert_eq!(address("http://a.example//").unwrap(), "http://a.example/");
        for bad in ["", "a.example", "https://", "ftp://a.example/", "https://a.example/?x"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_build_says_what_it_did() {
        let published =
            |written, unchanged, removed| done(Published { written, unchanged, removed });
        assert_eq!(published(1, 0, 0), "1 file written");
        assert_eq!(published(2, 30, 1), "2 files written, 30 as before, 1 removed");
        assert_eq!(published(0, 32, 0), "nothing new, 32 files as before");
    }
}
