//! `littlethings init`: a repository that is ready to be pushed. Nothing that is already there is
//! ever written over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use littlethings::model::Ref;
use littlethings::words;

use crate::checkout;
use crate::new::{self, FirstRound, RoundFiles};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

mod forge;

use forge::Forge;

/// Begin a repository: settings, example people, a first round, a guide, and workflows.
///
/// The workflows are for GitHub: one checks pull requests and says in a comment what they mean, the
/// other publishes the site on every push to the main branch and every morning. In a folder of a larger
/// repository they go to its top, where GitHub looks for them.
#[derive(Args)]
pub struct Init {
    /// The folder, which may be empty or not there yet [default: this one]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,

    /// A product that gets a list; may be given several times [default: Our product]
    #[arg(long = "product", value_name = "NAME")]
    products: Vec<String>,

    /// The folder of the first round, which is its address for ever [default: its season]
    #[arg(long, value_name = "NAME")]
    round: Option<String>,
}

/// The people who are made up, as the round needs them.
const COORDINATOR: &str = "ana";
const MANAGER: &str = "bob";
const HUBS: [&str; 2] = ["Berlin", "Lisbon"];

impl Init {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let root = options.folder(self.folder)?;
        let round = new::first_round(
            FirstRound {
                name: self.round,
                coordinator: COORDINATOR,
                manager: MANAGER,
                hubs: &HUBS,
                products: products(&self.products)?,
            },
            options.moment(),
        )?;
        refuse_file(&root)?;
        let forge = Forge::around(&checkout::real(&root)?);
        let name = round.name.clone();
        let (files, workflows) = (files(round, &forge), forge.files());
        refuse_existing((&root, &files), (&forge, &workflows))?;
        fs::create_dir_all(&root)
            .map_err(|source| Trouble::Write { path: root.display().to_string(), source })?;
        for (path, text) in &files {
            new::write_new(&root, path, text)?;
            screen::say(&format!("{path}\n"))?;
        }
        for (path, text) in &workflows {
            new::write_new(&forge.top, path, text)?;
            screen::say(&format!("{}\n", forge.shown(path)))?;
        }
        screen::say(&next(&name, &forge))?;
        Ok(ExitCode::SUCCESS)
    }
}

type Files = Vec<(String, String)>;

/// Stops where any of the files is there already, and names all that are.
fn refuse_existing(
    (root, files): (&Path, &Files),
    (forge, workflows): (&Forge, &Files),
) -> Result<(), Trouble> {
    let there = |folder: &Path, files: &Files| -> Vec<String> {
        files.iter().filter_map(|(path, _)| new::existing(folder, path)).collect()
    };
    let (mut all, at_top) = (there(root, files), there(&forge.top, workflows));
    // From a folder below the top, the workflows that are there would be in the way again.
    let is_free = at_top.iter().all(|path| !forge.is_larger() && path != forge::ACTION);
    all.extend(at_top.iter().map(|path| forge.shown(path)));
    let (are, them, them_all) = match all.len() {
        0 => return Ok(()),
        1 => ("is", "it", "file"),
        _ => ("are", "them", "files"),
    };
    let below =
        if is_free { "; or begin in a folder of its own: `littlethings init week`" } else { "" };
    Err(Trouble::AllExist {
        paths: format!("{} {are}", words::and(&all)),
        instead: format!(
            "move {them} away, begin, and put the old lines back into the new {them_all}{below}"
        ),
    })
}

/// Stops where a file stands in the place of the folder or of one above it.
fn refuse_file(root: &Path) -> Result<(), Trouble> {
    match root.ancestors().find(|path| path.exists()) {
        Some(file) if !file.is_dir() => {
            Err(Trouble::NotAFolder { path: file.display().to_string() })
        }
        _ => Ok(()),
    }
}

/// Keys and names of the products, each of its own.
fn products(names: &[String]) -> Result<Vec<(String, String)>, Trouble> {
    if names.is_empty() {
        return Ok(vec![("our-product".to_owned(), "Our product".to_owned())]);
    }
    let mut products: Vec<(String, String)> = Vec::new();
    for name in names {
        let name = name.trim();
        let key = Ref::from_title(name);
        let is_plain = name.chars().any(char::is_alphanumeric) && !name.contains(char::is_control);
        if !is_plain || products.iter().any(|(other, _)| Ref::key(other) == Ref::key(&key)) {
            let instead = "give each product a name of its own, with letters or digits".to_owned();
            return Err(Trouble::BadName { written: words::visible(name), instead });
        }
        products.push((key, name.to_owned()));
    }
    Ok(products)
}

fn files(round: RoundFiles, forge: &Forge) -> Files {
    let lists: Vec<String> = round
        .files
        .iter()
        .filter(|(path, _)| path.contains("/lists/"))
        .map(|(path, _)| format!("   - [{path}]({path})"))
        .collect();
    let guide = include_str!("starter/CONTRIBUTING.md")
        .replace("{round}", &round.name)
        .replace("{lists}", &lists.join("\n"));
    let settings = include_str!("starter/littlethings.toml")
        .replace("{folder}", &forge.folder())
        .replace("/edit/main/", &format!("/edit/{}/", forge.branch));
    let people = include_str!("starter/people.toml").to_owned();
    let ignored = include_str!("starter/gitignore").to_owned();
    let mut files = vec![
        ("littlethings.toml".to_owned(), settings),
        ("content/people.toml".to_owned(), people),
    ];
    files.extend(round.files);
    files.push((new::GUIDE.to_owned(), guide));
    files.push((".gitignore".to_owned(), ignored));
    files
}

fn next(round: &str, forge: &Forge) -> String {
    let action = forge.shown(forge::ACTION);
    let branch = &forge.branch;
    let placed = if forge.is_larger() {
        format!(
            "\nThis folder is a part of the repository {}, so the workflows lie at its top, where \
             the forge looks for them.\n",
            forge.top.display()
        )
    } else {
        String::new()
    };
    format!(
        "{placed}\nnext:\n\
         1. put your people, dates and products into content/people.toml and \
         content/{round}/round.toml, and the site's address into littlethings.toml; \
         `littlethings check` and `littlethings serve` show the rest\n\
         2. write behind SOURCE in {action} where the forge finds the source of littlethings\n\
         3. commit and push to `{branch}`, and choose \"GitHub Actions\" under Settings, Pages, Source\n\
         4. write `[mail]` and `[survey]` into littlethings.toml before the invitation; \
         `littlethings-mail doctor` says whether letters can leave\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_a_name_and_a_file_of_its_own() {
        let named =
            |names: &[&str]| products(&names.iter().map(|it| it.to_string()).collect::<Vec<_>>());
        let keys: Vec<String> =
            named(&["Atlas", "Größe 2"]).unwrap().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["atlas", "größe-2"]);
        assert!(named(&["Atlas", "atlas!"]).is_err());
        assert!(named(&["🚀"]).is_err());
        assert!(named(&["a\nb"]).is_err());
    }
}
