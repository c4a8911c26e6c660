//! What the store keeps about one person: shown to them, or erased.

use littlethings::store::{Kept, NewReply, Place, Store};
use serde_json::Value;

use super::desk::{ROUND, repository};
use super::mailer::run_mailer;
use crate::repository::Repository;

const WEEK: &str = "2026-07-27T14:02:00+02:00";

/// Ana was told that one of hers was started, and has answered the survey.
async fn known() -> Repository {
    let settings = repository().read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    let repository = repository()
        .with("littlethings.toml", &settings)
        .with_in_list("- Ref: invoices\n- Status:", "- Ref: invoices\n- Status: started")
        .with_in_list("- Ref: labels\n- Status:", "- Ref: labels\n- Status: started");
    let sent = run_mailer(&repository, &["send", "--all", "--now", WEEK]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    let store = open(&repository).await;
    for (person, words) in [("ana", "unforgettable words"), ("marta", "words of another")] {
        let new = NewReply {
            round: ROUND,
            person,
            side: "partner",
            replaces: 0,
            answers: vec![("change".to_owned(), format!("{{\"text\":\"{words}\"}}"))],
            day: "2026-08-05".parse().unwrap(),
            mail: None,
        };
        assert_eq!(store.keep_reply(&new).await.unwrap(), Kept::Kept(1));
    }
    store.close().await;
    repository
}

async fn open(repository: &Repository) -> Store {
    Store::open(&Place::File(repository.path(".littlethings/store.db"))).await.unwrap()
}

/// Whether any file of the store holds these words.
fn holds(repository: &Repository, words: &str) -> bool {
    let files = repository.files(".littlethings");
    files.values().any(|bytes| bytes.windows(words.len()).any(|it| it == words.as_bytes()))
}

#[tokio::test]
async fn a_person_gets_all_that_is_kept_about_them_and_nothing_of_others() {
    let repository = known().await;
    let before = repository.files(".littlethings");
    for written in ["ana", "@ana", "Ana Duarte", "ANA@example.org"] {
        let told = run_mailer(&repository, &["export", written]);
        assert_eq!(told.code, 0, "{}", told.err);
        let kept: Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!(kept["person"], "ana");
        assert_eq!(kept["letters"][0]["address"], "ana@example.org");
        assert!(kept["letters"][0]["mail"].as_str().unwrap().contains("To: "));
        assert_eq!(kept["letters"][0]["events"][2]["state"], "accepted");
        assert_eq!(kept["surveys"][0]["round"], ROUND);
        assert_eq!(kept["surveys"][0]["answers"][0]["answer"]["text"], "unforgettable words");
        assert!(!told.out.contains("words of another") && !told.out.contains("marta"));
    }
    assert_eq!(repository.files(".littlethings"), before, "looking writes nothing");
    let told = run_mailer(&repository, &["export", "anna"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("did you mean `ana`?"), "{}", told.err);
}

#[tokio::test]
async fn a_forgotten_person_leaves_not_a_word_and_is_told_nothing_twice() {
    let repository = known().await;
    assert!(holds(&repository, "ana@example.org") && holds(&repository, "unforgettable"));
    let told = run_mailer(&repository, &["forget", "Ana Duarte"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for said in [
        "erased: the answers of `ana` to `2026-summer`",
        "erased: text and address of 2 letters to `ana`",
        "kept: that `ana` was told",
        "`ana` stands in people.toml",
    ] {
        assert!(told.out.contains(said), "{}", told.out);
    }
    for gone in ["ana@example.org", "unforgettable", "Ana Duarte", "Hello Ana"] {
        assert!(!holds(&repository, gone), "{gone}");
    }
    assert!(holds(&repository, "marta@example.org") && holds(&repository, "words of another"));
    let export = run_mailer(&repository, &["export", "ana"]);
    let kept: Value = serde_json::from_str(&export.out).unwrap();
    assert_eq!(
        (&kept["letters"][0]["address"], &kept["letters"][0]["mail"]),
        (&"".into(), &"".into())
    );
    assert!(kept["surveys"][0]["answers"].is_null());
    assert_eq!(kept["surveys"][0]["no_reminders"], true);
    let sent = run_mailer(&repository, &["send", "--now", WEEK]);
    assert_eq!(sent.out, "nobody is to be told anything\n");
    let again = run_mailer(&repository, &["forget", "ana"]);
    assert!(again.out.contains("there is nothing of `ana` to erase"), "{}", again.out);
    assert_eq!(run_mailer(&repository, &["results", "--now", WEEK]).code, 0);
}

#[tokio::test]
async fn what_waits_for_a_forgotten_person_does_not_go_out() {
    let repository = known().await;
    let list = repository.read("content/2026-summer/lists/atlas.md");
    let list = list.replacen("- Status: started", "- Status: done", 1);
    repository.write("content/2026-summer/lists/atlas.md", list);
    // Nothing can be sent, so the letter waits.
    let send = |most: &str| run_mailer(&repository, &["send", "--now", WEEK, "--most", most]);
    send("0");
    let store = open(&repository).await;
    let waiting = store.letters().await.unwrap();
    assert_eq!(waiting.iter().filter(|letter| letter.is_waiting()).count(), 1);
    store.close().await;
    let people = repository.read("content/people.toml");
    let (_, others) = people.split_once("[marta]").unwrap();
    repository.write("content/people.toml", format!("[marta]{others}"));
    let told = run_mailer(&repository, &["forget", "ana"]);
    assert!(told.out.contains("taken back: 1 letter does not go out"), "{}", told.out);
    assert!(!told.out.contains("stands in people.toml"));
    let sent = send("9");
    assert!(!sent.out.contains("told  "), "{}", sent.out);
}

#[tokio::test]
async fn after_closing_it_is_said_what_cannot_be_erased() {
    let repository = known().await;
    let store = open(&repository).await;
    assert!(store.seal(ROUND, "2026-08-15".parse().unwrap(), |rows| rows).await.unwrap());
    store.close().await;
    let told = run_mailer(&repository, &["forget", "ana"]);
    assert!(
        told.out.contains("not erased: what was answered in `2026-summer`, because the survey"),
        "{}",
        told.out
    );
    let export = run_mailer(&repository, &["export", "ana"]);
    assert!(export.out.contains("nobody can tell any more"), "{}", export.out);
}
