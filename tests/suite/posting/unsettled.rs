//! A letter that waits for a person is not forgotten, and who has nothing to mend hears nothing.

use super::runs::{NOW, log, mailer, run, with_letters};
use crate::mailserver::{self, At, Does, Script};

#[test]
fn a_refused_letter_is_listed_with_the_way_out_until_a_person_has_settled_it() {
    let no = Script::plain().for_recipient(
        "marta@example.org",
        At::Dot,
        Does::Says("554 5.6.0 not like this"),
    );
    let server = mailserver::start(no);
    let repository = with_letters(6);
    let told = run(&repository, &server.url(), &["send", "--all", "--now", NOW]);
    let id = log(&repository).iter().find(|letter| letter["state"] == "refused").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let way_out = format!(
        "554 5.6.0 not like this; type `littlethings-mail resolve {id} --lost` to send it again, \
         or `--arrived` to leave it at that\n"
    );
    assert_eq!(told.code, 1);
    assert_eq!(told.out.matches(&way_out).count(), 1, "{}", told.out);
    for _ in 0..2 {
        let told = run(&repository, &server.url(), &["send", "--now", NOW]);
        assert_eq!(told.code, 1);
        assert_eq!(told.out.matches(&way_out).count(), 1, "{}", told.out);
        assert!(told.out.ends_with("1 refused\n"), "{}", told.out);
    }
    let due = run(&repository, &server.url(), &["due", "--now", NOW]).out;
    assert!(due.contains(&way_out) && due.ends_with("nothing is due\n"), "{due}");
    let shown = run(&repository, &server.url(), &["log", "--history"]).out;
    assert!(shown.contains("does not go again; type `littlethings-mail resolve"), "{shown}");
    assert!(shown.contains("554 5.6.0 not like this") && !shown.contains("554 554"), "{shown}");
    let settle = ["resolve", &id, "--arrived", "--now", NOW];
    assert_eq!(run(&repository, &server.url(), &settle).code, 0);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.as_str()), (0, "nobody is to be told anything\n"));
    let due = run(&repository, &server.url(), &["due", "--now", NOW]).out;
    assert_eq!(due, "nothing is due\n");
}

#[test]
fn what_counts_as_told_waits_for_nobody_any_more() {
    let not_like_this = Does::Says("554 5.6.0 not like this");
    let script = Script::plain()
        .for_recipient("marta@example.org", At::Dot, not_like_this)
        .for_recipient("eva@example.org", At::Dot, Does::TakesAndDrops);
    let server = mailserver::start(script);
    let repository = with_letters(6);
    let told = run(&repository, &server.url(), &["send", "--all", "--now", NOW]);
    assert!(told.out.ends_with("4 told, 1 refused and 1 uncertain\n"), "{}", told.out);
    let taken = server.journal().letters.len();
    let told = run(&repository, &server.url(), &["send", "--baseline", "--now", NOW]);
    let counted = "2 counted as told without a letter\n";
    assert_eq!((told.code, told.out.as_str()), (0, counted), "{}", told.err);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.as_str()), (0, "nobody is to be told anything\n"));
    assert_eq!(server.journal().letters.len(), taken);
}

#[test]
fn who_cannot_be_reached_has_not_heard_what_counts_as_told() {
    let nobody = Does::Says("550 5.1.1 no such user");
    let script = Script::plain().for_recipient("marta@example.org", At::Recipient, nobody);
    let server = mailserver::start(script);
    let repository = with_letters(6);
    assert_eq!(run(&repository, &server.url(), &["send", "--all", "--now", NOW]).code, 1);
    assert_eq!(run(&repository, &server.url(), &["send", "--baseline", "--now", NOW]).code, 0);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert!(told.out.contains("no such user; mend the address"), "{}", told.out);
    let people = repository.read("content/people.toml").replace("marta@", "vogel@");
    repository.write("content/people.toml", people);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.ends_with("1 told\n")), (0, true), "{}", told.out);
}

#[test]
fn an_address_that_was_refused_is_named_until_it_is_mended() {
    let no = Script::plain().for_recipient(
        "marta@example.org",
        At::Recipient,
        Does::Says("550 5.1.1 no such user"),
    );
    let server = mailserver::start(no);
    let repository = with_letters(6);
    assert_eq!(run(&repository, &server.url(), &["send", "--all", "--now", NOW]).code, 1);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!(told.code, 1);
    let help =
        "550 5.1.1 no such user; mend the address in people.toml, or type `littlethings-mail";
    assert!(told.out.contains(help), "{}", told.out);
    let people = repository.read("content/people.toml").replace("marta@", "vogel@");
    repository.write("content/people.toml", people);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.ends_with("1 told\n")), (0, true), "{}", told.out);
    assert_eq!(run(&repository, &server.url(), &["send", "--now", NOW]).code, 0);
}

#[test]
fn a_quiet_run_says_nothing_unless_somebody_was_not_told() {
    let later = Script::plain().once(At::Recipient, Does::Says("451 4.3.0 later"));
    let server = mailserver::start(later);
    let repository = with_letters(6);
    let quiet = |minute: &str| {
        let now = format!("2026-07-08T09:{minute}:00+02:00");
        let mut command = mailer(&repository, &server.url());
        let output = command.args(["send", "--all", "--quiet", "--now", &now]).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = quiet("00");
    assert_eq!((code, said.lines().count()), (1, 2), "{said}");
    assert!(said.starts_with("deferred ") && said.ends_with("5 told and 1 deferred\n"), "{said}");
    assert_eq!(quiet("10"), (0, String::new()), "somebody was told");
    assert_eq!(quiet("20"), (0, String::new()), "nothing was due");
}

#[test]
fn whose_letters_lie_in_a_folder_counts_as_told_and_that_is_said() {
    let repository = with_letters(6);
    let told = run(&repository, "folder:out", &["send", "--all", "--now", NOW]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("and count as told in the store "), "{}", told.out);
    assert!(told.out.contains("store.db; `preview` writes letters that do not"), "{}", told.out);
    let told = run(&repository, "folder:out", &["send", "--now", NOW]);
    assert_eq!(
        (told.code, told.out.as_str()),
        (
            0,
            "nobody is to be told anything
"
        )
    );
}
