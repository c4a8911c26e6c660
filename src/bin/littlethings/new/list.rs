//! `littlethings new list`: ten empty slots.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use littlethings::content;
use littlethings::model::{Key, List, Product, Round, Site};
use littlethings::words::count;

use super::{checked_name, step_for_guide, title, toml, write_new};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// Begin a product's list, with its hubs and its empty slots.
#[derive(Args)]
pub struct NewList {
    /// The product, as in `[products.atlas]` of round.toml
    product: String,

    /// The folder of the round [default: the latest]
    #[arg(long, value_name = "NAME")]
    round: Option<String>,
}

impl NewList {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let key = checked_name(&self.product)?;
        let root = options.root()?;
        let site = content::read(&root)?.site;
        let round = the_round(&site, self.round.as_deref())?;
        let product = round.products.iter().find(|product| product.key == key);
        let path = round.path(&format!("lists/{key}.md"));
        write_new(&root, &path, list_of(round, product, key))?;
        let slots = count(round.limits.items, "empty slot", "empty slots");
        screen::say(&format!("{path}: {slots}\n"))?;
        screen::say(&next_edit(round, product, key, &path))?;
        screen::say(&step_for_guide(&root, &path))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The round of that name, or the one whose week is latest.
fn the_round<'a>(site: &'a Site, name: Option<&str>) -> Result<&'a Round, Trouble> {
    let Some(name) = name else {
        return latest(site).ok_or(Trouble::NoRoundYet);
    };
    super::super::status::named(site, name)
}

/// The round whose week is latest.
pub fn latest(site: &Site) -> Option<&Round> {
    site.rounds.iter().max_by_key(|round| round.dates.week_first.start())
}

fn list_of(round: &Round, product: Option<&Product>, key: &str) -> String {
    let hubs = product.map_or(&round.hubs, |product| &product.hubs);
    let hubs: Vec<&str> = hubs.iter().map(|hub| hub.value.as_str()).collect();
    let name = product.map_or_else(|| title(key), |product| product.name.clone());
    list(&name, &hubs, round.limits.items)
}

/// What the person does next: names the product if the round does not know it, or fills a slot.
fn next_edit(round: &Round, product: Option<&Product>, key: &str, path: &str) -> String {
    if product.is_some() {
        return format!(
            "next: in {path}, put what is wanted in the place of the first heading's words, and \
             its owner behind `Owner:`\n"
        );
    }
    format!(
        "next: the round does not know this product yet; add to {}\n\n\
         [products.{}]\nname = {}\nmanager = \"who, by their id in people.toml\"\n",
        round.place.path,
        toml::bare_key(key),
        toml::quoted(&title(key)),
    )
}

/// A list with a line for each hub and its slots. The reader knows a slot by its heading in
/// parentheses and its empty facts, and does not count it.
pub fn list(name: &str, hubs: &[&str], slots: usize) -> String {
    let mut text = format!("# {name}\n\n");
    for hub in hubs {
        let _ = writeln!(text, "- Agreed by {hub}: not yet\n");
    }
    let _ = writeln!(
        text,
        "<!-- Exactly {slots}, most important first: the order of this file is the priority.\n     \
         To fill a slot, put what is wanted in the place of the heading's words and a name behind\n     \
         Owner. What comes after Ref is the developers'; leave it empty. -->"
    );
    for _ in 0..slots {
        let _ = writeln!(text, "\n## {}", List::SLOT);
        for key in Key::ALL {
            let _ = writeln!(text, "- {}:", key.word());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_its_hubs_and_its_slots() {
        let text = list("Atlas", &["Berlin", "Lisbon"], 2);
        insta::assert_snapshot!(text, @r"
        # Atlas

        - Agreed by Berlin: not yet

        - Agreed by Lisbon: not yet

        <!-- Exactly 2, most important first: the order of this file is the priority.
             To fill a slot, put what is wanted in the place of the heading's words and a name behind
             Owner. What comes after Ref is the developers'; leave it empty. -->

        ## (what is wanted, in one line)
        - Owner:
        - Deputy:
        - With:
        - Hub:
        - Kind:
        - Feels like:
        - Ticket:
        - Done when:
        - Ref:
        - Dev:
        - Estimate:
        - Took:
        - Status:
        - Reason:
        - Next:
        - Note:

        ## (what is wanted, in one line)
        - Owner:
        - Deputy:
        - With:
        - Hub:
        - Kind:
        - Feels like:
        - Ticket:
        - Done when:
        - Ref:
        - Dev:
        - Estimate:
        - Took:
        - Status:
        - Reason:
        - Next:
        - Note:
        ");
    }
}
