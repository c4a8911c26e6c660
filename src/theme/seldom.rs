//! Templates of a sort that most runs never use.

use std::sync::OnceLock;

use serde::Serialize;

use super::overrides::Overrides;
use super::templates::{Broken, Sort, Templates, at_fault};
use super::{ThemeError, Words};

/// Where nothing lies over the embedded ones, they are only made ready when the first is asked for.
#[derive(Clone, Debug)]
pub struct Seldom {
    sort: Sort,
    words: Words,
    ready: OnceLock<Result<Templates, String>>,
}

impl Seldom {
    /// [`Templates::load`], unless it can wait.
    pub fn load(
        sort: Sort,
        overrides: &Overrides,
        words: &Words,
    ) -> Result<(Seldom, Vec<Broken>), ThemeError> {
        let seldom = Seldom { sort, words: words.clone(), ready: OnceLock::new() };
        if overrides.of(sort.folder()).next().is_none() {
            return Ok((seldom, Vec::new()));
        }
        let (templates, broken) = Templates::load(sort, overrides, words)?;
        Ok((Seldom { ready: OnceLock::from(Ok(templates)), ..seldom }, broken))
    }

    pub fn render(&self, template: &str, view: impl Serialize) -> Result<String, Broken> {
        self.ready().map_err(|error| self.broken(template, error))?.render(template, view)
    }

    pub fn without(&self, broken: &Broken, words: &Words) -> Result<Seldom, ThemeError> {
        let templates = self.ready().map_err(|_| at_fault(broken))?.without(broken, words)?;
        Ok(Seldom { ready: OnceLock::from(Ok(templates)), ..self.clone() })
    }

    fn ready(&self) -> Result<&Templates, &str> {
        let load = || {
            let loaded = Templates::load(self.sort, &Overrides::default(), &self.words);
            loaded.map(|(templates, _)| templates).map_err(|error| error.to_string())
        };
        self.ready.get_or_init(load).as_ref().map_err(String::as_str)
    }

    /// The embedded templates cannot be used, which is our own fault.
    fn broken(&self, template: &str, message: &str) -> Broken {
        let (template, message) = (template.to_owned(), message.to_owned());
        Broken { sort: self.sort, template, line: 1, column: 1, message }
    }
}
