//! Where the forge looks for workflows: at the top of the repository, wherever the site lies in it.

use std::path::{Path, PathBuf};

use crate::checkout;

pub const ACTION: &str = ".github/actions/littlethings/action.yml";

/// The repository around a site that is about to begin.
pub struct Forge {
    /// The top of the repository: the root itself, unless that lies in a larger one.
    pub top: PathBuf,
    /// What leads from the top to the root, with `/`; empty where they are the same.
    inner: String,
    /// The branch that is published.
    pub branch: String,
}

impl Forge {
    /// The one that `root`, a real path, lies in.
    pub fn around(root: &Path) -> Forge {
        let top = checkout::top(root).unwrap_or_else(|| root.to_owned());
        let inner = checkout::within(&top, root).unwrap_or_default();
        let branch = checkout::main_branch(&top);
        Forge { top, inner, branch }
    }

    pub fn is_larger(&self) -> bool {
        !self.inner.is_empty()
    }

    /// A path below the top as it reads from the root.
    pub fn shown(&self, path: &str) -> String {
        let up = self.inner.split('/').filter(|name| !name.is_empty()).count();
        "../".repeat(up) + path
    }

    /// What an edit link has between the branch and the path of a file.
    pub fn folder(&self) -> String {
        if self.is_larger() { format!("{}/", self.inner) } else { String::new() }
    }

    /// The workflows, by their paths below the top. In a larger repository they must not be taken
    /// for its own, and what changes elsewhere in it does not concern them.
    pub fn files(&self) -> Vec<(String, String)> {
        let name = if self.is_larger() { "littlethings-" } else { "" };
        let workflow = |file: &str, text: &str| {
            let path = format!(".github/workflows/{name}{file}.yml");
            let text = self.placed(&self.named(text), &path);
            (path, text)
        };
        vec![
            (ACTION.to_owned(), include_str!("starter/action.yml").to_owned()),
            workflow("check", include_str!("starter/check.yml")),
            workflow("publish", include_str!("starter/publish.yml")),
        ]
    }

    /// A workflow that looks at the branch which is published.
    fn named(&self, workflow: &str) -> String {
        if self.branch == "main" {
            return workflow.to_owned();
        }
        let pattern = quoted(&plain(&self.branch));
        // In the forge's own expressions a quote stands for itself when it is doubled.
        let value = self.branch.replace('\'', "''");
        workflow
            .replacen("branches: [main]", &format!("branches: [{pattern}]"), 1)
            .replace("'refs/heads/main'", &format!("'refs/heads/{value}'"))
    }

    /// A workflow that does its work in the folder of the site, for what changes there and for its
    /// own mends.
    fn placed(&self, workflow: &str, path: &str) -> String {
        if !self.is_larger() {
            return workflow.to_owned();
        }
        let folder = quoted(&self.inner);
        let changed = [&format!("{}/**", plain(&self.inner)), ACTION, path].map(quoted).join(", ");
        let changed = format!("    paths: [{changed}]\n");
        let rights = "\npermissions:\n  contents: read\n";
        let defaults = format!("{rights}\ndefaults:\n  run:\n    working-directory: {folder}\n");
        let public = format!("path: {}\n", quoted(&format!("{}/public", self.inner)));
        workflow
            .replacen("  pull_request:\n", &format!("  pull_request:\n{changed}"), 1)
            .replacen("  push:\n", &format!("  push:\n{changed}"), 1)
            .replacen(rights, &defaults, 1)
            .replacen("path: public\n", &public, 1)
    }
}

/// A text as a value in YAML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A path that stands for itself where the forge takes patterns.
fn plain(path: &str) -> String {
    let special = |c: char| "*?+[]!\\".contains(c);
    path.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_any_name_is_quoted() {
        let inner = "our \"week\" [new]".to_owned();
        let branch = "main".to_owned();
        let forge = Forge { top: PathBuf::from("/top"), inner, branch };
        let text = forge.placed(
            "on:\n  pull_request:\n\npermissions:\n  contents: read\n\njobs:\n  path: public\n",
            "own.yml",
        );
        assert_eq!(
            text,
            "on:\n  pull_request:\n    paths: [\"our \\\"week\\\" \\\\[new\\\\]/**\", \
             \".github/actions/littlethings/action.yml\", \"own.yml\"]\n\n\
             permissions:\n  contents: read\n\ndefaults:\n  run:\n    working-directory: \"our \\\"week\\\" [new]\"\n\n\
             jobs:\n  path: \"our \\\"week\\\" [new]/public\"\n"
        );
    }
}
