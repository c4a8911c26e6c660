//! What `diff` says of a change, and what it keeps to itself: a reader acts on every line of it.

use crate::repository::{FROZEN, LISTING, Repository, list};

const LIST: &str = "content/2026-summer/lists/atlas.md";
const ROUND: &str = "content/2026-summer/round.toml";
const PEOPLE: &str = "content/people.toml";
/// In the week itself.
const WEEK: &str = "2026-07-29T15:00:00+02:00";
/// While the answers come in.
const ASKING: &str = "2026-08-12T12:00:00+02:00";

const MAILS: &str = "## Whom a merge will mail";

/// As the rules ask, and committed while the lists were written.
fn repository() -> Repository {
    Repository::new().in_git(LISTING)
}

/// Changes a part of a file, which must be there.
fn edit(repository: &Repository, path: &str, from: &str, to: &str) {
    let text = repository.read(path);
    assert!(text.contains(from), "`{from}` is not in {path}");
    repository.write(path, text.replacen(from, to, 1));
}

fn diff(repository: &Repository, now: &str) -> String {
    let told = repository.run(["diff", "--since", "HEAD", "--now", now]);
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    told.out
}

/// The lines about mail.
fn mails(repository: &Repository, now: &str) -> String {
    let told = diff(repository, now);
    told.split_once(MAILS).map_or(String::new(), |(_, mails)| mails.trim().to_owned())
}

#[test]
fn a_deadline_that_is_put_off_invites_nobody_again() {
    let repository = repository();
    for now in ["2026-07-24T12:00:00+02:00", FROZEN, "2026-07-28T10:00:00+02:00"] {
        for due in ["2026-07-26T18:00:00", "2026-07-30T18:00:00"] {
            let round = repository.read(ROUND).replace("2026-07-24T10:00:00", due);
            let changed = Repository::new().in_git(LISTING).with(ROUND, &round);
            assert_eq!(mails(&changed, now), "", "{due} on {now}");
        }
    }
    // Who is new has not been invited.
    edit(&repository, ROUND, "2026-07-24T10:00:00", "2026-07-30T18:00:00");
    let zoe = "[zoe]\nname = \"Zoe Ott\"\nmail = \"zoe@example.org\"\nside = \"manager\"\n";
    repository.write(PEOPLE, repository.read(PEOPLE) + zoe);
    assert_eq!(mails(&repository, FROZEN), "- Zoe: the invitation");
}

#[test]
fn hubs_that_were_asked_before_the_deadline_are_not_asked_again() {
    let not_yet = list(10).replace("Agreed by Lisbon: yes", "Agreed by Lisbon: not yet");
    let repository = Repository::new().with(LIST, &not_yet).in_git(LISTING);
    edit(&repository, ROUND, "2026-07-24T10:00:00", "2026-07-26T18:00:00");
    assert_eq!(mails(&repository, FROZEN), "");
    edit(&repository, LIST, "Agreed by Berlin: yes", "Agreed by Berlin: not yet");
    assert_eq!(mails(&repository, FROZEN), "- Marta and Eva: `Atlas` needs their word");
}

#[test]
fn what_is_no_hub_agrees_to_nothing() {
    let told = |from: &str, to: &str| {
        let repository = Repository::new().with(LIST, &list(10).replace("Berlin: yes", from));
        let repository = repository.in_git(LISTING);
        edit(&repository, LIST, from, to);
        let told = diff(&repository, LISTING);
        let told = told.split("\n## ").next().unwrap();
        told.lines().filter_map(|line| line.strip_prefix("- ")).collect::<Vec<_>>().join("; ")
    };
    let is_none = "`Berln` is no hub of this round";
    assert_eq!(told("Berlin: not yet", "Berln: yes"), is_none);
    assert_eq!(
        told("Berlin: yes", "Berln: yes"),
        format!("{is_none}; Berlin does not agree any more")
    );
    assert_eq!(told("Berln: not yet", "Berln: yes"), "");
    assert_eq!(told("Berln: yes", "BERLIN: yes"), "Berlin agrees now");
}

#[test]
fn an_owner_hears_of_the_week_once_whatever_becomes_of_the_item() {
    let one = list(1).replace("- Status:", "- Estimate: 9 days\n- Status: skipped");
    let repository = Repository::new().with(LIST, &list(1)).in_git(LISTING);
    repository.write(LIST, one + "- Reason: too big\n");
    repository.commit("2026-07-28T10:00:00+02:00", "Skip it");
    edit(&repository, LIST, "- Status: skipped", "- Status: started");
    assert_eq!(mails(&repository, WEEK), "- Ana: `Invoices are a bit off` started");
    edit(&repository, ROUND, "last = 2026-07-31", "last = 2026-08-01");
    assert_eq!(
        mails(&repository, WEEK),
        "- Ana: the week ahead and `Invoices are a bit off` started"
    );
}

#[test]
fn two_of_one_first_name_are_told_apart_by_their_hubs() {
    let start = |owner: &str| {
        list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1).replacen(
            "- Owner: Ana Duarte",
            &format!("- Owner: {owner}"),
            1,
        )
    };
    let repository = Repository::new().with(LIST, &start("Ana Duarte"));
    edit(&repository, PEOPLE, "Eva Sand", "Ana Sand");
    repository.write(LIST, repository.read(LIST).replace("Eva Sand", "Ana Sand"));
    let repository = repository.in_git(LISTING);
    repository.write(LIST, start("Ana Sand").replace("Eva Sand", "Ana Sand"));
    let told = diff(&repository, WEEK);
    assert!(told.contains("is now Ana of Berlin, was Ana of Lisbon"), "{told}");
    assert_eq!(
        mails(&repository, WEEK),
        "- Ana of Lisbon: `Invoices are a bit off` is not theirs any more\n\
         - Ana of Berlin: `Invoices are a bit off` is theirs now"
    );
    edit(&repository, LIST, "- Owner: Marta Vogel\n", "- Owner: Rui Lopes\n");
    assert!(!mails(&repository, WEEK).contains("Rui of"), "there is one Rui");
}

#[test]
fn what_was_signed_off_was_told_as_done() {
    let signed_off = list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: signed off", 1);
    let repository = Repository::new().with(LIST, &signed_off).in_git(LISTING);
    edit(&repository, LIST, "- Status: signed off", "- Status: started");
    assert_eq!(mails(&repository, WEEK), "- Ana: `Invoices are a bit off` started again");
    edit(&repository, LIST, "- Owner: Ana Duarte", "- Owner: Rui Lopes");
    assert_eq!(
        mails(&repository, WEEK),
        "- Ana: `Invoices are a bit off` is not theirs any more\n\
         - Rui: `Invoices are a bit off` is theirs now"
    );
}

#[test]
fn a_survey_that_stays_open_asks_nobody_again() {
    let settings = "\n[survey]\nurl = \"https://answers.example.org/\"\n";
    let repository = Repository::new();
    repository.write("littlethings.toml", repository.read("littlethings.toml") + settings);
    let repository = repository.in_git(LISTING);
    edit(&repository, ROUND, "closes = 2026-08-14", "closes = 2026-08-28");
    for now in [ASKING, "2026-08-16T12:00:00+02:00"] {
        assert_eq!(mails(&repository, now), "", "{now}");
    }
}

const BALANCE: &str = "What the check says";

#[test]
fn what_the_check_never_said_does_not_end() {
    let renamed = |name: &str| {
        let repository = repository();
        let path = format!("content/2026-summer/lists/{name}.md");
        std::fs::rename(repository.path(LIST), repository.path(&path)).unwrap();
        edit(&repository, ROUND, "products.atlas", &format!("products.{name}"));
        repository
    };
    assert!(
        !diff(&renamed("zeus"), FROZEN).contains(BALANCE),
        "{}",
        diff(&renamed("zeus"), FROZEN)
    );

    // A product that is taken away takes no warning with it, but its refs are missed.
    let two = "\n[products.hermes]\nname = \"Hermes\"\nmanager = \"bob\"\n";
    let repository = Repository::new().with(
        "content/2026-summer/lists/hermes.md",
        &list(10).replace("Atlas", "Hermes").replace("- Ref: ", "- Ref: h-"),
    );
    let before = repository.read(ROUND);
    repository.write(ROUND, before.clone() + two);
    let repository = repository.in_git(LISTING);
    repository.write(ROUND, &before);
    std::fs::remove_file(repository.path("content/2026-summer/lists/hermes.md")).unwrap();
    let told = diff(&repository, FROZEN);
    assert!(!told.contains("fewer: `list-frozen"), "{told}");

    // Nor does a round that is called otherwise, or cannot be read.
    let repository = self::repository();
    edit(&repository, ROUND, "title = ", "title = = ");
    assert!(!diff(&repository, FROZEN).contains("fewer"), "{}", diff(&repository, FROZEN));
    let repository = self::repository();
    let (old, new) = ("content/2026-summer", "content/2026-july");
    std::fs::rename(repository.path(old), repository.path(new)).unwrap();
    assert!(!diff(&repository, FROZEN).contains("fewer"), "{}", diff(&repository, FROZEN));
}

#[test]
fn a_list_with_another_address_is_told() {
    let repository = repository();
    let zeus = "content/2026-summer/lists/zeus.md";
    std::fs::rename(repository.path(LIST), repository.path(zeus)).unwrap();
    edit(&repository, ROUND, "products.atlas", "products.zeus");
    let line = "the list has another address: its file is called `zeus.md` now, was `atlas.md`";
    let told = diff(&repository, FROZEN);
    assert_eq!(told.trim(), format!("## Summer 2026\n\n**Atlas**\n\n- {line}"));
}

#[test]
fn what_was_agreed_before_the_deadline_was_no_breach_at_any_commit() {
    let repository = repository();
    edit(
        &repository,
        LIST,
        "## Labels are a bit off",
        "## Bells\n- Owner: Ana Duarte\n- Ref: bells\n\n## Labels are a bit off",
    );
    repository.write(
        LIST,
        repository.read(LIST).split("\n## Colophon").next().unwrap().to_owned() + "\n",
    );
    repository.commit("2026-07-23T12:00:00+02:00", "Choose another");
    let told = repository.run(["diff", "--since", "HEAD^", "--now", FROZEN]).out;
    assert!(!told.contains("list-frozen"), "{told}");
}

#[test]
fn a_slot_that_is_filled_is_no_other_finding() {
    let repository = Repository::new().with(LIST, &list(3).replace("- Ref: labels\n", ""));
    let repository = repository.in_git(LISTING);
    let more = list(4).replace("- Ref: labels\n", "").replace("- Ref: export\n", "");
    repository.write(LIST, more);
    assert!(!diff(&repository, LISTING).contains(BALANCE), "{}", diff(&repository, LISTING));
}

#[test]
fn a_file_that_cannot_be_read_is_told_in_one_line() {
    let broken_people = |repository: &Repository| edit(repository, PEOPLE, "[ana]", "[ana");
    let repository = repository();
    broken_people(&repository);
    let told = diff(&repository, FROZEN);
    assert!(
        told.starts_with(
            "## People and settings\n\n- people.toml cannot be read any more, so nobody is known\n\n## What"
        ),
        "{told}"
    );
    assert!(!told.contains(MAILS), "{told}");
    repository.commit(FROZEN, "Break it");
    edit(&repository, PEOPLE, "[ana", "[ana]");
    edit(&repository, LIST, "- Status:", "- Status: skipped\n- Reason: too big");
    let told = diff(&repository, WEEK);
    assert!(
        told.starts_with(
            "## Summer 2026\n\n**Atlas**\n\n- `Invoices are a bit off` skipped, was submitted"
        ),
        "{told}"
    );
    assert!(
        told.contains("## People and settings\n\n- people.toml can be read again\n\n"),
        "{told}"
    );
    assert!(told.ends_with("mail\n\n- Ana: `Invoices are a bit off` skipped\n"), "{told}");
}

#[test]
fn settings_that_cannot_be_read_are_told_in_one_line() {
    let more = "theme = \"default\"\nsupport = \"https://support.example.org/\"\n\n[survey]\n\
                url = \"https://answers.example.org/\"\n";
    let repository = Repository::new();
    let settings = repository.read("littlethings.toml") + more;
    let repository = repository.with("littlethings.toml", &settings).in_git(LISTING);
    repository.write("littlethings.toml", format!("title = = \n{settings}"));
    let said = |readable: &str| {
        format!("## People and settings\n\n- littlethings.toml {readable}\n\n## What")
    };
    let told = diff(&repository, ASKING);
    assert!(told.starts_with(&said("cannot be read any more")), "{told}");
    repository.commit(LISTING, "Break them");
    repository.write("littlethings.toml", settings);
    let told = diff(&repository, ASKING);
    assert!(told.starts_with(&said("can be read again")), "{told}");
    assert!(!told.contains(MAILS), "{told}");
}

#[test]
fn guesses_are_written_down_before_they_are_others() {
    let repository = repository();
    let path = "content/2026-summer/guesses/atlas.md";
    let told = |what: &str| {
        let told = diff(&repository, FROZEN);
        assert!(told.contains(&format!("**Atlas**\n\n- {what}\n")), "{told}");
    };
    repository.write(path, "# What they will ask for\n\n## Faster pages\n");
    told("Bob has written down guesses");
    repository.commit(FROZEN, "Guess");
    repository.write(path, "# What they will ask for\n\n## Better mails\n");
    told("Bob guesses something else");
    std::fs::remove_file(repository.path(path)).unwrap();
    told("the guesses of Bob are taken away");
}

#[test]
fn a_guess_that_was_found_on_the_list_is_no_other_guess() {
    let repository = repository();
    let path = "content/2026-summer/guesses/atlas.md";
    let guess = |title: &str, found: &str| {
        let guess = format!("# What they will ask for\n\n## {title}\n- Ref: {found}\n");
        repository.write(path, guess);
    };
    let told = |now: &str, what: &str| {
        let told = diff(&repository, now);
        assert!(told.contains(&format!("**Atlas**\n\n- {what}\n")), "{told}");
        repository.commit(FROZEN, "Guess");
    };
    guess("Faster pages", "");
    told(LISTING, "Bob has written down guesses");
    guess("Faster pages", "search");
    told(FROZEN, "Bob found `Faster pages` on the list");
    guess("Faster pages", "labels");
    told(FROZEN, "Bob found `Faster pages` on the list as `labels`, was `search`");
    guess("Faster pages", "");
    told(FROZEN, "Bob does not find `Faster pages` on the list any more");
    guess("Faster pages", "search");
    told(LISTING, "Bob says otherwise which items were guessed");
    guess("Slower pages", "search");
    told(FROZEN, "Bob guesses something else");
    guess("Slower pages", "Search");
    assert!(diff(&repository, FROZEN).starts_with("Nothing changes"));
}

#[test]
fn results_that_were_published_are_not_changed_in_silence() {
    let path = "content/2026-summer/record.toml";
    let record = "format = 1\nwritten = 2026-08-15T02:00:00+02:00\n\n[survey]\n\
                  asked_at = 2026-08-03T09:00:00+02:00\n\n[survey.sides.partner]\nasked = 9\n\
                  answered = 6\n\n[[questions]]\nref = \"again\"\nside = \"all\"\n\
                  answers = 6\ncounts = { \"Yes\" = 4, \"No\" = 2 }\n";
    let now = "2026-08-20T12:00:00+02:00";
    let repository = repository();
    let told = |what: &str| {
        let told = diff(&repository, now);
        assert!(told.contains(&format!("- {what}\n")), "{told}");
    };
    repository.write(path, record);
    told("the results of the survey are in");
    repository.commit(now, "Publish");
    repository.write(path, record.replace("\"No\" = 2", "\"No\" = 1"));
    told("the results of the survey are others now");
    repository.write(path, record.split_once("[[questions]]").unwrap().0);
    told("the results of the survey are taken away");
    std::fs::remove_file(repository.path(path)).unwrap();
    told("the record of who was told and what was answered is taken away");
}

#[test]
fn what_was_decided_and_published_is_not_rewritten_in_silence() {
    let record = "format = 1\nwritten = 2026-08-15T02:00:00+02:00\n\n[survey]\n\
                  asked_at = 2026-08-03T09:00:00+02:00\n\n[survey.sides.partner]\nasked = 9\n\
                  answered = 6\n";
    let results = "\n[[comments]]\nquestion = \"change\"\ntext = \"Tell us earlier.\"\n\
                   \n[[comments]]\nquestion = \"change\"\ntext = \"More of it.\"\n\
                   \n[decision]\noutcome = \"repeat\"\n";
    let published = format!("{record}{results}");
    let decision = "# Another week\n\n- Decision: again\n- Date: 2026-08-20\n\
                    - Next round: 2026-autumn\n";
    let repository = repository();
    // What a change of one file says, and nothing else.
    let told = |file: &str, before: &str, after: &str| {
        let path = format!("content/2026-summer/{file}");
        repository.write(&path, before);
        repository.commit(ASKING, "Before");
        repository.write(&path, after);
        let told = diff(&repository, "2026-08-20T12:00:00+02:00");
        std::fs::remove_file(repository.path(&path)).unwrap();
        let told = told.split("\n## What").next().unwrap().trim().to_owned();
        told.trim_start_matches("## Summer 2026\n\n- ").to_owned()
    };
    let answered = record.replace("answered = 6", "answered = 7");
    assert_eq!(
        told("record.toml", record, &answered),
        "on the partner side 7 of 9 answered, was 6 of 9"
    );
    let unasked = record.replace("asked_at = 2026-08-03T09:00:00+02:00", "");
    assert_eq!(
        told("record.toml", record, &unasked),
        "the record does not say any more that the survey went out"
    );
    for (from, to, what) in [
        ("earlier", "sooner", "reworded among the published comments: 1"),
        (
            "[[comments]]\nquestion = \"change\"\ntext = \"More of it.\"\n",
            "",
            "taken away from the published comments: 1",
        ),
        (
            "[decision]",
            "[[comments]]\nquestion = \"change\"\ntext = \"Never.\"\n\n[decision]",
            "new among the published comments: 1",
        ),
        (
            "\"repeat\"",
            "\"do not repeat\"",
            "the rule that decides about the next round says `do not repeat` now, was `repeat`",
        ),
    ] {
        assert_eq!(told("record.toml", &published, &published.replace(from, to)), what);
    }
    for (from, to, what) in [
        ("again", "not again", "decided: `not again`, was `again`"),
        ("08-20", "08-25", "decided on Tuesday 25 August 2026, was Thursday 20 August 2026"),
        ("- Date: 2026-08-20\n", "", "nothing is said any more of when it was decided"),
        ("2026-autumn", "2027-spring", "the next round is `2027-spring` now, was `2026-autumn`"),
        ("- Next round: 2026-autumn\n", "", "no next round is named any more"),
    ] {
        assert_eq!(told("decision.md", decision, &decision.replace(from, to)), what);
    }
    let undated = decision.replace("- Date: 2026-08-20\n", "");
    assert_eq!(told("decision.md", &undated, decision), "decided on Thursday 20 August 2026");
}

#[test]
fn a_diff_that_is_too_long_says_so_and_keeps_its_end() {
    let repository = repository();
    let mut round = repository.read(ROUND);
    for number in 10..50 {
        round += &format!("\n[products.p{number}]\nname = \"P{number}\"\nmanager = \"bob\"\n");
        let fresh = list(10)
            .replace("Atlas", &format!("P{number}"))
            .replace("- Ref: ", &format!("- Ref: p{number}-"));
        repository.write(&format!("content/2026-summer/lists/p{number}.md"), fresh);
    }
    repository.write(ROUND, round);
    let whole = diff(&repository, LISTING);
    let (_, mails) = whole.split_once(MAILS).unwrap();
    let within = |bytes: usize| {
        let bytes = bytes.to_string();
        let told =
            repository.run(["diff", "--since", "HEAD", "--now", LISTING, "--at-most", &bytes]);
        assert_eq!(told.code, 0, "{}", told.err);
        told.out
    };
    assert_eq!(within(whole.len()), whole);
    let short = within(6000);
    assert!(short.len() <= 6000 && whole.len() > 12000, "{} of {}", short.len(), whole.len());
    assert!(short.ends_with(&format!("{MAILS}{mails}")), "{short}");
    assert!(
        short.contains(
            " lines are left out here; without `--at-most` everything is told.*\n\n## What"
        ),
        "{short}"
    );
    assert_eq!(repository.run(["diff", "--since", "HEAD", "--at-most", "10"]).code, 2);
}

#[test]
fn a_theme_that_cannot_be_used_is_told() {
    let template = "themes/default/pages/404.html";
    let fine = Repository::new().with(template, "<p>own words</p>");
    let fine = fine.with("themes/default/static/own.svg", "<svg/>").in_git(LISTING);
    assert_eq!(diff(&fine, LISTING), "Nothing changes what anybody is told or promised.\n");
    // What cannot be read at all, and what fails only when its page is made.
    for broken in ["{% if %}", "<p>own {{ nothing }} words</p>"] {
        fine.write(template, broken);
        let told = diff(&fine, LISTING);
        assert_eq!(
            told,
            "## People and settings\n\n\
             - the theme cannot be used as it is any more, so the default one stands in for it\n\n\
             ## What the check says\n\n- 1 error more: `theme-can-be-used`\n"
        );
    }
    fine.commit(LISTING, "Break it");
    edit(&fine, LIST, "They could be nicer", "They could be better");
    let told = diff(&fine, LISTING);
    assert!(told.starts_with("Nothing changes") && !told.contains(BALANCE), "{told}");
    fine.write(template, "<p>own words</p>");
    let told = diff(&fine, LISTING);
    assert!(told.contains("- the theme can be used again\n"), "{told}");
    assert!(told.contains("- 1 error fewer: `theme-can-be-used`\n"), "{told}");
}

#[test]
fn a_theme_that_is_not_there_is_told() {
    let repository = repository();
    let settings = repository.read("littlethings.toml");
    repository.write("littlethings.toml", format!("{settings}theme = \"own\"\n"));
    let told = diff(&repository, LISTING);
    assert!(told.contains("- 1 error more: `theme-can-be-used`\n"), "{told}");
    repository.write("themes/own/static/own.svg", "<svg/>");
    assert!(!diff(&repository, LISTING).contains("theme-can"), "{}", diff(&repository, LISTING));
    repository.commit(LISTING, "Own looks");
    repository.write("littlethings.toml", settings);
    assert!(!diff(&repository, LISTING).contains("theme-can"), "{}", diff(&repository, LISTING));
}

#[test]
fn what_a_branch_did_not_do_is_not_told_of_it() {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "-c", "mine"]);
    repository.write("content/2026-summer/faq.md", "# Questions\n\nOne.\n");
    repository.commit(FROZEN, "Answer");
    repository.git(LISTING, &["switch", "-q", "main"]);
    edit(&repository, LIST, "- Status:", "- Status: done");
    repository.commit("2026-07-28T11:00:00+02:00", "Do it");
    repository.git(LISTING, &["switch", "-q", "mine"]);

    let since = |command: &str| repository.run([command, "--since", "main", "--now", WEEK]);
    let told = since("diff");
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    assert!(!told.out.contains("Invoices") && !told.out.contains(MAILS), "{}", told.out);
    assert_eq!(since("check").out, repository.run(["check", "--now", WEEK]).out);

    // What it does itself is told, and only that.
    edit(&repository, LIST, "- Status:", "- Status: started");
    let told = since("diff").out;
    assert!(told.contains("- `Invoices are a bit off` started, was submitted\n"), "{told}");
    assert!(told.contains("- Ana: `Invoices are a bit off` started\n"), "{told}");
}

#[test]
fn a_merge_is_compared_with_the_branch_that_it_goes_to() {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "-c", "mine"]);
    edit(&repository, LIST, "- Status:", "- Status: started");
    repository.commit(FROZEN, "Start");
    repository.git(LISTING, &["switch", "-q", "main"]);
    edit(&repository, LIST, "- Ref: search\n- Status:", "- Ref: search\n- Status: started");
    repository.commit("2026-07-28T11:00:00+02:00", "Start another");
    repository.git(WEEK, &["merge", "-q", "-m", "Merge pull request #7", "mine"]);
    let told = repository.run(["diff", "--since", "HEAD^1", "--now", WEEK]).out;
    assert!(told.contains("`Invoices are a bit off` started"), "{told}");
    assert!(!told.contains("Search"), "{told}");
}

#[test]
fn what_a_merge_brings_was_no_news_of_where_it_goes_to() {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "-c", "mine"]);
    edit(&repository, LIST, "- Status:", "- Estimate: 1 day\n- Status: started");
    repository.commit("2026-07-27T10:00:00+02:00", "Start");
    repository.git(LISTING, &["switch", "-q", "main"]);
    edit(&repository, LIST, "## Colophon are a bit off", "## Colophon has no year");
    repository.commit("2026-07-27T11:00:00+02:00", "Write better");
    // As a forge checks a pull request out.
    repository.git(WEEK, &["switch", "-q", "--detach"]);
    repository.git(WEEK, &["merge", "-q", "-m", "Merge abc into def", "mine"]);
    let told = repository.run(["diff", "--since", "HEAD^1", "--now", WEEK]).out;
    assert!(told.contains("- `Invoices are a bit off` started, was submitted\n"), "{told}");
    assert!(told.contains("- Ana: `Invoices are a bit off` started\n"), "{told}");
    assert!(!told.contains("started-gets-finished"), "{told}");
}

#[test]
fn what_a_branch_did_step_by_step_left_no_step_out() {
    let ready = |text: String| text.replace("- Status:", "- Estimate: 1 day\n- Status:");
    let status = |from: &str, to: &str, repository: &Repository| {
        edit(repository, LIST, &format!("- Status:{from}"), &format!("- Status:{to}"));
    };
    let merged = |steps: &[(&str, &str)]| {
        let repository = Repository::new().with(LIST, &ready(list(10))).in_git(LISTING);
        repository.git(LISTING, &["switch", "-q", "-c", "mine"]);
        for (from, to) in steps {
            status(from, to, &repository);
            repository.commit("2026-07-28T10:00:00+02:00", "Step");
        }
        repository.git(LISTING, &["switch", "-q", "main"]);
        edit(&repository, LIST, "They could be nicer", "They could be better");
        repository.commit("2026-07-28T11:00:00+02:00", "Write better");
        // As a forge checks a pull request out.
        repository.git(WEEK, &["switch", "-q", "--detach"]);
        repository.git(WEEK, &["merge", "-q", "-m", "Merge abc into def", "mine"]);
        let told = repository.run(["diff", "--since", "HEAD^1", "--now", WEEK]).out;
        assert!(told.contains("- `Invoices are a bit off` done, was submitted\n"), "{told}");
        assert_eq!(told.contains("started-gets-finished"), steps.len() == 1, "{told}");
        findings(&repository, &["--since", "HEAD^1"])
    };
    let line = list(10).lines().position(|line| line == "- Status:").unwrap() + 2;
    assert_eq!(
        merged(&[("\n", " done\n")]),
        [format!(
            "{line}: `Invoices are a bit off` went from submitted to done in one step; \
             from submitted an item goes to `skipped` or `started`"
        )]
    );
    assert_eq!(merged(&[("\n", " started\n"), (" started", " done")]), [""; 0]);
}

#[test]
fn what_has_nothing_in_common_is_not_compared() {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "--orphan", "other"]);
    repository.git(LISTING, &["commit", "-q", "--allow-empty", "-m", "Other"]);
    repository.git(LISTING, &["switch", "-q", "main"]);
    for command in ["check", "diff"] {
        let told = repository.run([command, "--since", "other", "--now", LISTING]);
        assert_eq!((told.code, told.out.as_str()), (2, ""));
        assert!(told.err.contains("both `other` and what is checked out"), "{}", told.err);
    }
}

#[test]
fn a_commit_may_be_named_by_its_title() {
    let repository = repository().with_in_list("- Owner: Rui Lopes", "- Owner: Ana Duarte");
    repository.commit(LISTING, "Hand over");
    for (title, changes) in [(":/^Begin", true), (":/Hand", false)] {
        let told = repository.run(["diff", "--since", title, "--now", LISTING]);
        assert_eq!(
            (told.code, told.out.contains("owner of")),
            (0, changes),
            "{}{}",
            told.out,
            told.err
        );
        assert_eq!(repository.run(["check", "--since", title, "--now", LISTING]).code, 0);
    }
    assert_eq!(repository.run(["diff", "--since", ":/nothing like it"]).code, 2);
}

/// The list with one item started in the week, and a copy of it above all others.
fn with_a_copy() -> Repository {
    let text = list(10)
        .replace("- Status:\n", "- Status: submitted\n")
        .replace("- Ref: export\n", "- Ref: export\n- Estimate: 1 day\n");
    let repository = Repository::new().with(LIST, &text).in_git(LISTING);
    let from = "- Ref: export\n- Estimate: 1 day\n- Status: submitted";
    edit(&repository, LIST, from, &from.replace("submitted", "started"));
    repository.commit("2026-07-27T10:00:00+02:00", "Start");
    let copy = "## Something new\n- Owner: Marta Vogel\n- Kind: bug\n- Ref: export\n\
                - Estimate: 1 day\n- Status: submitted\n\nThey could be nicer.\n\n";
    edit(&repository, LIST, "## Invoices", &format!("{copy}## Invoices"));
    repository
}

/// The findings that are no hints, at their lines.
fn findings(repository: &Repository, arguments: &[&str]) -> Vec<String> {
    let told = repository.run([&["check", "--format", "json", "--now", WEEK], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let all = report["findings"].as_array().unwrap().iter().filter(|it| it["severity"] != "hint");
    all.map(|it| format!("{}: {}; {}", it["line"], it["message"], it["help"]).replace('"', ""))
        .collect()
}

#[test]
fn a_copy_is_new_and_leaves_the_original_what_it_was() {
    let repository = with_a_copy();
    let told = diff(&repository, WEEK);
    let (changes, rest) = told.split_once("\n## What").unwrap();
    assert!(
        changes.ends_with("**Atlas**\n\n- new at 1 after the freeze: `Something new` (Marta)\n")
    );
    assert!(!rest.contains("is not theirs"), "{rest}");
    for since in [&[][..], &["--since", "HEAD"]] {
        let told = findings(&repository, since);
        let refs: Vec<&String> = told.iter().filter(|it| it.contains("export")).collect();
        assert_eq!(
            refs,
            ["10: `export` is already the ref of `Export are a bit off` in \
              content/2026-summer/lists/atlas.md:43; write `- Ref: something-new`, or take the line \
              away: `littlethings fmt` finds a new one"]
        );
        assert!(!told.iter().any(|it| it.contains("was started on")), "{told:?}");
    }
}

#[test]
fn a_copy_has_a_page_of_its_own_and_the_original_keeps_its_page() {
    let repository = with_a_copy();
    let page = |name: &str| {
        assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
        let page = repository.read(&format!("public/2026-summer/items/{name}.html"));
        let (_, title) = page.split_once("<h1").unwrap();
        let title = title.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned();
        (title, page.contains("class=\"story\""))
    };
    let original = ("Export are a bit off".to_owned(), true);
    assert_eq!(page("export"), original);
    assert_eq!(page("export-2"), ("Something new".to_owned(), false));
    // That somebody commits it as it is makes it no other, nor does a new title of the original.
    repository.commit("2026-07-28T10:00:00+02:00", "Copy");
    assert_eq!(page("export"), original);
    edit(&repository, LIST, "## Something new", "## Something newer");
    assert_eq!(page("export"), original);
}

#[test]
fn a_ref_that_is_written_on_another_item_is_one_fault() {
    let repository = repository();
    edit(&repository, LIST, "- Ref: labels", "- Ref: invoices");
    let told = diff(&repository, WEEK);
    let (changes, _) = told.split_once("\n## What").unwrap();
    let line = "- the ref of `Labels are a bit off` is `invoices` now, was `labels`\n";
    assert!(changes.ends_with(&format!("**Atlas**\n\n{line}")), "{changes}");
    for since in [&[][..], &["--since", "HEAD"]] {
        assert_eq!(
            findings(&repository, since),
            ["18: `invoices` is already the ref of `Invoices are a bit off` in \
              content/2026-summer/lists/atlas.md:10; write `- Ref: labels`, or take the line away: \
              `littlethings fmt` finds a new one"]
        );
    }
    assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
    let page = repository.read("public/2026-summer/lists/atlas.html");
    assert!(page.contains("Nothing was added, removed or moved."), "{page}");
}

#[test]
fn the_ref_that_an_item_had_is_offered_also_before_the_deadline_and_once_committed() {
    let repository =
        Repository::new().with(LIST, &list(10).replace("- Ref: labels", "- Ref: tags"));
    let repository = repository.in_git(LISTING);
    edit(&repository, LIST, "- Ref: tags", "- Ref: invoices");
    let is_offered = |r#ref: &str| {
        let told = repository.run(["check", "--now", LISTING]).out;
        assert!(told.contains("is already the ref of `Invoices are a bit off`"), "{told}");
        assert!(told.contains(&format!("write `- Ref: {}`, or take", r#ref)), "{told}");
    };
    is_offered("tags");
    repository.commit(LISTING, "Retype");
    is_offered("tags");
    // Whatever it had, nobody may have it twice.
    edit(&repository, LIST, "- Ref: search", "- Ref: tags");
    is_offered("labels-are-a-bit-off");
}

#[test]
fn a_finding_in_a_file_with_another_name_is_no_other_finding() {
    let unknown = list(9).replacen("Rui Lopes", "Somebody Else", 1);
    let repository = Repository::new().with(LIST, &unknown).in_git(LISTING);
    std::fs::rename(repository.path(LIST), repository.path(&LIST.replace("atlas", "globe")))
        .unwrap();
    edit(&repository, ROUND, "products.atlas", "products.globe");
    let told = diff(&repository, LISTING);
    assert_eq!(told.matches("\n- ").count(), 1, "its address alone: {told}");
    assert!(!told.contains("What the check says"), "{told}");
}

/// The round in a folder of another name, after some edits of its round.toml.
fn with_another_folder(edits: &[(&str, &str)]) -> Repository {
    let repository = Repository::new().with(LIST, &list(9)).in_git(LISTING);
    for (from, to) in edits {
        edit(&repository, ROUND, from, to);
    }
    let (old, new) = ("content/2026-summer", "content/2026-summer-week");
    std::fs::rename(repository.path(old), repository.path(new)).unwrap();
    repository
}

#[test]
fn a_round_whose_folder_has_another_name_is_the_same_round_at_another_address() {
    let line = "- the round has another address: its folder is called `2026-summer-week` now, was \
                `2026-summer`\n";
    let repository = with_another_folder(&[]);
    let told = diff(&repository, LISTING);
    assert_eq!(
        told,
        format!(
            "## Summer 2026\n\n{line}\n## What the check says\n\n- 1 error more: `ref-is-unique`\n\n\
             {MAILS}\n\n- Ana, Marta, Rui, Eva and Bob: the invitation\n"
        )
    );
    assert_eq!(
        findings(&repository, &["--since", "HEAD"]).last().unwrap(),
        "1: the folder of `Summer 2026` was called 2026-summer until now, and with that address the \
         pages of 9 items are gone; call it 2026-summer again: links lead there, and \
         whoever had letters would get them once more"
    );
    // What else is other in it is told of it.
    let list = LIST.replace("2026-summer", "2026-summer-week");
    edit(&repository, &list, "- Ref: search\n- Status:", "- Ref: search\n- Status: started");
    let told = diff(&repository, WEEK);
    let started = "**Atlas**\n\n- `Search are a bit off` started, was submitted\n";
    assert!(told.starts_with(&format!("## Summer 2026\n\n{line}\n{started}")), "{told}");
}

#[test]
fn a_round_is_the_same_only_if_it_can_be_no_other() {
    let title = ("Summer 2026", "A week in summer");
    let week = ("last = 2026-07-31", "last = 2026-07-30");
    let is_same = |edits: &[(&str, &str)]| {
        let told = diff(&with_another_folder(edits), LISTING);
        assert_eq!(told.contains("a new round"), told.contains("the round is taken away"));
        assert_eq!(told.contains("a new round"), !told.contains("another address"), "{told}");
        told.contains("another address")
    };
    assert!(is_same(&[title]) && is_same(&[week]));
    assert!(!is_same(&[title, week]));
    // Two of which either may be meant.
    let repository = with_another_folder(&[]);
    for (path, bytes) in repository.files("content/2026-summer-week") {
        repository.write(&format!("content/2026-july/{path}"), bytes);
    }
    let told = diff(&repository, LISTING);
    assert_eq!(told.matches("a new round").count(), 2, "{told}");
}

#[test]
fn a_person_of_another_name_or_id_is_told_once_and_owns_what_they_owned() {
    let told_of = |from: &str, to: &str| {
        let repository = repository();
        edit(&repository, PEOPLE, from, to);
        let told = diff(&repository, LISTING);
        told.split("\n## What").next().unwrap().trim().to_owned()
    };
    let line = |what: &str| format!("## People and settings\n\n- {what}");
    assert_eq!(told_of("Ana Duarte", "Ana Silva"), line("changed among the people: Ana"));
    assert_eq!(told_of("[ana]", "[anna]"), line("under another id: Ana"));
    assert_eq!(told_of("[bob]", "[bobby]"), line("under another id: Bob"));
    // Whoever has another name and another id may be anybody.
    let other = told_of("[rui]\nname = \"Rui Lopes\"", "[rita]\nname = \"Rita Lopes\"");
    assert!(other.contains("new among the people: Rita"), "{other}");
    assert!(other.contains("taken away from the people: Rui"), "{other}");
}

#[test]
fn of_a_list_that_is_hidden_nothing_was_taken_away() {
    for opening in ["<!-- foo", "```"] {
        let repository = repository();
        edit(&repository, LIST, "- Ref: labels", &format!("{opening}\n- Ref: labels"));
        let lines = |what: &str| format!("## Summer 2026\n\n**Atlas**\n\n- {what}\n");
        let told = diff(&repository, FROZEN);
        let hidden = lines("a part of the list is hidden, so what changes on it cannot be told");
        assert!(told.starts_with(&format!("{hidden}\n## What the check says")), "{told}");
        repository.commit(FROZEN, "Hide");
        // As long as it is hidden, what can be seen is compared, and nothing else is missed.
        let text = list(10).replace("## Invoices are a bit off", "## Invoices are wrong");
        repository.write(LIST, text.replace("## Labels", &format!("{opening}\n## Labels")));
        let told = diff(&repository, FROZEN);
        assert!(told.contains("is called `Invoices are wrong` now"), "{told}");
        assert!(!told.contains("taken away"), "{told}");
        repository.write(LIST, list(10));
        let told = diff(&repository, FROZEN);
        let seen = "nothing of the list is hidden any more; what else changes cannot be told";
        assert!(told.contains(&format!("**Atlas**\n\n- {seen}\n")), "{told}");
        repository.write(LIST, "<!--\n# Atlas\n");
        assert!(!diff(&repository, FROZEN).contains("new at"));
    }
}

#[test]
fn a_list_page_calls_nothing_removed_that_may_be_hidden() {
    let freeze = |text: String| {
        let repository = repository();
        repository.write(LIST, text);
        assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
        let page = repository.read("public/2026-summer/lists/atlas.html");
        let told = page.split_once("id=\"s.frozen\"").map(|(_, told)| told.to_owned());
        told.map(|told| told.split_once("</section>").unwrap().0.to_owned())
    };
    let text = list(10);
    let (shown, _) = text.split_once("## Labels").unwrap();
    assert_eq!(freeze(shown.to_owned()).unwrap().matches("Removed").count(), 9);
    for opening in ["<!-- foo", "```"] {
        let hidden = |text: &str| text.replace("## Labels", &format!("{opening}\n\n## Labels"));
        assert_eq!(freeze(hidden(&text)), None, "nobody can tell: {opening}");
        let retyped = text.replace("- Ref: invoices", "- Ref: bells").replace("Invoices", "Bells");
        let told = freeze(hidden(&retyped)).unwrap();
        assert!(told.contains("Bells are a bit off") && !told.contains("Removed"), "{told}");
    }
}

#[test]
fn a_diff_and_the_check_name_the_same_item_as_moved() {
    let repository = repository();
    let text = repository.read(LIST);
    let at = ["## Labels", "## Search", "## Export"].map(|title| text.find(title).unwrap());
    let [labels, search] = [&text[at[0]..at[1]], &text[at[1]..at[2]]];
    repository.write(LIST, [&text[..at[0]], search, labels, &text[at[2]..]].concat());
    let told = diff(&repository, WEEK);
    assert!(
        told.contains("\n- `Labels are a bit off` moved from 2 to 3 after the freeze\n"),
        "{told}"
    );
    assert_eq!(
        findings(&repository, &[]),
        ["23: `Labels are a bit off` was moved after the lists were due; put it back to place 2"]
    );
    // The first three the other way round: the second is where it was.
    let export = text.find("## Export").unwrap();
    let [invoices, search] =
        [text.find("## Invoices").unwrap(), at[1]].map(|it| (it, text[it..export].to_owned()));
    let turned =
        [&text[..invoices.0], &search.1, labels, &text[invoices.0..at[0]], &text[export..]];
    repository.write(LIST, turned.concat());
    let told = diff(&repository, WEEK);
    for moved in
        ["`Search are a bit off` moved from 3 to 1", "`Invoices are a bit off` moved from 1 to 3"]
    {
        assert!(told.contains(moved), "{told}");
    }
    assert_eq!((told.matches(" moved from ").count(), findings(&repository, &[]).len()), (2, 2));
}

#[test]
fn another_wish_in_the_place_of_one_is_no_new_name_of_it() {
    let without_refs = list(10).replace("- Ref: labels\n", "").replace("- Ref: search\n", "");
    let repository = Repository::new().with(LIST, &without_refs).in_git(LISTING);
    let labels = "## Labels are a bit off\n- Owner: Marta Vogel\n- Kind: bug\n- Status:\n\n\
                  They could be nicer.";
    let machine = labels
        .replace("Labels are a bit off", "A coffee machine for Lisbon")
        .replace("They could be nicer.", "The old one leaks.");
    edit(&repository, LIST, labels, &machine);
    edit(&repository, LIST, "## Search are a bit off", "## Nobody finds anything");
    let told = diff(&repository, FROZEN);
    let (changes, _) = told.split_once("\n## What").unwrap();
    assert_eq!(
        changes,
        "## Summer 2026\n\n**Atlas**\n\n\
         - new at 2 after the freeze: `A coffee machine for Lisbon` (Marta)\n\
         - `Search are a bit off` is called `Nobody finds anything` now\n\
         - the ref of `Nobody finds anything` is `nobody-finds-anything` now, was \
         `search-are-a-bit-off`\n\
         - taken away after the freeze: `Labels are a bit off`\n"
    );
    let told = findings(&repository, &["--since", "HEAD"]);
    let said = "`A coffee machine for Lisbon` was added after the lists were due";
    assert_eq!(told.iter().filter(|it| it.contains("coffee")).count(), 1, "{told:?}");
    assert!(told.iter().any(|it| it.contains(said)), "{told:?}");
}

/// Adds a product whose list is the end of Atlas's, from some heading on, and what stands before it.
fn split_off(repository: &Repository, heading: &str, fresh: &str) {
    let text = repository.read(LIST);
    let (kept, moved) = text.split_at(text.find(heading).unwrap());
    repository.write(LIST, kept);
    repository.write(&LIST.replace("atlas", "globe"), format!("# Globe\n\n{fresh}{moved}"));
    let globe = "\n[products.globe]\nname = \"Globe\"\nmanager = \"bob\"\n";
    repository.write(ROUND, repository.read(ROUND) + globe);
}

#[test]
fn of_a_list_that_is_split_is_told_what_came_from_where_and_what_became_of_it() {
    let split = || {
        let repository = Repository::new().with(LIST, &list(4)).in_git(LISTING);
        let fresh = "## Bells\n- Owner: Rui Lopes\n- Estimate: 1 day\n- Status: started\n\n";
        split_off(&repository, "## Search", fresh);
        let globe = LIST.replace("atlas", "globe");
        edit(&repository, &globe, "- Ref: search\n- Status:", "- Ref: search\n- Status: started");
        repository
    };
    let repository = split();
    let told = diff(&repository, WEEK);
    let came = "- `Search are a bit off` came from Atlas after the freeze\n\
                - `Search are a bit off` started, was submitted\n\
                - `Export are a bit off` came from Atlas after the freeze\n";
    assert!(
        told.starts_with(&format!(
            "## Summer 2026\n\n**Globe**\n\n\
             - a new list of 3 items, 1 of them new: `Bells` (Rui), started\n{came}\n## What"
        )),
        "{told}"
    );
    // And back again, on a list that was taken away.
    repository.commit(WEEK, "Split");
    edit(&repository, ROUND, "\n[products.globe]\nname = \"Globe\"\nmanager = \"bob\"\n", "");
    let globe = repository.read(&LIST.replace("atlas", "globe"));
    std::fs::remove_file(repository.path(&LIST.replace("atlas", "globe"))).unwrap();
    let (_, moved) = globe.split_at(globe.find("## Search").unwrap());
    repository.write(LIST, repository.read(LIST) + moved);
    let told = diff(&repository, LISTING);
    assert!(told.contains("`Search are a bit off` came from Globe\n"), "{told}");
    let gone = "**Globe**\n\n- the product is taken away, with 1 of its 3 items\n";
    assert!(told.contains(gone), "{told}");
}

#[test]
fn a_list_whose_items_are_all_on_another_takes_none_away() {
    let repository = Repository::new().with(LIST, &list(2)).in_git(LISTING);
    split_off(&repository, "## Invoices", "");
    std::fs::remove_file(repository.path(LIST)).unwrap();
    let told = diff(&repository, LISTING);
    assert!(
        told.starts_with(
            "## Summer 2026\n\n\
             **Atlas**\n\n- the list is taken away; its 2 items came to other lists\n\n\
             **Globe**\n\n- a new list of 2 items\n\
             - `Invoices are a bit off` came from Atlas\n- `Labels are a bit off` came from Atlas\n"
        ),
        "{told}"
    );
}

#[test]
fn a_ref_in_capitals_moves_neither_its_page_nor_its_news() {
    let repository = repository();
    let from = "- Ref: labels\n- Status:";
    edit(&repository, LIST, from, &format!("{from} started"));
    repository.commit("2026-07-27T10:00:00+02:00", "Start");
    let pages = || {
        assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
        let feed = repository.read("public/2026-summer/feed.xml");
        let news = feed.split("<entry>").filter(|entry| entry.contains("Labels"));
        let at = |entry: &str| {
            let (_, id) = entry.split_once("<id>").unwrap();
            let (_, page) = entry.split_once("href=\"").unwrap();
            [id, page].map(|it| it.split(['<', '"']).next().unwrap().to_owned())
        };
        let news: Vec<[String; 2]> = news.map(at).collect();
        (repository.files("public/2026-summer/items").into_keys().collect::<Vec<_>>(), news)
    };
    let before = pages();
    assert!(before.0.contains(&"labels.html".to_owned()) && !before.1.is_empty(), "{before:?}");
    edit(&repository, LIST, "- Ref: labels", "- Ref: Labels");
    assert_eq!(pages(), before);
    repository.commit("2026-07-28T10:00:00+02:00", "Shout");
    edit(&repository, LIST, "- Ref: Labels\n- Status: started", "- Ref: LABELS\n- Status: done");
    let after = pages();
    assert_eq!(after.0, before.0);
    assert!(after.1.ends_with(&before.1), "{after:?}");
}

#[test]
fn a_choice_with_other_words_is_no_answer() {
    let path = "content/2026-summer/survey.md";
    let repository = repository();
    let told = |from: &str, to: &str| {
        let before = repository.read(path);
        edit(&repository, path, from, to);
        let told = diff(&repository, LISTING);
        repository.write(path, before);
        let (_, told) = told.split_once("## Summer 2026\n\n- ").unwrap();
        told.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let again = "`Should there be another week?`";
    assert_eq!(
        told("- No", "- Nein, nie"),
        format!("a choice of {again} is `Nein, nie` now, was `No`")
    );
    assert_eq!(
        told("- Yes\n  - No", "- Yes\n  - Never\n  - Perhaps"),
        format!(
            "{again} has no choice `No` any more\n- {again} has a new choice: `Never`\n\
             - {again} has a new choice: `Perhaps`"
        )
    );
    let other_order = format!("the choices of {again} stand in another order");
    assert_eq!(told("- Yes\n  - No", "- No\n  - Yes"), other_order);
    let other_kind = format!("{again} asks for another kind of answer");
    assert_eq!(told("choose one\n  - Yes\n  - No", "scale 1 to 5"), other_kind);
}

#[test]
fn a_question_with_another_ref_is_no_new_question() {
    let repository = repository();
    edit(&repository, "content/2026-summer/survey.md", "- Ref: again", "- Ref: once-more");
    let told = diff(&repository, LISTING);
    let line = "- `Should there be another week?` has another ref now";
    assert_eq!(told.trim(), format!("## Summer 2026\n\n{line}"));
}

#[test]
fn a_rule_and_the_hubs_that_must_agree_come_change_and_go() {
    let rule = "\n[decision]\nquestion = \"again\"\ncounts_as_yes = [\"Yes\"]\n\
                repeat_if = { answered = 0.5, yes = 0.6 }\n";
    let repository = repository();
    let plain = repository.read(ROUND);
    let told = |before: &str, after: &str| {
        repository.write(ROUND, plain.clone() + before);
        repository.commit(LISTING, "Before");
        repository.write(ROUND, plain.clone() + after);
        diff(&repository, LISTING)
    };
    let its = "- the rule that decides about the next round";
    assert!(told("", rule).contains(&format!("{its} is new\n")));
    assert!(told(rule, &rule.replace("0.6", "0.7")).contains(&format!("{its} is another\n")));
    assert!(told(rule, "").contains(&format!("{its} is taken away\n")));
    let berlin = "hubs = [\"Berlin\"]\n";
    let (narrower, wider) = (told("", berlin), told(berlin, ""));
    assert!(narrower.contains("- Berlin must agree now, instead of Berlin and Lisbon\n"));
    assert!(wider.contains("- Berlin and Lisbon must agree now, instead of Berlin\n"));
}

#[test]
fn whoever_fills_in_a_slot_is_asked_for_no_ref() {
    let repository = Repository::new().with(LIST, &list(0)).in_git(LISTING);
    repository.write(LIST, list(10).replace("- Ref: labels\n", ""));
    assert!(
        !diff(&repository, LISTING).contains("ref-is-unique"),
        "{}",
        diff(&repository, LISTING)
    );
    let told = repository.run(["check", "--since", "HEAD", "--now", LISTING]).out;
    let left = "leave it so: whoever keeps the round types `littlethings fmt`";
    assert!(told.contains("1 item without a ref") && told.contains(left), "{told}");
}
