//! `littlethings serve`, asked over a socket as a browser does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::repository::{FROZEN, LISTING, Repository, command, git_in, list};

/// A server that ends with its test.
pub struct Server {
    pub child: Child,
    pub address: String,
}

impl Server {
    pub fn of(repository: &Repository, port: &str) -> Server {
        Server::at(&repository.path(""), port)
    }

    fn at(folder: &Path, port: &str) -> Server {
        Server::run(command(folder).args(["serve", "--port", port, "--now", LISTING]))
    }

    pub fn run(command: &mut Command) -> Server {
        Server::begin(command.stderr(Stdio::null()))
    }

    /// The same, with its errors wherever they shall go.
    fn begin(command: &mut Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let address = address.unwrap_or_else(|| panic!("no address in `{line}`")).0.to_owned();
        Server { child, address }
    }

    /// The answer to a GET, head and body.
    pub fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.address), "")
    }

    /// The answer to a request with this head and body.
    pub fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(stream, "{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Server {
    /// What the server tells a page from now on.
    pub fn events(&self) -> Events {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let host = &self.address;
        write!(stream, "GET /.littlethings/events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        Events { lines: BufReader::new(stream) }
    }

    /// Somebody who has said this much and says no more.
    fn silent(&self, said: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream
    }
}

/// Longer than any machine takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Events {
    lines: BufReader<TcpStream>,
}

impl Events {
    pub fn next(&mut self) -> serde_json::Value {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "no more events");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// The first event after which something is so. One edit may take a file through several.
    pub fn until(
        &mut self,
        mut is_so: impl FnMut(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        loop {
            let event = self.next();
            if is_so(&event) {
                return event;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_are_answered_and_nothing_is_written() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    let home = server.get("/");
    assert!(home.starts_with("HTTP/1.1 200 "), "{home}");
    assert!(home.contains("content-type: text/html; charset=utf-8"), "{home}");
    assert!(server.get("/no-such-page.html").starts_with("HTTP/1.1 404 "));
    assert!(server.get("/../littlethings.toml").starts_with("HTTP/1.1 404 "));
    assert!(server.get("/2026-summer").contains("location: ./2026-summer/"));

    assert!(!repository.path("public").exists(), "nothing is written");
}

const LIST: &str = "content/2026-summer/lists/atlas.md";
const PAGE: &str = "/2026-summer/lists/atlas.html";

/// The list with another title in the place of its first.
fn titled(title: &str) -> String {
    list(10).replacen("Invoices are a bit off", title, 1)
}

#[test]
fn an_edit_is_told_to_the_page_and_shown_by_it() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    let first = events.next();
    let page = server.get(PAGE);
    assert!(page.contains("Invoices are a bit off"));
    assert!(page.contains(&format!("data-revision=\"{}\"></script>", first["revision"])), "{page}");
    assert!(server.get("/.littlethings/live.js").contains("EventSource"));

    repository.write(LIST, titled("Louder bells"));
    let event = events.next();
    assert!(event["revision"].as_u64() > first["revision"].as_u64());
    assert!(server.get(PAGE).contains("Louder bells"));
    assert!(server.get("/2026-summer/items/invoices.html").contains("Louder bells"));
    assert!(server.get("/").contains("Louder bells"));
}

/// The word by which a page knows whether it would be another one if it were loaded again.
fn look(server: &Server, path: &str) -> String {
    let head = server.ask(&format!("HEAD {path} HTTP/1.1\r\nHost: {}\r\n", server.address), "");
    let look = head.split_once("etag: \"").and_then(|(_, rest)| rest.split_once('"'));
    let look = look.unwrap_or_else(|| panic!("no word in {head}")).0.to_owned();
    assert!(server.get(path).contains(&format!("data-look=\"{look}\"")), "{head}");
    look
}

#[test]
fn a_page_that_would_be_the_same_is_known_by_it() {
    let (edited, other) = ("/2026-summer/items/invoices.html", "/2026-summer/items/labels.html");
    let repository = Repository::new();
    repository.write("content/2026-summer/bells.png", "small bells");
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    let before = [edited, other].map(|path| look(&server, path));

    repository.write(LIST, list(10));
    events.next();
    assert_eq!([edited, other].map(|path| look(&server, path)), before, "nothing is other");

    repository.write(LIST, list(10).replacen("They could be nicer.", "They could be right.", 1));
    events.until(|_| look(&server, edited) != before[0]);
    assert_eq!(look(&server, other), before[1], "its words are the same");

    repository.write(LIST, list(10).replacen("They could be nicer.", "![](../bells.png)", 1));
    events.until(|_| server.get(edited).contains("files/bells.png"));
    let shown = look(&server, edited);
    repository.write("content/2026-summer/bells.png", "larger bells");
    events.until(|_| look(&server, edited) != shown);
    assert_eq!(look(&server, other), before[1], "it shows no picture");

    repository.write("themes/default/static/bells.svg", "<svg/>");
    events.until(|_| look(&server, other) != before[1]);
}

#[test]
fn a_page_that_outlives_its_server_learns_that_another_answers() {
    let repository = Repository::new();
    let first = Server::of(&repository, "0").events().next();
    let second = Server::of(&repository, "0").events().next();
    assert_ne!(first["revision"], second["revision"]);
}

#[cfg(unix)]
#[test]
fn a_root_is_followed_however_it_is_named() {
    let repository = Repository::new();
    let folder = repository.path("");
    let above = folder.parent().unwrap();
    let beside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&folder, beside.path().join("linked")).unwrap();
    let relative = folder.file_name().unwrap().to_str().unwrap();
    for (here, name) in [(above, relative), (beside.path(), "linked")] {
        let mut serve = command(here);
        let server =
            Server::run(serve.args(["serve", "--port", "0", "--now", LISTING, "--root", name]));
        let mut events = server.events();
        events.next();
        repository.write(LIST, titled("Louder bells"));
        events.until(|_| server.get(PAGE).contains("Louder bells"));
        let people = repository.read("content/people.toml");
        repository.write("content/people.toml", people.replace("Ana Duarte", "Ana Silva"));
        events.until(|told| told["findings"].as_str().unwrap().contains("owner-is-known"));
        repository.write("content/people.toml", people);
        events.until(|told| told["errors"] == 0 && told["warnings"] == 0);
        repository.write(LIST, list(10));
        events.until(|_| server.get(PAGE).contains("Invoices are a bit off"));
    }
}

#[test]
fn an_editor_may_put_another_file_in_the_place_of_a_list() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    let beside = "content/2026-summer/lists/.atlas.md.swp";
    for title in ["Louder bells", "Softer bells", "No bells"] {
        repository.write(beside, titled(title));
        std::fs::rename(repository.path(beside), repository.path(LIST)).unwrap();
        events.until(|_| server.get(PAGE).contains(title));
    }
}

#[test]
fn a_broken_list_is_shown_over_the_page_with_its_line() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    assert_eq!(events.next()["errors"], 0);
    repository.write(LIST, list(10).replacen("- Owner: Ana Duarte", "- Owner: Ana, Rui", 1));
    let told = events.until(|told| told["warnings"] != 0 || told["errors"] != 0);
    let findings = told["findings"].as_str().unwrap();
    assert!(findings.contains("| - Owner: Ana, Rui"), "{findings}");
    assert!(findings.contains("atlas.md:8:"), "{findings}");
    repository.write(LIST, list(10));
    events.until(|told| told["warnings"] == 0 && told["errors"] == 0);
}

#[test]
fn what_could_be_read_stays_while_a_file_is_half_saved() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    let round = "content/2026-summer/round.toml";
    let whole = repository.read(round);
    repository.write(round, &whole[..whole.len() / 2]);
    let told = events.until(|told| told["trouble"].is_string());
    assert!(told["trouble"].as_str().unwrap().contains("round.toml"), "{told}");
    assert!(server.get(PAGE).contains("Invoices are a bit off"));
    repository.write(round, whole.replace("name = \"Atlas\"", "name = \"Beacon\""));
    events.until(|told| told["trouble"].is_null());
    assert!(server.get(PAGE).contains("Beacon"));
}

#[test]
fn the_people_are_followed_wherever_the_settings_say_they_are() {
    let repository = Repository::new();
    let (settings, people) =
        (repository.read("littlethings.toml"), repository.read("content/people.toml"));
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    for file in ["people.toml", "team/people.toml", "other/team.toml"] {
        repository.write(file, &people);
        let elsewhere = format!("{settings}people = \"{file}\"\n");
        repository.replace("littlethings.toml", elsewhere);
        // Half saved, there is nobody in it.
        repository.replace(file, "");
        events.until(|told| told["warnings"] != 0 || told["errors"] != 0);
        repository.replace(file, &people);
        events.until(|told| told["warnings"] == 0 && told["errors"] == 0);
    }
}

#[test]
fn folders_may_go_and_come_back() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    for folder in ["content/2026-summer/lists", "content"] {
        let (here, away) = (repository.path(folder), repository.path("away"));
        std::fs::rename(&here, &away).unwrap();
        events.until(|_| !server.get(PAGE).contains("Invoices are a bit off"));
        std::fs::rename(&away, &here).unwrap();
        events.until(|_| server.get(PAGE).contains("Invoices are a bit off"));
        repository.write(LIST, titled("Louder bells"));
        events.until(|_| server.get(PAGE).contains("Louder bells"));
        repository.write(LIST, list(10));
        events.until(|_| server.get(PAGE).contains("Invoices are a bit off"));
    }
}

#[test]
fn the_root_may_be_made_anew() {
    let repository = Repository::new();
    let files = repository.files("");
    let root = repository.path("inner");
    let make = |title: &str| {
        for (path, bytes) in &files {
            repository.write(&format!("inner/{path}"), bytes);
        }
        repository.write(&format!("inner/{LIST}"), titled(title));
    };
    make("Invoices are a bit off");
    let server = Server::at(&root, "0");
    let mut events = server.events();
    events.next();
    // Another folder in its place, first of one that was deleted, then of one that was put away.
    std::fs::remove_dir_all(&root).unwrap();
    events.until(|told| told["trouble"].is_string());
    make("Louder bells");
    events.until(|told| told["trouble"].is_null() && server.get(PAGE).contains("Louder bells"));
    std::fs::rename(&root, repository.path("away")).unwrap();
    events.until(|told| told["trouble"].is_string());
    make("Softer bells");
    events.until(|told| told["trouble"].is_null() && server.get(PAGE).contains("Softer bells"));
    repository.write(&format!("inner/{LIST}"), titled("No bells"));
    events.until(|_| server.get(PAGE).contains("No bells"));
}

#[test]
fn the_folder_of_the_people_may_be_made_anew_outside_the_root() {
    const TEAM: &str = "team/people.toml";
    let repository = Repository::new();
    let people = repository.read("content/people.toml");
    for (path, bytes) in repository.files("") {
        repository.write(&format!("inner/{path}"), bytes);
    }
    let settings = repository.read("littlethings.toml") + "people = \"../team/people.toml\"\n";
    repository.write("inner/littlethings.toml", settings);
    repository.write(TEAM, &people);
    let server = Server::at(&repository.path("inner"), "0");
    let mut events = server.events();
    events.next();
    let is_fine = |told: &serde_json::Value| told["warnings"] == 0 && told["errors"] == 0;
    type Away<'a> = &'a dyn Fn(&Path);
    let aways: [Away; 2] = [&|team| std::fs::remove_dir_all(team).unwrap(), &|team| {
        std::fs::rename(team, team.with_file_name("away")).unwrap();
    }];
    for away in aways {
        // First for a while, then as if at once.
        away(&repository.path("team"));
        events.until(|told| !is_fine(told));
        repository.write(TEAM, &people);
        events.until(is_fine);
        std::fs::remove_dir_all(repository.path("team")).unwrap();
        repository.write(TEAM, "");
        events.until(|told| !is_fine(told));
        repository.replace(TEAM, &people);
        events.until(is_fine);
    }
}

#[test]
fn a_thousand_changes_at_once_are_one_reading_or_few() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    let first = events.next()["revision"].as_u64().unwrap();
    for number in 0..1000 {
        repository.write(&format!("content/2026-summer/notes-{number}.md"), "# Note\n\nText.\n");
    }
    repository.write(LIST, titled("Louder bells"));
    let last = events.until(|_| {
        server.get(PAGE).contains("Louder bells")
            && server.get("/2026-summer/notes-999.html").starts_with("HTTP/1.1 200 ")
    });
    assert!(last["revision"].as_u64().unwrap() - first < 100, "{last}");
}

#[test]
fn a_template_and_a_style_are_followed() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    repository.write("themes/default/pages/404.html", "<p>own words</p>");
    events.until(|_| server.get("/x").contains("own words"));
    repository.write("themes/default/pages/404.html", "<p>own {{ nothing }} words</p>");
    events.until(|_| {
        let page = server.get("/x");
        !page.contains("own words") && page.contains("</html>")
    });
    // Only the page that was made of it shows that it fails.
    let told = events.until(|told| told["errors"] == 1);
    let findings = told["findings"].as_str().unwrap();
    assert!(findings.contains("1 | <p>own {{ nothing }} words</p>"), "{findings}");
    repository.write("themes/default/static/style.css", "b { color: red }");
    let styled =
        || server.get("/").split('"').find(|it| it.contains("static/style-")).map(str::to_owned);
    events.until(|_| server.get(&format!("/{}", styled().unwrap())).contains("color: red"));
}

#[test]
fn an_error_in_the_file_that_was_saved_is_told_before_all_others() {
    let repository = Repository::new();
    let template = "themes/default/pages/404.html";
    repository.write(template, "<p>own words</p>");
    let mut serve = command(&repository.path(""));
    let server = Server::run(serve.args(["serve", "--port", "0", "--now", FROZEN]));
    let mut events = server.events();
    assert_eq!(events.next()["errors"], 0);
    let mut after = |file: &str, text: &str, errors: u64| {
        repository.write(file, text);
        let told = events.until(|told| told["errors"] == errors);
        let findings = told["findings"].as_str().unwrap().to_owned();
        findings.lines().find(|line| line.contains("--> ")).unwrap().to_owned()
    };
    let nobody = list(10).replacen("- Owner: Ana Duarte", "- Owner: Nobody", 1);
    let two = nobody.replacen("- Owner: Ana Duarte", "- Owner: Nobody", 1);
    for (file, text, errors) in
        [(LIST, nobody, 1), (template, "<p>{% if %}</p>".to_owned(), 2), (LIST, two, 3)]
    {
        let first = after(file, &text, errors);
        assert!(first.contains(file), "{first}");
    }
}

#[test]
fn the_last_good_site_stays_while_nothing_can_be_read() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    let (here, away) = (repository.path("littlethings.toml"), repository.path("away.toml"));
    std::fs::rename(&here, &away).unwrap();
    events.until(|told| told["trouble"].is_string());
    assert!(server.get(PAGE).contains("Invoices are a bit off"));
    std::fs::rename(&away, &here).unwrap();
    events.until(|told| told["trouble"].is_null());
}

#[test]
fn settings_in_a_folder_above_never_step_in() {
    let repository = Repository::new();
    for (path, bytes) in repository.files("") {
        repository.write(&format!("inner/{path}"), bytes);
    }
    let settings = repository.read("littlethings.toml");
    let above = "title = \"A week of others\"\n";
    let others: String = settings
        .lines()
        .filter(|line| !line.starts_with("title "))
        .map(|line| format!("{line}\n"))
        .collect();
    repository.write("littlethings.toml", above.to_owned() + &others);
    let server = Server::at(&repository.path("inner"), "0");
    let mut events = server.events();
    events.next();
    std::fs::remove_file(repository.path("inner/littlethings.toml")).unwrap();
    let told = events.until(|told| told["trouble"].is_string());
    let trouble = told["trouble"].as_str().unwrap();
    assert!(trouble.starts_with("littlethings.toml is gone from "), "{trouble}");
    assert!(!server.get("/").contains("A week of others"));
    repository.write("inner/littlethings.toml", settings);
    events.until(|told| told["trouble"].is_null());
    assert!(!server.get("/").contains("A week of others"));
}

#[test]
fn what_a_list_means_for_others_is_told_as_well() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    // Which items there are stays as it was, so this one list is read again and no other file.
    let twins = list(10).replacen("- Ref: labels", "- Ref: invoices", 1);
    assert_ne!(twins, list(10));
    repository.write(LIST, twins);
    events.until(|told| told["findings"].as_str().unwrap().contains("ref-is-unique"));
    repository.write(LIST, list(10));
    events.until(|told| !told["findings"].as_str().unwrap().contains("ref-is-unique"));
}

#[test]
fn a_list_may_go_and_another_come() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    std::fs::remove_file(repository.path(LIST)).unwrap();
    events.until(|told| told["findings"].as_str().unwrap().contains("one-list-per-product"));
    repository.write("content/2026-summer/lists/beacon.md", "# Beacon\n");
    events.until(|told| told["findings"].as_str().unwrap().contains("beacon.md"));
    repository.write(LIST, titled("Louder bells"));
    events.until(|_| server.get(PAGE).contains("Louder bells"));
}

/// Whether the page of the first item tells that it was started.
fn tells_of_the_start(server: &Server) -> bool {
    let page = server.get("/2026-summer/items/invoices.html");
    let story = page.split_once("<ol class=\"story\">").and_then(|(_, it)| it.split_once("</ol>"));
    story.is_some_and(|(story, _)| story.contains("started"))
}

/// Commits in a repository at `top`, whose site is in the folder `week`, while that is served.
fn commit_while_served(top: &Path, week: &Path) {
    let started = list(10).replacen("- Status:\n", "- Status: started\n", 1);
    std::fs::write(week.join(LIST), started).unwrap();
    let mut serve = command(week);
    serve.env_remove("GIT_CEILING_DIRECTORIES");
    let server = Server::run(serve.args(["serve", "--port", "0", "--now", LISTING]));
    let mut events = server.events();
    events.next();
    assert!(!tells_of_the_start(&server));
    git_in(top, "2026-07-21T12:00:00Z", &["commit", "-qam", "Begin"]);
    events.until(|_| tells_of_the_start(&server));
}

#[test]
fn a_commit_is_followed_though_no_file_of_the_site_changes() {
    let repository = Repository::new().in_git("2026-07-01T12:00:00Z");
    commit_while_served(&repository.path(""), &repository.path(""));
}

#[test]
fn a_commit_is_followed_where_git_keeps_no_logs() {
    let repository = Repository::new().in_git("2026-07-01T12:00:00Z");
    repository.git(LISTING, &["config", "core.logAllRefUpdates", "false"]);
    std::fs::remove_dir_all(repository.path(".git/logs")).unwrap();
    commit_while_served(&repository.path(""), &repository.path(""));
}

#[test]
fn a_commit_is_followed_where_git_keeps_its_names_in_tables() {
    let repository = Repository::new();
    let init = ["init", "-q", "-b", "main", "--ref-format=reftable"];
    let init = Command::new("git").current_dir(repository.path("")).args(init).output().unwrap();
    // Git learned it in 2.45.
    if init.status.success() {
        repository.commit("2026-07-01T12:00:00Z", "Begin");
        commit_while_served(&repository.path(""), &repository.path(""));
    }
}

#[test]
fn a_commit_is_followed_where_the_site_is_a_folder_of_a_larger_repository() {
    let repository = Repository::new();
    for (path, bytes) in repository.files("") {
        repository.write(&format!("docs/week/{path}"), bytes);
    }
    let repository = repository.in_git("2026-07-01T12:00:00Z");
    commit_while_served(&repository.path(""), &repository.path("docs/week"));
}

#[test]
fn a_larger_repository_may_be_made_anew() {
    let repository = Repository::new();
    for (path, bytes) in repository.files("") {
        repository.write(&format!("docs/week/{path}"), bytes);
    }
    let repository = repository.in_git("2026-07-01T12:00:00Z");
    let mut serve = command(&repository.path("docs/week"));
    serve.env_remove("GIT_CEILING_DIRECTORIES");
    let server = Server::run(serve.args(["serve", "--port", "0", "--now", LISTING]));
    let mut events = server.events();
    events.next();
    let has_story =
        || server.get("/2026-summer/items/invoices.html").contains("<ol class=\"story\">");
    assert!(has_story());
    std::fs::remove_dir_all(repository.path(".git")).unwrap();
    events.until(|_| !has_story());
    let _repository = repository.in_git("2026-07-02T12:00:00Z");
    events.until(|_| has_story());
}

#[test]
fn a_commit_is_followed_in_a_further_working_tree() {
    let repository = Repository::new().in_git("2026-07-01T12:00:00Z");
    let beside = tempfile::tempdir().unwrap();
    let further = beside.path().join("further");
    let branch = ["worktree", "add", "-q", "-b", "further", further.to_str().unwrap()];
    repository.git(LISTING, &branch);
    commit_while_served(&further, &further);
}

#[test]
fn findings_are_told_on_the_terminal_with_their_lines() {
    let repository = Repository::new().in_git(LISTING);
    let mut child = command(&repository.path(""))
        .args(["serve", "--port", "0", "--now", LISTING])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let _server = Server { child, address: String::new() };
    let mut lines = lines.map(Result::unwrap);
    assert!(lines.any(|line| line.contains("all is well")));
    repository.write(LIST, list(10).replacen("- Owner: Ana Duarte", "- Owner: Ana, Rui", 1));
    assert!(lines.any(|line| line.contains("one-owner-per-item")));
    assert!(lines.any(|line| line.contains("atlas.md:8:")));
    assert!(lines.any(|line| line.contains("| - Owner: Ana, Rui")));
    repository.write(LIST, list(10));
    assert!(lines.any(|line| line.contains("all is well")));
}

#[test]
fn that_the_site_stays_as_it_was_is_told_on_the_terminal_once() {
    let repository = Repository::new().in_git(LISTING);
    let mut serve = command(&repository.path(""));
    serve.args(["serve", "--port", "0", "--now", LISTING]).stderr(Stdio::piped());
    let mut server = Server::begin(&mut serve);
    let lines = BufReader::new(server.child.stderr.take().unwrap()).lines();
    let mut lines = lines.map(Result::unwrap);
    let mut events = server.events();
    events.next();
    let round = "content/2026-summer/round.toml";
    let whole = repository.read(round);
    for half in 0..3 {
        repository.replace(round, &whole[..whole.len() / 2]);
        assert!(events.next()["trouble"].is_string(), "{half}");
    }
    repository.replace(round, &whole);
    events.until(|told| told["trouble"].is_null());

    assert!(lines.any(|line| line.contains("all is well")), "it begins well");
    let told: Vec<String> = lines.by_ref().take_while(|it| !it.contains("all is well")).collect();
    let trouble = "error: content/2026-summer/round.toml cannot be used; the site stays as it was";
    assert_eq!(told[0], trouble);
    assert_eq!(told.iter().filter(|line| *line == trouble).count(), 1, "{told:#?}");
    let drawn = told.iter().filter(|line| line.contains("--> content/2026-summer/round.toml:"));
    assert!(drawn.count() > 0, "{told:#?}");
}

#[test]
fn a_trouble_that_stands_stays_told_whatever_else_comes() {
    let repository = Repository::new();
    repository.write("themes/default/pages/404.html", "<p>own {{ nothing }} words</p>");
    let server = Server::of(&repository, "0");
    let mut events = server.events();
    events.next();
    let round = "content/2026-summer/round.toml";
    let whole = repository.read(round);
    repository.replace(round, &whole[..whole.len() / 2]);
    events.until(|told| told["trouble"].is_string());
    server.get("/x");
    let told = events.next();
    assert!(told["trouble"].is_string(), "{told}");
    for path in [round, "themes/default/pages/404.html"] {
        assert!(told["findings"].as_str().unwrap().contains(&format!("--> {path}:")), "{told}");
    }
    repository.replace(round, &whole);
    events.until(|told| told["trouble"].is_null());
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_asked_for_the_address() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    let (folder, asked) = (repository.path("bin"), repository.path("asked"));
    repository.write("bin/xdg-open", format!("#!/bin/sh\necho \"$1\" >{}\n", asked.display()));
    let script = folder.join("xdg-open");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let child = command(&repository.path(""))
        .args(["serve", "--port", "0", "--open", "--now", LISTING])
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = Server { child, address: String::new() };
    let mut told = String::new();
    BufReader::new(server.child.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let begun = std::time::Instant::now();
    let address = loop {
        match std::fs::read_to_string(&asked) {
            Ok(address) if address.ends_with('\n') => break address,
            _ => assert!(begun.elapsed() < PATIENCE, "nobody was asked"),
        }
        std::thread::yield_now();
    };
    assert!(told.starts_with(address.trim_end()), "{told} {address}");
}

#[test]
fn this_machine_may_be_called_localhost() {
    let repository = Repository::new();
    let mut serve = command(&repository.path(""));
    serve.args(["serve", "--port", "0", "--listen", "localhost", "--now", LISTING]);
    let server = Server::run(&mut serve);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
}

#[test]
fn an_address_that_cannot_be_listened_on_is_told_before_all_else_with_what_to_write() {
    let repository = Repository::new();
    repository.replace(LIST, list(10).replacen("- Owner: Ana Duarte", "- Owner: Ana, Rui", 1));
    // The one is no number, the other is kept for documents and nobody's.
    for (address, trouble) in [
        ("printer", "invalid value 'printer' for '--listen <ADDRESS>'"),
        ("192.0.2.1", "cannot listen on 192.0.2.1: this machine has no such address"),
    ] {
        let told = repository.run(["serve", "--listen", address, "--now", LISTING]);
        assert_eq!(told.code, 2, "{}", told.err);
        assert!(told.err.starts_with(&format!("error: {trouble}")), "{}", told.err);
        for instead in ["127.0.0.1", "0.0.0.0"] {
            assert!(told.err.contains(instead), "{}", told.err);
        }
        assert_eq!(told.out, "");
    }
}

#[test]
fn a_taken_port_gives_way_to_the_next() {
    let repository = Repository::new();
    let first = Server::of(&repository, "0");
    let port = first.address.rsplit_once(':').unwrap().1;
    let second = Server::of(&repository, port);
    assert_ne!(first.address, second.address);
}

#[cfg(unix)]
impl Server {
    fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended. One that never does is caught.
    fn code(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_cleanly() {
    let repository = Repository::new();
    let mut server = Server::of(&repository, "0");
    server.get("/");
    server.interrupt();
    assert_eq!(server.code(), Some(0));
}

/// More than a system keeps for somebody who does not read.
#[cfg(unix)]
const LARGE: usize = 30 << 20;

#[cfg(unix)]
#[test]
fn who_neither_asks_nor_reads_to_the_end_does_not_keep_it_from_ending() {
    let repository = Repository::new();
    repository.write("content/2026-summer/pictures/large.png", vec![b'x'; LARGE]);
    let mut server = Server::of(&repository, "0");
    let host = server.address.clone();
    let _half_asked = server.silent("GET / HTTP/1.1\r\nHo");
    let large = "GET /2026-summer/files/pictures/large.png HTTP/1.1\r\nHost: ";
    let mut half_read = server.silent(&format!("{large}{host}\r\n\r\n"));
    let mut begin = [0; 15];
    half_read.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200 OK");
    server.interrupt();
    assert_eq!(server.code(), Some(0));
}

#[test]
fn who_does_not_finish_a_request_is_hung_up_on() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    let mut half_asked = server.silent("GET / HTTP/1.1\r\nHo");
    let mut answer = Vec::new();
    half_asked.read_to_end(&mut answer).unwrap();
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
}
