//! What only `littlethings serve` shows: the letters that are due, and a survey to try.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::repository::{LISTING, Repository, command, list};
use crate::serving::Server;

const LETTERS: &str = "/.littlethings/letters/";
const SURVEY: &str = "/.littlethings/survey/";
const LIST: &str = "content/2026-summer/lists/atlas.md";
/// When the week has begun.
const WEEK: &str = "2026-07-29T15:00:00+02:00";
/// When everybody is asked.
const ASKING: &str = "2026-08-03T12:00:00+02:00";

/// A repository whose letters can be sent and whose survey can be answered.
fn repository() -> Repository {
    let repository = Repository::new();
    let settings = repository.read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n\
           \n[survey]\nurl = \"https://answers.example.org/\"\n";
    let started = list(10).replacen("- Status:\n", "- Status: started\n", 1);
    repository.with("littlethings.toml", &settings).with(LIST, &started)
}

fn serve(repository: &Repository, now: &str) -> Server {
    // A server that is killed at the end of its test leaves its trial there.
    std::fs::create_dir_all(repository.path("tmp")).unwrap();
    let mut command = command(&repository.path(""));
    command.env("TMPDIR", repository.path("tmp"));
    Server::run(command.args(["serve", "--port", "0", "--now", now]))
}

/// Runs `littlethings-mail`, which hands letters to a folder.
fn mailer(repository: &Repository, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
        command.env_remove(name);
    }
    let output = command
        .current_dir(repository.path(""))
        .env_remove("DATABASE_URL")
        .env("LITTLETHINGS_SMTP_URL", "folder:out")
        .stdin(Stdio::null())
        .args(arguments)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    assert!(output.status.success(), "{}", err.unwrap());
    out.unwrap()
}

fn due(repository: &Repository, now: &str) -> Value {
    let told = mailer(repository, &["due", "--format", "json", "--now", now]);
    serde_json::from_str(&told).unwrap()
}

/// Text as it stands in HTML.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;")
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

/// The page lists these letters and no other, under the name of their plan.
fn assert_lists(page: &str, due: &Value) {
    let letters = due["letters"].as_array().unwrap();
    assert!(!letters.is_empty());
    let count = |text: &str| page.matches(text).count();
    assert_eq!(count("<h3><a href=\"/.littlethings/letters/"), letters.len(), "{page}");
    assert!(page.contains(due["plan"].as_str().unwrap()), "{page}");
    for letter in letters {
        let (kind, to) = (letter["kind"].as_str().unwrap(), letter["to"].as_str().unwrap());
        let address = format!("href=\"{LETTERS}2026-summer/{kind}/{to}");
        assert_eq!(count(&address), 1, "{address} in {page}");
        assert!(page.contains(&escaped(letter["subject"].as_str().unwrap())), "{letter}");
        for why in letter["why"].as_str().unwrap().split("; ") {
            assert!(page.contains(&escaped(why)), "{why} in {page}");
        }
    }
}

/// The page with its slashes as they were written.
fn unescaped(page: &str) -> String {
    page.replace("&#x2F;", "/")
}

#[test]
fn the_letters_are_those_of_due_now_and_at_another_moment() {
    let repository = repository();
    let server = serve(&repository, LISTING);
    let page = unescaped(&server.get(LETTERS));
    assert_eq!(status(&page), "200");
    assert_lists(&page, &due(&repository, LISTING));
    for written in ["2026-07-29T15:00", "2026-07-29%2015:00", "2026-07-29T15:00:00%2B02:00"] {
        let page = unescaped(&server.get(&format!("{LETTERS}?now={written}")));
        assert_lists(&page, &due(&repository, WEEK));
    }
    let page = unescaped(&server.get(&format!("{LETTERS}?now=2026-08-03T12:00")));
    assert_lists(&page, &due(&repository, ASKING));
    let page = server.get(&format!("{LETTERS}?now=soon"));
    assert_eq!(status(&page), "400");
    assert!(page.contains("`soon` is no moment"), "{page}");
    assert!(!repository.path(".littlethings").exists(), "looking writes nothing");
}

#[test]
fn a_letter_is_shown_as_text_and_as_html_beside_its_reasons() {
    let repository = repository();
    let server = serve(&repository, WEEK);
    let address = format!("{LETTERS}2026-summer/news/ana");
    let page = unescaped(&server.get(&address));
    assert!(page.contains("Invoices are a bit off</bdi>: it is started, and nothing was told"));
    assert!(page.contains("\nHello Ana,") || page.contains(">Hello Ana,"), "{page}");
    assert!(page.contains("\nAuto-Submitted: auto-generated\n"), "{page}");
    assert!(page.contains(&format!("<iframe src=\"{address}/mail.html\"")), "{page}");
    assert!(page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""));

    let mail = server.get(&format!("{address}/mail.html"));
    assert!(mail.contains("content-security-policy: default-src 'none'"), "{mail}");
    assert!(mail.contains("sandbox allow-popups"), "{mail}");
    assert!(mail.contains("Invoices are a bit off"));
    for shown in [&page, &mail, &server.get(LETTERS)] {
        assert!(!shown.contains("ana@example.org"), "{shown}");
    }
    assert_eq!(status(&server.get(&format!("{LETTERS}2026-summer/news/nobody"))), "404");
}

#[test]
fn a_letter_about_the_week_shows_its_entry_and_one_about_the_survey_leads_to_the_trial() {
    let repository = repository();
    let server = serve(&repository, WEEK);
    let page = server.get(&format!("{LETTERS}2026-summer/week-ahead/ana"));
    assert!(page.contains("An entry for 27 to 31 July 2026, number 0 of its kind"), "{page}");
    let now = "?now=2026-08-03T12:00";
    let page = server.get(&format!("{LETTERS}2026-summer/survey/jonas{now}"));
    let links = unescaped(&page);
    let trial = format!("http://{}/.littlethings/trial/a/", server.address);
    let path = links.split(&trial).nth(1).unwrap().split(['?', '>', '&']).next().unwrap();
    let form = server.get(&format!("/.littlethings/trial/a/{path}?answer=1"));
    assert!(form.contains("value=\"Yes\" checked"), "{form}");
}

#[test]
fn letters_follow_the_content() {
    let repository = repository();
    let server = serve(&repository, WEEK);
    let mut events = server.events();
    events.next();
    let address = format!("{LETTERS}2026-summer/news/rui");
    assert_eq!(status(&server.get(&address)), "404");
    let skipped = "- Ref: search\n- Status: skipped\n- Reason: later\n";
    repository.write(LIST, list(10).replacen("- Ref: search\n- Status:\n", skipped, 1));
    events.until(|_| status(&server.get(&address)) == "200");
    assert!(server.get(&address).contains("it is skipped, and nothing was told"));
    assert!(!unescaped(&server.get(LETTERS)).contains("2026-summer/news/ana"));
}

#[test]
fn who_was_told_stands_in_the_store_and_is_only_read() {
    let repository = repository();
    mailer(&repository, &["send", "--baseline", "--now", WEEK]);
    let before = repository.files(".littlethings");
    assert!(!before.is_empty());
    let server = serve(&repository, WEEK);
    let page = server.get(LETTERS);
    assert!(page.contains("No letter is due"), "{page}");
    assert!(unescaped(&page).contains(".littlethings/store.db"), "{page}");
    assert!(server.get("/.littlethings/due.json").contains("No letter is due"));
    assert!(before == repository.files(".littlethings"), "the store is not as it was");
}

#[test]
fn a_store_that_cannot_be_read_is_told_and_nothing_made_up() {
    let repository = repository().with(".littlethings/store.db", "no database at all");
    let server = serve(&repository, WEEK);
    let page = server.get(LETTERS);
    assert!(page.contains("cannot be read, so it is not known what is due"), "{page}");
    assert!(!page.contains("<h3><a href"), "{page}");
}

#[test]
fn what_is_withheld_is_told_with_its_place() {
    let repository = repository();
    let people = repository.read("content/people.toml");
    let repository =
        repository.with("content/people.toml", &people.replace("mail = \"ana@example.org\"\n", ""));
    let server = serve(&repository, WEEK);
    let page = unescaped(&server.get(LETTERS));
    assert!(page.contains("`Ana Duarte` has no mail address"), "{page}");
    assert!(page.contains("<code>content/people.toml:"), "{page}");
}

#[test]
fn nothing_of_it_is_published() {
    let repository = repository();
    assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
    for (path, bytes) in repository.files("public") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!path.contains(".littlethings/"), "{path}");
        assert!(!text.contains("/.littlethings/"), "{path}");
    }
}

#[test]
fn letters_are_shown_to_this_machine_alone() {
    let repository = repository();
    let server = serve(&repository, WEEK);
    for path in [LETTERS, SURVEY, "/.littlethings/due.json"] {
        let port = server.address.rsplit(':').next().unwrap();
        let asked = |host: &str| {
            let head = format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n");
            status(&server.ask(&head, "")).to_owned()
        };
        assert_eq!(asked("localhost"), "200", "{path}");
        assert_eq!(asked("week.evil.example"), "403", "{path}");
    }
}

/// The paths of everybody's forms, in the order of people.toml.
fn forms(server: &Server) -> Vec<String> {
    let page = unescaped(&server.get(SURVEY));
    assert_eq!(status(&page), "200", "{page}");
    let begin = "href=\"/.littlethings/trial/a/";
    let token = |part: &str| part.split('"').next().unwrap().to_owned();
    page.split(begin)
        .skip(1)
        .map(|part| format!("/.littlethings/trial/a/{}", token(part)))
        .collect()
}

fn post(server: &Server, path: &str, body: &str) -> String {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        server.address
    );
    server.ask(&head, body)
}

/// Opens a form, chooses, sends it, and follows to the thanks.
fn answer(server: &Server, form: &str, choice: &str) -> String {
    let page = server.get(form);
    assert_eq!(status(&page), "200", "{page}");
    let hidden = page.split("<input type=\"hidden\" name=\"").skip(1).map(|input| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        format!("{name}={}&", rest.split_once('"').unwrap().0)
    });
    let body = hidden.collect::<String>() + &format!("q.again={choice}");
    let sent = post(server, form, &body);
    assert_eq!(status(&sent), "303", "{sent}");
    server.get(&format!("{form}/thanks"))
}

#[cfg(unix)]
#[test]
fn a_form_can_be_answered_into_a_store_that_is_thrown_away() {
    let repository = repository();
    // A real store, with somebody in it.
    mailer(&repository, &["send", "--baseline", "--now", WEEK]);
    let before = repository.files(".littlethings");
    std::fs::create_dir(repository.path("tmp")).unwrap();
    let mut command = command(&repository.path(""));
    command.args(["serve", "--port", "0", "--now", LISTING]).env("TMPDIR", repository.path("tmp"));
    let mut server = Server::run(&mut command);
    assert!(repository.files("tmp").is_empty(), "made before anybody asked");

    // Before the survey opens; a person, and once more with another answer.
    let forms = forms(&server);
    assert_eq!(forms.len(), 6);
    let page = server.get(&forms[0]);
    assert!(page.contains("This is a trial."), "{page}");
    let thanks = answer(&server, &forms[0], "Yes");
    assert!(thanks.contains("Your answers have arrived."), "{thanks}");
    answer(&server, &forms[0], "No");
    assert!(server.get(&forms[0]).contains("value=\"No\" checked"));
    assert!(server.get(SURVEY).contains("1 of 6 people answered here."));

    assert!(before == repository.files(".littlethings"), "a real store was touched");
    assert!(!repository.files("tmp").is_empty());
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    assert!(repository.files("tmp").is_empty(), "the trial was not thrown away");
}

#[test]
fn the_results_are_those_of_the_trial_and_hide_small_groups() {
    let repository = repository();
    let server = serve(&repository, ASKING);
    let mut events = server.events();
    events.next();
    let results = "/.littlethings/results/2026-summer/results.html";
    assert!(server.get(results).contains(&format!("location: {SURVEY}")), "there is nothing yet");
    let forms = forms(&server);
    for form in &forms[..4] {
        answer(&server, form, "Yes");
    }
    let page = server.get(results);
    assert!(page.contains("These answers were made up for a demonstration."), "{page}");
    assert!(!page.contains("4 of 4"), "{page}");
    // The fifth and the sixth make the group large enough.
    answer(&server, &forms[4], "Yes");
    answer(&server, &forms[5], "No");
    let page = server.get(results);
    assert!(page.contains("5 of 6"), "{page}");
    assert!(page.contains("data-revision="), "it does not follow");
    assert!(events.until(|_| true)["revision"].as_u64() > Some(1));
    // The site itself says nothing of them.
    assert!(!server.get("/2026-summer/results.html").contains("made up"));
    // Other pages are those of the site.
    let other = server.get("/.littlethings/results/2026-summer/index.html");
    assert!(other.contains("location: /2026-summer/index.html"), "{other}");
}

#[test]
fn answers_can_be_made_up_by_a_press_here_and_not_from_elsewhere() {
    let repository = repository();
    let server = serve(&repository, ASKING);
    let path = "/.littlethings/survey/2026-summer/answers";
    let foreign = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: cross-site\r\n",
        server.address
    );
    assert_eq!(status(&server.ask(&foreign, "")), "403");
    assert!(server.get(SURVEY).contains("0 of 6 people answered here."));
    assert_eq!(status(&post(&server, path, "")), "303");
    assert!(server.get(SURVEY).contains("6 of 6 people answered here."));
    let page = server.get("/.littlethings/results/2026-summer/results.html");
    assert!(page.contains("60 of 60") || page.contains(">60<"), "{page}");
}

#[test]
fn two_trials_know_nothing_of_each_other() {
    let repository = repository();
    let (one, other) = (serve(&repository, ASKING), serve(&repository, ASKING));
    let form = &forms(&one)[0];
    answer(&one, form, "Yes");
    assert!(one.get(SURVEY).contains("1 of 6 people answered here."));
    assert!(other.get(SURVEY).contains("0 of 6 people answered here."));
    let lost = other.get(form);
    assert_eq!(status(&lost), "404");
    assert!(lost.contains("This link does not work"), "{lost}");
}

#[test]
fn a_question_that_changes_changes_in_the_form() {
    let repository = repository();
    let server = serve(&repository, ASKING);
    let mut events = server.events();
    events.next();
    let form = &forms(&server)[0];
    let survey = repository.read("content/2026-summer/survey.md");
    repository.write("content/2026-summer/survey.md", survey.replace("another week", "more cake"));
    events.until(|_| server.get(form).contains("Should there be more cake?"));
}

#[test]
fn a_site_without_a_survey_offers_none() {
    let repository = repository();
    std::fs::remove_file(repository.path("content/2026-summer/survey.md")).unwrap();
    let server = serve(&repository, WEEK);
    assert!(server.get(SURVEY).contains("There is no survey to try"));
    let due = server.get("/.littlethings/due.json");
    assert!(due.contains("due") && !due.contains("survey"), "{due}");
}
