//! The variables of the environment that are ours. One that was mistyped is not passed over: a store
//! in the wrong place tells everybody everything again.

use clap::Command;
use littlethings::mail::door;
use littlethings::store::place;
use littlethings::words::nearest;

use crate::links;
use crate::trouble::Trouble;

/// How all of them begin, up to the first `_`.
const OURS: &str = "LITTLETHINGS";

/// Looks at the names of all variables that are set.
///
/// # Errors
/// Where one of them looks like ours, and there is none of that name.
pub fn look(program: &Command, set: impl IntoIterator<Item = String>) -> Result<(), Trouble> {
    let known = known(program);
    match set.into_iter().find_map(|name| slip(&known, &name)) {
        Some((written, meant)) => {
            let instead = match meant {
                Some(name) => format!("write `{name}`"),
                None => "take it away, or see in the README which there are".to_owned(),
            };
            Err(Trouble::NoVariable { written, instead })
        }
        None => Ok(()),
    }
}

/// The names of all variables that are set. An empty one is how many a job runner writes "not set".
pub fn set() -> impl Iterator<Item = String> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    set.filter_map(|(name, _)| name.into_string().ok())
}

/// Every variable that is read, by what follows [`OURS`].
fn known(program: &Command) -> Vec<String> {
    let flags = program.get_subcommands().flat_map(Command::get_arguments);
    let flags = flags.filter_map(|flag| flag.get_env()?.to_str());
    let others = door::VARIABLES.into_iter().chain([place::STORE, links::SECRET]);
    flags.chain(others).filter_map(|name| Some(name.split_once('_')?.1.to_owned())).collect()
}

/// A name that is none of ours and was meant to be, and which was meant.
fn slip(known: &[String], name: &str) -> Option<(String, Option<String>)> {
    let ours = |rest: &str| format!("{OURS}_{rest}");
    let (beginning, rest) = name.split_once('_')?;
    let meant = if beginning == OURS {
        if known.iter().any(|it| it == rest) || is_of_a_cluster(name) {
            return None;
        }
        nearest(rest, known.iter().map(String::as_str)).map(ours)
    } else {
        nearest(beginning, [OURS])?;
        let upper = rest.to_uppercase();
        Some(ours(known.iter().find(|it| **it == upper)?))
    };
    Some((name.to_owned(), meant))
}

/// What Kubernetes tells of a service that has our name: `LITTLETHINGS_SERVICE_HOST`,
/// `LITTLETHINGS_MAIL_PORT_8025_TCP`.
fn is_of_a_cluster(name: &str) -> bool {
    name.contains("_SERVICE_") || name.contains("_PORT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> String {
        let known = ["STORE", "SMTP_URL", "SECRET_FILE", "RATE", "MOST"].map(str::to_owned);
        let slips = names.iter().filter_map(|name| slip(&known, name));
        slips.map(|(_, meant)| meant.unwrap_or_else(|| "?".to_owned())).collect()
    }

    #[test]
    fn a_slip_in_a_name_is_seen_and_what_is_not_ours_is_left_alone() {
        for (written, meant) in [
            ("LITTLETHINGS_Stor", "STORE"),
            ("LITTLETHINGS_Stroe", "STORE"),
            ("LITTLETHINGS_Smtpurl", "SMTP_URL"),
            ("LITTLETHING_STORE", "STORE"),
            ("LITLETHINGS_SMTP_URL", "SMTP_URL"),
            ("littlethings_store", "STORE"),
        ] {
            assert_eq!(said(&[written]), format!("{OURS}_{meant}"), "{written}");
        }
        assert_eq!(said(&["LITTLETHINGS_Database_url"]), "?");
        let others = [
            "LITTLETHINGS_STORE",
            "LITTLETHINGS_8025_PORT",
            "LITTLETHINGS_MAIL_1_PORT_8025",
            "LITTLETHINGS_8025_SERVICE_HOST",
            "LITTLETHING_HOME",
            "STORE",
            "DATABASE_URI",
            "SMTP_URL",
            "ÄÖÜ_STORE",
            "",
        ];
        assert_eq!(said(&others), "");
    }
}
