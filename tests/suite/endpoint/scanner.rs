//! A program that looks at every link in a mail before its reader does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use littlethings::store::{Place, Store};
use mail_parser::MessageParser;

use super::program::{ROUND, Served, asking, run};
use crate::repository::{Repository, files};

/// The database and its log, byte for byte. The index of the log beside them is memory that readers
/// share.
pub fn bytes(repository: &Repository) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(&repository.path(".littlethings"));
    files.retain(|path, _| path.starts_with("store.db") && !path.ends_with("-shm"));
    assert!(!files.is_empty());
    files
}

/// Every address in the text, the page and the head of a mail.
pub fn links(mail: &[u8]) -> BTreeSet<String> {
    let message = MessageParser::default().parse(mail).unwrap();
    let head = message.header_raw("List-Unsubscribe").unwrap_or_default().replace("\r\n", "");
    let parts = [message.body_text(0).unwrap(), message.body_html(0).unwrap(), head.into()];
    let mut links = BTreeSet::new();
    for part in parts {
        for (at, _) in part.match_indices("http") {
            let link: String = part[at..]
                .chars()
                .take_while(|c| !c.is_whitespace() && !"<>\"'".contains(*c))
                .collect();
            links.insert(link.replace("&amp;", "&"));
        }
    }
    links
}

/// A served survey to which `person` has a letter, and the paths of the links in it that lead to
/// the form.
fn asked(repository: &Repository, person: &str) -> BTreeSet<String> {
    let told = run(repository, &["send", "--all"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let mails = files(&repository.path("out"));
    let to = format!("{person}@example.org");
    let mail = mails.values().find(|bytes| {
        let message = MessageParser::default().parse(*bytes).unwrap();
        let is_theirs = message.to().unwrap().first().unwrap().address() == Some(&to);
        is_theirs && message.body_text(0).unwrap().contains("/survey/a/")
    });
    let base = "https://answers.example.org/survey";
    let links = links(mail.unwrap());
    links.iter().filter_map(|link| link.strip_prefix(base)).map(str::to_owned).collect()
}

#[test]
fn a_hundred_looks_at_every_link_leave_not_a_byte() {
    let repository = asking();
    // The five of a scale stand in the letter of whoever is asked that first.
    let survey = repository.read("content/2026-summer/survey.md");
    let (title, questions) = survey.split_once("\n\n").unwrap();
    let scale = "## How was it for you?\n- Ref: first\n- For: owners, developers, managers\n\
                 - Answer: scale 1 to 5\n";
    repository.write("content/2026-summer/survey.md", format!("{title}\n\n{scale}\n{questions}"));
    let paths = asked(&repository, "ana");
    assert_eq!(paths.len(), 6, "the form, and five that begin with an answer: {paths:?}");
    let served = Served::of(&repository, &[]);
    assert_eq!(served.answer("marta", &[("q.first", "4")]).status, 303);
    served.get("/healthz");
    let before = bytes(&repository);
    for _ in 0..100 {
        let begun = Instant::now();
        for path in &paths {
            for method in ["HEAD", "GET", "OPTIONS"] {
                let got = served.method(method, path);
                assert!(got.status == 200 || method == "OPTIONS" && got.status == 405, "{method}");
                if method == "GET" {
                    assert_eq!(got.header("referrer-policy"), "no-referrer");
                    assert_eq!(got.header("set-cookie"), "");
                }
            }
        }
        assert!(begun.elapsed().as_secs() < 10, "all at once, as scanners do");
    }
    assert!(bytes(&repository) == before, "something was written");
    // The person comes afterwards, and is asked nothing more than anybody else.
    assert_eq!(served.answer("ana", &[("q.first", "5")]).status, 303);
    served.terminate();
    assert_eq!(served.ended().0, Some(0));
    let place = Place::File(repository.path(".littlethings/store.db"));
    let answered = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open_to_read(&place).await.unwrap().unwrap();
        store.who_answered().await.unwrap()
    });
    assert_eq!(answered[ROUND].iter().collect::<Vec<_>>(), ["ana", "marta"]);
}
