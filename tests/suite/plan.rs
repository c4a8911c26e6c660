//! Who hears what and when, told as stories: a repository, edits, instants, and the letters of each.

use jiff::Timestamp;
use littlethings::mail::{Genre, Plan, Told, ToldNotice, ToldState, plan};

use crate::repository::Repository;

const INVITED: &str = "2026-07-06T09:00:00+02:00";
const LISTING: &str = "2026-07-17T10:00:00+02:00";
const FROZEN: &str = "2026-07-24T10:00:00+02:00";
const MONDAY: &str = "2026-07-27T12:00:00+02:00";
const TUESDAY: &str = "2026-07-28T12:00:00+02:00";
const ASKING: &str = "2026-08-03T10:00:00+02:00";
const CLOSED: &str = "2026-08-15T12:00:00+02:00";

const LIST: &str = "content/2026-summer/lists/atlas.md";
const ROUND: &str = "content/2026-summer/round.toml";
const PEOPLE: &str = "content/people.toml";
const SETTINGS: &str = "littlethings.toml";

/// A repository, and what its people were told so far.
struct Story {
    repository: Repository,
    told: Told,
}

impl Story {
    fn new() -> Story {
        let repository = Repository::new();
        let settings = repository.read(SETTINGS) + "[survey]\nurl = \"https://a.example.org/\"\n";
        Story { repository: repository.with(SETTINGS, &settings), told: Told::default() }
    }

    /// A story that begins on Monday of the week, when all that came before was told.
    fn on_monday() -> Story {
        let mut story = Story::new();
        for now in [INVITED, LISTING, FROZEN, MONDAY] {
            story.tell(now);
        }
        story
    }

    /// Changes what stands in a file.
    fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = self.repository.read(path);
        assert!(text.contains(from), "`{from}` is not in {path}");
        self.repository.write(path, text.replacen(from, to, 1));
    }

    /// Gives the first item, invoices of Ana's, another status.
    fn status(&mut self, status: &str) {
        let text = self.repository.read(LIST);
        let (before, rest) = text.split_once("- Status:").unwrap();
        let (_, after) = rest.split_once('\n').unwrap();
        self.repository.write(LIST, format!("{before}- Status: {status}\n{after}"));
    }

    fn plan(&self, now: &str) -> Plan {
        let content = littlethings::content::read(&self.repository.path("")).unwrap();
        plan(&content.site, &self.told, at(now))
    }

    /// Who would hear what, one line a letter.
    fn due(&self, now: &str) -> Vec<String> {
        letters(&self.plan(now))
    }

    /// The same, and they hear it.
    fn tell(&mut self, now: &str) -> Vec<String> {
        self.hear(now, ToldState::Accepted)
    }

    fn hear(&mut self, now: &str, state: ToldState) -> Vec<String> {
        let plan = self.plan(now);
        for draft in &plan.drafts {
            self.told.notices.extend(draft.notices.iter().map(|notice| ToldNotice {
                key: notice.key.clone(),
                said: notice.said.clone(),
                address: draft.person.mail.clone(),
                line: String::new(),
                state,
                at: at(now),
            }));
        }
        letters(&plan)
    }

    fn answered(&mut self, person: &str) {
        let answered = self.told.answered.entry("2026-summer".into()).or_default();
        answered.insert(person.into());
    }
}

fn at(now: &str) -> Timestamp {
    now.parse().unwrap()
}

/// `ana started invoices, done labels` · `bob invitation`
fn letters(plan: &Plan) -> Vec<String> {
    let said = |draft: &littlethings::mail::Draft| {
        let about = |notice: &littlethings::mail::Notice| match notice.key.subject.as_str() {
            "-" => notice.key.kind.word().to_owned(),
            subject => format!("{} {subject}", notice.key.kind.word()),
        };
        let notices: Vec<String> = draft.notices.iter().map(about).collect();
        format!("{} {}", draft.person.id, notices.join(", "))
    };
    plan.drafts.iter().map(said).collect()
}

/// What is withheld, with the line that is to be mended.
fn withheld(plan: &Plan) -> Vec<String> {
    let said = |it: &littlethings::mail::Withheld| {
        format!("{}:{}: {}; {}", it.place.path, it.place.line, it.message, it.help)
    };
    plan.withheld.iter().map(said).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn everybody_is_invited_once_on_the_day_at_nine() {
    let mut story = Story::new();
    story.edit(LIST, "Agreed by Berlin: yes", "Agreed by Berlin: not yet");
    assert_eq!(story.due("2026-07-06T08:59:59+02:00"), NOTHING);
    let invited = ["ana", "marta", "rui", "eva", "bob"].map(|id| format!("{id} invitation"));
    assert_eq!(story.tell(INVITED), invited);
    assert_eq!(story.due(INVITED), NOTHING);

    let late = "\n[noa]\nname = \"Noa Levi\"\nmail = \"noa@example.org\"\nside = \"partner\"\n";
    story.edit(PEOPLE, "[jonas]", &format!("{}\n[jonas]", late.trim_start()));
    assert!(story.due(LISTING).contains(&"noa invitation".to_owned()));
    assert_eq!(
        story.due("2026-07-24T10:00:00+02:00").iter().filter(|it| it.contains("invit")).count(),
        0
    );
}

#[test]
fn another_id_for_a_person_tells_them_nothing_twice() {
    let mut story = Story::on_monday();
    story.status("started");
    assert_eq!(story.tell(MONDAY), ["ana started invoices"]);
    story.answered("ana");

    story.edit(PEOPLE, "[ana]", "[anna]");
    assert_eq!(story.due(TUESDAY), NOTHING);
    story.status("done");
    assert_eq!(story.tell(TUESDAY), ["anna done invoices"]);
    assert_eq!(story.due(TUESDAY), NOTHING);
    let asked = story.due(ASKING);
    assert!(asked.iter().any(|it| it == "rui survey"), "{asked:?}");
    assert!(!asked.iter().any(|it| it.starts_with("anna survey")), "{asked:?}");
}

#[test]
fn two_people_with_one_address_stay_two() {
    let mut story = Story::new();
    story.edit(PEOPLE, "rui@example.org", "ana@example.org");
    for now in [INVITED, LISTING, FROZEN, MONDAY] {
        story.tell(now);
    }
    let people = story.repository.read(PEOPLE);
    let (before, rest) = people.split_once("[ana]").unwrap();
    let (_, after) = rest.split_once("\n[").unwrap();
    story.repository.write(PEOPLE, format!("{before}[{after}"));
    story.edit(LIST, "- Owner: Ana Duarte", "- Owner: Rui Lopes");
    let due = story.due(MONDAY);
    assert!(due.iter().any(|it| it.starts_with("rui") && it.contains("invoices")), "{due:?}");
}

#[test]
fn an_invitation_without_its_text_is_withheld_and_says_where_to_write_it() {
    let story = Story::new();
    std::fs::remove_file(story.repository.path("content/2026-summer/invitation.md")).unwrap();
    let plan = story.plan("2026-07-06T09:00:00+02:00");
    let withheld = &plan.withheld[0];
    assert_eq!(withheld.message, "invitation.md is missing");
    assert_eq!(withheld.place.path.as_ref(), "content/2026-summer/invitation.md");
}

#[test]
fn only_hubs_that_have_not_agreed_are_asked_for_their_lists() {
    let mut story = Story::new();
    story.edit(LIST, "Agreed by Berlin: yes, Marta, 20 July", "Agreed by Berlin: not yet");
    story.tell(INVITED);
    assert_eq!(story.due("2026-07-17T09:59:00+02:00"), NOTHING);
    assert_eq!(story.tell(LISTING), ["marta lists-due atlas", "eva lists-due atlas"]);
    assert_eq!(story.due(LISTING), NOTHING);
    story.edit(LIST, "Agreed by Berlin: not yet", "Agreed by Berlin: yes");
    assert_eq!(story.tell("2026-07-22T10:00:00+02:00"), ["ana list-complete atlas"]);
}

#[test]
fn the_manager_of_a_product_without_a_list_is_asked_for_it() {
    let mut story = Story::new();
    story.tell(INVITED);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    assert_eq!(story.tell(LISTING), ["bob lists-due atlas"]);
    assert_eq!(story.tell(LISTING), NOTHING);
}

#[test]
fn where_nobody_knows_the_manager_the_coordinators_are_asked_for_the_list() {
    let mut story = Story::new();
    story.edit(ROUND, "[\"ana\"]", "[\"anna\", \"rui\"]");
    story.edit(ROUND, "manager = \"bob\"", "manager = \"bop\"");
    story.tell(INVITED);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    let plan = story.plan(LISTING);
    assert_eq!(
        withheld(&plan),
        [
            format!(
                "{ROUND}:3: the coordinator `anna` is not in people.toml; \
                     write the id of somebody who is there, such as `ana`"
            ),
            format!(
                "{ROUND}:14: the manager of `Atlas`, `bop`, is not in people.toml; \
                     write the id of somebody who is there, such as `bob`"
            ),
        ]
    );
    assert_eq!(story.tell(LISTING), ["rui lists-due atlas"]);
    assert_eq!(story.due(LISTING), NOTHING);
    story.edit(ROUND, "manager = \"bop\"", "manager = \"bob\"");
    assert_eq!(story.tell(LISTING), ["bob lists-due atlas"], "it is theirs all the same");
}

#[test]
fn where_no_letter_reaches_the_manager_the_coordinators_are_asked_for_the_list() {
    let because = [
        ("[bob]\n", "[bob]\nleft = 2026-07-10\n"),
        ("mail = \"bob@example.org\"\n", "mail = \"\"\n"),
    ];
    for (from, to) in because {
        let mut story = Story::new();
        story.tell(INVITED);
        std::fs::remove_file(story.repository.path(LIST)).unwrap();
        story.edit(PEOPLE, from, to);
        let plan = story.plan(LISTING);
        assert_eq!((plan.withheld.len(), letters(&plan)), (1, vec!["ana lists-due atlas".into()]));
    }
    let mut story = Story::new();
    story.hear(INVITED, ToldState::Refused);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    story.edit(PEOPLE, "ana@example.org", "ana.duarte@example.org");
    assert!(story.due(LISTING).contains(&"ana lists-due atlas".to_owned()), "Bob was refused");
}

#[test]
fn a_coordinator_who_has_left_is_named_once_and_keeps_nothing_from_the_others() {
    let mut story = Story::new();
    story.edit(ROUND, "[\"ana\"]", "[\"eva\", \"rui\"]");
    story.edit(PEOPLE, "[eva]\n", "[eva]\nleft = 2026-07-01\n");
    assert!(story.tell(INVITED).contains(&"rui list-complete atlas".to_owned()));
    let left = format!(
        "{ROUND}:3: the coordinator `Eva Sand` has left; \
                        write the id of somebody who is there"
    );
    assert_eq!(withheld(&story.plan(LISTING)), [left]);
    assert_eq!(story.due(LISTING), NOTHING);
    story.edit(ROUND, "[\"eva\", \"rui\"]", "[\"marta\", \"rui\"]");
    assert_eq!(story.tell(LISTING), ["marta list-complete atlas"]);
    assert_eq!(story.plan(LISTING), Plan::default());
}

/// Gives a product and its list another key.
fn rename(story: &mut Story, old: &str, new: &str) {
    let path = |name: &str| format!("content/2026-summer/lists/{name}.md");
    let list = story.repository.read(&path(old));
    std::fs::remove_file(story.repository.path(&path(old))).unwrap();
    story.repository.write(&path(new), list);
    story.edit(ROUND, &format!("[products.{old}]"), &format!("[products.{new}]"));
}

#[test]
fn a_complete_list_under_another_name_is_told_to_nobody_twice() {
    let mut story = Story::new();
    story.tell(INVITED);
    rename(&mut story, "atlas", "zenith");
    story.edit(ROUND, "name = \"Atlas\"", "name = \"Zenith\"");
    assert_eq!(story.due(LISTING), NOTHING);
    story.edit(ROUND, "[\"ana\"]", "[\"ana\", \"rui\"]");
    assert_eq!(story.tell(LISTING), ["rui list-complete zenith"]);
    assert_eq!(story.due(LISTING), NOTHING);
    rename(&mut story, "zenith", "yonder");
    assert_eq!(story.due(LISTING), NOTHING);
}

#[test]
fn a_list_that_takes_the_place_of_another_is_told() {
    let mut story = Story::new();
    story.tell(INVITED);
    let text = story.repository.read(LIST);
    let mut items: Vec<String> = text.split("- Ref: ").map(str::to_owned).collect();
    items.iter_mut().skip(6).for_each(|item| item.insert_str(0, "new-"));
    story.repository.write(LIST, items.join("- Ref: "));
    assert_eq!(story.due(LISTING), NOTHING, "it has its name");
    rename(&mut story, "atlas", "zenith");
    assert_eq!(story.tell(LISTING), ["ana list-complete zenith"], "a half of it is new");
    assert_eq!(story.due(LISTING), NOTHING);
}

#[test]
fn of_a_list_that_is_divided_one_part_is_news_at_most() {
    let mut story = Story::new();
    story.tell(INVITED);
    let list = story.repository.read(LIST);
    let round = story.repository.read(ROUND);
    let two = "[products.a]\nname = \"A\"\nmanager = \"bob\"\n\n[products.b]\nname = \"B\"";
    let two = round.replace("[products.atlas]\nname = \"Atlas\"", two);
    story.repository.write(ROUND, two);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    story.repository.write("content/2026-summer/lists/a.md", &list);
    let other = list.replace("- Ref: ", "- Ref: b-");
    story.repository.write("content/2026-summer/lists/b.md", other);
    assert_eq!(story.tell(LISTING), ["ana list-complete b"]);
}

#[test]
fn owners_hear_of_the_week_once_the_lists_stand() {
    let mut story = Story::new();
    story.tell(INVITED);
    assert_eq!(story.due("2026-07-24T09:59:00+02:00"), NOTHING);
    let told = story.tell(FROZEN);
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(
        told[0],
        "ana week-ahead, week-ahead invoices, week-ahead printing, week-ahead manual"
    );
    assert_eq!(story.due(MONDAY), NOTHING);

    story.edit(ROUND, "last = 2026-07-31", "last = 2026-07-30");
    let again = story.plan(MONDAY);
    assert_eq!(letters(&again)[0], "ana week-ahead");
    assert_eq!(again.drafts[0].notices[0].key.number, 2);
    assert_eq!(again.drafts[0].notices[0].said, "2026-07-27/2026-07-30");
}

#[test]
fn an_owner_hears_of_each_step_once() {
    let mut story = Story::on_monday();
    for (status, expected) in [
        ("started", vec!["ana started invoices"]),
        ("started", vec![]),
        ("done", vec!["ana done invoices"]),
        ("started", vec!["ana reopened invoices"]),
        ("done", vec!["ana done invoices"]),
        ("signed off", vec![]),
        ("done", vec![]),
    ] {
        story.status(status);
        assert_eq!(story.tell(TUESDAY), expected, "{status}");
    }
    let numbers: Vec<String> = story.told.notices.iter().map(|it| it.key.to_string()).collect();
    assert!(numbers.contains(&"2026-summer/done/invoices/ana/2".to_owned()), "{numbers:?}");
}

#[test]
fn what_was_undone_before_anybody_heard_is_not_told() {
    let mut story = Story::on_monday();
    story.status("started");
    assert_eq!(story.due(MONDAY), ["ana started invoices"]);
    story.status("");
    assert_eq!(story.due(MONDAY), NOTHING);
    story.status("done");
    story.tell(MONDAY);
    story.status("started");
    story.status("done");
    assert_eq!(story.due(TUESDAY), NOTHING);
}

#[test]
fn several_changes_for_one_owner_are_one_letter() {
    let mut story = Story::on_monday();
    for item in ["invoices", "printing", "labels"] {
        story.edit(
            LIST,
            &format!("- Ref: {item}\n- Status:"),
            &format!("- Ref: {item}\n- Status: started"),
        );
    }
    assert_eq!(
        story.tell(MONDAY),
        ["ana started invoices, started printing", "marta started labels"]
    );
}

#[test]
fn a_skipped_item_is_told_and_may_still_start() {
    let mut story = Story::on_monday();
    story.status("skipped\n- Reason: too big: the driver is not ours");
    assert_eq!(story.tell(MONDAY), ["ana skipped invoices"]);
    story.edit(LIST, "Status: skipped", "Status: started");
    assert_eq!(story.tell(TUESDAY), ["ana started invoices"]);
    story.status("");
    assert_eq!(story.tell(TUESDAY), ["ana submitted invoices"], "what was told is not so any more");
}

#[test]
fn a_new_owner_hears_where_it_stands_and_the_old_one_that_it_moved() {
    let mut story = Story::on_monday();
    story.status("started");
    story.tell(MONDAY);
    story.edit(
        LIST,
        "Owner: Ana Duarte\n- Kind: bug\n- Ref: invoices",
        "Owner: Rui Lopes\n- Kind: bug\n- Ref: invoices",
    );
    assert_eq!(story.tell(TUESDAY), ["ana moved invoices", "rui handed-over invoices"]);
    assert_eq!(story.tell(TUESDAY), NOTHING);
    story.status("done");
    assert_eq!(story.tell(TUESDAY), ["rui done invoices"]);
    story.edit(
        LIST,
        "Owner: Rui Lopes\n- Kind: bug\n- Ref: invoices",
        "Owner: Ana Duarte\n- Kind: bug\n- Ref: invoices",
    );
    assert_eq!(story.tell(TUESDAY), ["ana handed-over invoices", "rui moved invoices"]);
}

#[test]
fn who_owns_nothing_any_more_need_not_be_reachable() {
    let mut story = Story::on_monday();
    let text = story.repository.read(LIST).replace("Owner: Eva Sand", "Owner: Rui Lopes");
    story.repository.write(LIST, text);
    let told = story.tell(MONDAY);
    assert_eq!(told[1], "eva week-off, moved export, moved sounds");
    assert!(told[0].starts_with("rui handed-over export"), "{told:?}");
    assert_eq!(story.tell(MONDAY), NOTHING);

    let text = story.repository.read(LIST).replacen("Owner: Rui Lopes", "Owner: Eva Sand", 1);
    story.repository.write(LIST, text);
    assert_eq!(story.due(MONDAY)[1], "eva week-ahead");
}

#[test]
fn an_owner_line_that_cannot_be_understood_takes_nobody_s_item_away() {
    let unclear = [
        ("- Owner: Evi Sand", "`Evi Sand` is not in people.toml"),
        ("- Owner: Eva Sand, Rui Lopes", "are several people, and one answers for an item"),
        ("- Ovner: Eva Sand", "the owner of `Export are a bit off` cannot be read"),
    ];
    for (written, trouble) in unclear {
        let mut story = Story::on_monday();
        let text = story.repository.read(LIST).replace("Owner: Eva Sand", "Owner: Rui Lopes");
        story.repository.write(LIST, text);
        let export = |owner: &str| format!("{owner}\n- Kind: bug\n- Ref: export");
        story.edit(LIST, &export("- Owner: Rui Lopes"), &export(written));
        let held = withheld(&story.plan(MONDAY)).join("\n");
        assert!(held.contains("`Eva Sand` may own something in the week still: "), "{held}");
        assert!(held.contains(trouble), "{held}");
        assert_eq!(story.tell(MONDAY), ["rui handed-over sounds", "eva moved sounds"], "{written}");

        story.edit(LIST, &export(written), &export("- Owner: Eva Sand"));
        assert_eq!(story.due(MONDAY), NOTHING, "it was hers all the time: {written}");
        story.edit(LIST, &export("- Owner: Eva Sand"), &export("- Owner: Rui Lopes"));
        assert_eq!(story.due(MONDAY), ["rui handed-over export", "eva week-off, moved export"]);
    }
}

#[test]
fn a_list_whose_file_got_another_name_takes_nobody_s_item_away() {
    let story = Story::on_monday();
    let (list, elsewhere) = (story.repository.path(LIST), LIST.replace("atlas", "atlass"));
    let elsewhere = story.repository.path(&elsewhere);
    std::fs::rename(&list, &elsewhere).unwrap();
    assert_eq!(story.due(MONDAY), NOTHING);
    std::fs::rename(&elsewhere, &list).unwrap();
    assert_eq!(story.due(MONDAY), NOTHING, "nothing happened");
}

#[test]
fn an_item_that_nobody_owns_any_more_is_no_riddle() {
    let mut story = Story::on_monday();
    let text = story.repository.read(LIST).replace("Owner: Eva Sand", "Owner:");
    story.repository.write(LIST, text);
    assert_eq!(story.tell(MONDAY), ["eva week-off"]);
}

#[test]
fn a_move_a_rewording_and_a_list_that_cannot_be_read_are_no_news() {
    let mut story = Story::on_monday();
    story.status("started");
    story.tell(MONDAY);
    story.edit(LIST, "## Invoices are a bit off", "## Invoices are far off");
    assert_eq!(story.due(MONDAY), NOTHING);
    let text = story.repository.read(LIST);
    let (head, items) = text.split_once("\n## ").unwrap();
    let mut items: Vec<&str> = items.split("\n## ").collect();
    items.reverse();
    let turned = format!("{head}\n## {}\n", items.join("\n\n## "));
    story.repository.write(LIST, turned);
    assert_eq!(story.due(MONDAY), NOTHING);
    story.repository.write(LIST, "<<<<<<< HEAD\n# Atlas\n=======\n# Atlas\n>>>>>>> other\n");
    assert_eq!(story.due(MONDAY), NOTHING);
}

#[test]
fn a_title_that_is_reworded_before_it_has_a_ref_is_not_told_twice() {
    let mut story = Story::new();
    story.edit(LIST, "- Ref: invoices\n", "");
    for now in [INVITED, LISTING, FROZEN] {
        story.tell(now);
    }
    story.status("started");
    assert_eq!(story.tell(MONDAY), ["ana started invoices-are-a-bit-off"]);
    story.edit(LIST, "## Invoices are a bit off", "## Invoices are wrong");
    assert_eq!(story.due(MONDAY), NOTHING);
}

/// A Monday on which Ana has heard that her item without a ref is started.
fn started_without_a_ref() -> Story {
    let mut story = Story::new();
    story.edit(LIST, "- Ref: invoices\n", "");
    for now in [INVITED, LISTING, FROZEN] {
        story.tell(now);
    }
    story.status("started");
    assert_eq!(story.tell(MONDAY), ["ana started invoices-are-a-bit-off"]);
    story
}

#[test]
fn a_reworded_title_whose_new_ref_is_written_down_is_not_told_twice() {
    let mut story = started_without_a_ref();
    story.edit(LIST, "## Invoices are a bit off", "## Invoices are wrong");
    assert_eq!(story.due(MONDAY), NOTHING);
    story.edit(LIST, "- Status: started", "- Ref: invoices-are-wrong\n- Status: started");
    assert_eq!(story.due(MONDAY), NOTHING);
    story.status("done");
    assert_eq!(story.tell(TUESDAY), ["ana done invoices-are-wrong"]);
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Rui Lopes");
    assert_eq!(
        story.tell(TUESDAY),
        ["ana moved invoices-are-wrong", "rui handed-over invoices-are-wrong"]
    );
    assert_eq!(story.due(TUESDAY), NOTHING);
}

#[test]
fn what_was_promised_under_an_older_title_is_told_to_its_end_after_the_decision() {
    let mut story = started_without_a_ref();
    story.edit(LIST, "## Invoices are a bit off", "## Invoices are wrong");
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    assert_eq!(story.due(CLOSED), NOTHING);
    story.status("done");
    assert_eq!(story.tell(CLOSED), ["ana done invoices-are-wrong"]);
    assert_eq!(story.due(CLOSED), NOTHING);
}

#[test]
fn a_ref_that_is_written_by_hand_keeps_what_was_told_under_the_one_of_the_title() {
    let mut story = started_without_a_ref();
    story.edit(LIST, "- Status: started", "- Ref: pdf\n- Status: started");
    assert_eq!(story.due(MONDAY), NOTHING);
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Rui Lopes");
    assert_eq!(story.tell(TUESDAY), ["ana moved pdf", "rui handed-over pdf"]);
    assert_eq!(story.due(TUESDAY), NOTHING);
}

#[test]
fn an_item_that_takes_the_place_of_another_is_told_though_its_owner_and_status_are_the_same() {
    let mut story = started_without_a_ref();
    story.edit(LIST, "## Invoices are a bit off", "## Something else");
    story.edit(LIST, "- Status: started", "- Ref: pdf\n- Status: started");
    assert_eq!(story.due(MONDAY), ["ana started pdf"]);
}

#[test]
fn who_has_not_looked_after_two_working_days_is_reminded_once() {
    let mut story = Story::on_monday();
    story.status("done");
    story.tell("2026-07-30T12:00:00+02:00");
    assert_eq!(story.due("2026-08-03T08:59:00+02:00"), NOTHING, "a weekend is no time to look");
    assert_eq!(story.tell("2026-08-03T09:00:00+02:00"), ["ana sign-off-reminder invoices"]);
    let later = story.due("2026-08-03T09:30:00+02:00");
    assert_eq!(later, NOTHING);
}

#[test]
fn leftovers_get_their_fate_when_the_week_is_over() {
    let mut story = Story::on_monday();
    story.status("skipped\n- Reason: too big\n- Next: roadmap");
    assert_eq!(story.tell(MONDAY), ["ana skipped invoices"]);
    assert_eq!(story.tell("2026-07-31T23:59:00+02:00"), NOTHING);
    assert_eq!(story.tell("2026-08-01T00:00:00+02:00"), ["ana fate invoices"]);
    story.edit(LIST, "Next: roadmap", "Next: next round");
    assert_eq!(story.tell("2026-08-02T09:00:00+02:00"), ["ana fate invoices"]);
}

#[test]
fn both_sides_are_asked_and_only_the_silent_are_reminded_at_most_twice() {
    let mut story = Story::on_monday();
    assert_eq!(story.due("2026-08-03T09:59:00+02:00"), NOTHING);
    let asked = ["ana", "marta", "rui", "eva", "bob", "jonas"].map(|id| format!("{id} survey"));
    assert_eq!(story.tell(ASKING), asked);
    for person in ["ana", "marta", "rui", "bob"] {
        story.answered(person);
    }
    assert_eq!(story.due("2026-08-06T09:59:00+02:00"), NOTHING);
    assert_eq!(
        story.tell("2026-08-06T10:00:00+02:00"),
        ["eva survey-reminder", "jonas survey-reminder"]
    );
    assert_eq!(story.due("2026-08-07T10:00:00+02:00"), NOTHING);
    story.told.unreminded.entry("2026-summer".into()).or_default().insert("jonas".into());
    assert_eq!(story.tell("2026-08-10T10:00:00+02:00"), ["eva survey-reminder"]);
    assert_eq!(story.due("2026-08-14T10:00:00+02:00"), NOTHING);
}

#[test]
fn a_run_that_comes_late_reminds_once_and_not_those_it_has_just_asked() {
    let mut story = Story::on_monday();
    let late = "2026-08-11T10:00:00+02:00";
    assert_eq!(story.tell(late).len(), 6);
    assert_eq!(story.due(late), NOTHING);

    let mut story = Story::on_monday();
    story.tell(ASKING);
    assert_eq!(story.tell(late).len(), 6, "one reminder for the two that were missed");
    assert_eq!(story.due(late), NOTHING);
}

#[test]
fn a_survey_that_cannot_be_answered_is_not_sent() {
    let mut story = Story::on_monday();
    story.edit(SETTINGS, "url = ", "# url = ");
    let plan = story.plan(ASKING);
    assert!(letters(&plan).is_empty());
    assert!(plan.withheld[0].message.contains("where the survey is answered"), "{plan:?}");
}

#[test]
fn the_answered_are_thanked_where_that_is_wanted() {
    let mut story = Story::on_monday();
    story.tell(ASKING);
    story.answered("ana");
    assert_eq!(story.due("2026-08-04T10:00:00+02:00"), NOTHING);
    story.edit(SETTINGS, "[survey]", "[survey]\nthanks = true");
    assert_eq!(story.tell("2026-08-04T10:00:00+02:00"), ["ana survey-thanks"]);
    assert_eq!(story.due("2026-08-04T10:00:00+02:00"), NOTHING);
}

#[test]
fn all_who_were_asked_hear_of_the_results() {
    let mut story = Story::on_monday();
    story.tell(ASKING);
    assert_eq!(story.due(CLOSED), NOTHING);
    let record = "format = 1\nwritten = 2026-08-15T09:00:00+02:00\n[survey]\nasked_at = 2026-08-03T10:00:00+02:00\n[[questions]]\nref = \"again\"\nside = \"all\"\nanswers = 6\ncounts = { \"Yes\" = 5, \"No\" = 1 }\n";
    story.repository.write("content/2026-summer/record.toml", record);
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    let told = story.tell(CLOSED);
    assert_eq!(told.len(), 6, "{told:?}");
    assert_eq!(told[0], "ana results-out");
    assert_eq!(story.due(CLOSED), NOTHING);
}

#[test]
fn a_decided_round_tells_nothing_more_of_its_items() {
    let mut story = Story::on_monday();
    story.status("started");
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    assert_eq!(story.due(TUESDAY), NOTHING);
    story.repository.write("content/2026-summer/decision.md", "");
    assert_eq!(story.due(TUESDAY), ["ana started invoices"], "an empty file decides nothing");
}

#[test]
fn a_decision_that_comes_early_keeps_nobody_from_being_asked() {
    let mut story = Story::on_monday();
    story.repository.write("content/2026-summer/decision.md", "# Draft\n\n- Decision: again\n");
    let asked = story.tell(ASKING);
    assert!(!asked.is_empty() && asked.iter().all(|it| it.ends_with(" survey")), "{asked:?}");
    let reminded = story.due("2026-08-06T10:00:00+02:00");
    assert!(reminded.iter().any(|it| it.ends_with(" survey-reminder")), "{reminded:?}");
}

#[test]
fn what_was_promised_is_told_to_its_end_after_the_decision() {
    let mut story = Story::on_monday();
    story.status("started");
    story.tell(MONDAY);
    story.edit(LIST, "- Ref: printing\n", "- Ref: printing\n- Next: roadmap\n");
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    assert_eq!(story.tell(CLOSED), ["ana fate printing"], "both were written at once");
    story.status("done");
    assert_eq!(story.tell(CLOSED), ["ana done invoices"]);
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Rui Lopes");
    assert_eq!(story.tell(CLOSED), ["ana moved invoices", "rui handed-over invoices"]);
    assert_eq!(story.due(CLOSED), NOTHING);
}

#[test]
fn an_owner_of_a_decided_round_need_not_stay_in_people_toml() {
    let mut story = Story::on_monday();
    story.status("done");
    story.tell(MONDAY);
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    story.tell(CLOSED);
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Ana Nobody");
    assert_eq!(story.plan(CLOSED), Plan::default());
    story.status("started");
    assert_eq!(story.plan(CLOSED).withheld.len(), 1, "that it is begun again is news");
}

#[test]
fn a_round_that_was_decided_before_anybody_was_told_anything_stays_quiet() {
    let mut story = Story::new();
    story.status("skipped\n- Reason: too big\n- Next: roadmap");
    story.edit(LIST, "- Ref: printing\n- Status:", "- Ref: printing\n- Status: finishd");
    story.repository.write("content/2026-summer/decision.md", "# Again\n\n- Decision: again\n");
    assert_eq!(story.plan(CLOSED), Plan::default());
}

#[test]
fn the_first_reason_is_news_and_another_one_is_not() {
    let mut story = Story::on_monday();
    story.status("skipped");
    assert_eq!(story.tell(MONDAY), ["ana skipped invoices"]);
    assert_eq!(story.due(MONDAY), NOTHING);
    story.edit(LIST, "Status: skipped", "Status: skipped\n- Reason: too big: not our driver");
    assert_eq!(story.tell(MONDAY), ["ana skipped invoices"]);
    assert_eq!(story.due(MONDAY), NOTHING);
    story.edit(LIST, "not our driver", "the driver is not ours");
    assert_eq!(story.due(TUESDAY), NOTHING);
    story.edit(LIST, "- Reason: too big: the driver is not ours\n", "");
    assert_eq!(story.due(TUESDAY), NOTHING, "they know it already");
}

#[test]
fn a_word_that_is_no_status_is_withheld_at_its_line() {
    let mut story = Story::on_monday();
    story.status("stared");
    let plan = story.plan(MONDAY);
    assert_eq!(letters(&plan), NOTHING);
    let [withheld] = plan.withheld.as_slice() else { panic!("{plan:?}") };
    assert_eq!(withheld.message, "`stared` is not a status");
    assert!(withheld.help.contains("`started`"), "{}", withheld.help);
    let written = story.repository.read(LIST);
    let line = written.lines().position(|line| line == "- Status: stared").unwrap() + 1;
    assert_eq!(withheld.place.line as usize, line);
}

#[test]
fn who_has_left_need_not_hear_what_is_over_for_them() {
    let mut story = Story::on_monday();
    story.status("started");
    story.tell(MONDAY);
    story.edit(PEOPLE, "[ana]\n", "[ana]\nleft = 2026-07-28\n");
    let text = story.repository.read(LIST).replace("Owner: Ana Duarte", "Owner: Rui Lopes");
    story.repository.write(LIST, text);
    let plan = story.plan(TUESDAY);
    assert!(plan.withheld.is_empty(), "{:?}", plan.withheld);
    assert!(letters(&plan)[0].starts_with("rui handed-over invoices"), "{plan:?}");
}

#[test]
fn news_for_an_owner_who_has_left_is_withheld_and_says_which() {
    let mut story = Story::on_monday();
    story.edit(PEOPLE, "[ana]\n", "[ana]\nleft = 2026-07-28\n");
    story.status("started");
    let plan = story.plan(TUESDAY);
    assert_eq!(letters(&plan), NOTHING);
    let said: Vec<&str> = plan.withheld.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said, ["`Ana Duarte` has left, and hears nothing of `invoices` (started)"]);
}

#[test]
fn of_a_hub_those_are_asked_who_are_still_there() {
    let mut story = Story::new();
    story.edit(LIST, "Agreed by Berlin: yes, Marta, 20 July", "Agreed by Berlin: not yet");
    story.tell(INVITED);
    story.edit(PEOPLE, "[marta]\n", "[marta]\nleft = 2026-07-10\n");
    let plan = story.plan(LISTING);
    assert_eq!(letters(&plan), ["eva lists-due atlas"]);
    assert!(plan.withheld.is_empty(), "{:?}", plan.withheld);
}

#[test]
fn a_hub_to_which_nobody_belongs_is_withheld_with_its_line() {
    let mut story = Story::new();
    story.edit(ROUND, "\"Lisbon\"", "\"Lisbon\", \"Support\"");
    let plan = story.plan(LISTING);
    let [withheld] = plan.withheld.as_slice() else { panic!("{plan:?}") };
    assert_eq!(
        withheld.message,
        "`Support` has not agreed to the list of `Atlas`, and no partner in people.toml belongs to it"
    );
    assert_eq!(withheld.help, "write `hub = \"Support\"` for whoever speaks for it");
    let round = story.repository.read(ROUND);
    let line = round.lines().position(|line| line.contains("Support")).unwrap() + 1;
    assert_eq!((&*withheld.place.path, withheld.place.line as usize), (ROUND, line));
}

#[test]
fn a_manager_who_speaks_for_a_hub_hears_of_a_missing_list_and_then_of_the_missing_yes() {
    let mut story = Story::new();
    story.edit(PEOPLE, "[bob]\n", "[bob]\nhub = \"Berlin\"\n");
    let text = story.repository.read(PEOPLE).replace("side = \"manager\"", "side = \"partner\"");
    story.repository.write(PEOPLE, text);
    story.tell(INVITED);
    let list = story.repository.read(LIST);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    assert_eq!(story.tell(LISTING), ["bob lists-due atlas"]);
    story
        .repository
        .write(LIST, list.replace("Agreed by Berlin: yes", "Agreed by Berlin: not yet"));
    assert!(story.tell(LISTING).contains(&"bob lists-due atlas".to_owned()));
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    assert_eq!(story.due(LISTING), NOTHING, "they were told both");
}

#[test]
fn a_list_that_nobody_has_filled_is_asked_of_its_manager_and_agreed_to_by_nobody() {
    let mut story = Story::new();
    story.tell(INVITED);
    let list = "# Atlas\n\n- Agreed by Berlin: not yet\n- Agreed by Lisbon: not yet\n\n## \n\n- Owner:\n- Status:\n";
    story.repository.write(LIST, list);
    assert_eq!(story.tell(LISTING), ["bob lists-due atlas"]);
    std::fs::remove_file(story.repository.path(LIST)).unwrap();
    assert_eq!(story.due(LISTING), NOTHING, "it is the same to do");
}

#[test]
fn a_new_owner_of_what_is_signed_off_hears_that_it_is_theirs() {
    let mut story = Story::on_monday();
    story.status("done");
    story.tell(MONDAY);
    story.status("signed off");
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Rui Lopes");
    assert_eq!(story.tell(TUESDAY), ["ana moved invoices", "rui handed-over invoices"]);
    assert_eq!(story.due(TUESDAY), NOTHING);
}

#[test]
fn what_is_on_its_way_may_be_taken_back_and_what_may_have_arrived_may_not() {
    let mut story = Story::on_monday();
    story.status("started");
    story.hear(MONDAY, ToldState::Waiting);
    assert_eq!(story.due(MONDAY), ["ana started invoices"], "the same notice under the same key");
    story.status("");
    assert_eq!(story.due(MONDAY), NOTHING);

    let mut story = Story::on_monday();
    story.status("started");
    story.hear(MONDAY, ToldState::Uncertain);
    assert_eq!(story.due(MONDAY), NOTHING);
}

#[test]
fn a_refused_address_is_left_alone_until_it_is_another() {
    let mut story = Story::on_monday();
    story.status("started");
    story.hear(MONDAY, ToldState::Refused);
    story.status("done");
    let plan = story.plan(TUESDAY);
    assert_eq!(letters(&plan), NOTHING);
    assert!(plan.withheld[0].message.contains("refused this address"), "{:?}", plan.withheld);
    story.edit(PEOPLE, "ana@example.org", "ana.duarte@example.org");
    assert_eq!(story.tell(TUESDAY), ["ana done invoices"]);
}

#[test]
fn two_items_under_one_ref_are_not_told_to_and_fro() {
    let mut story = Story::on_monday();
    story.edit(LIST, "- Ref: printing\n- Status:", "- Ref: invoices\n- Status: skipped");
    story.status("started");
    let plan = story.plan(MONDAY);
    assert_eq!(letters(&plan), NOTHING);
    assert!(plan.withheld.iter().all(|it| it.message.contains("more than one item")));
    assert_eq!(plan.withheld.len(), 2);
}

#[test]
fn an_owner_nobody_knows_is_withheld_with_the_line_to_mend() {
    let mut story = Story::on_monday();
    story.edit(LIST, "Owner: Ana Duarte", "Owner: Ana Duart");
    story.status("started");
    let plan = story.plan(MONDAY);
    assert_eq!(letters(&plan), NOTHING);
    assert_eq!(plan.withheld[0].message, "`Ana Duart` is not in people.toml");
    assert_eq!(plan.withheld[0].place.line, 8);
}

#[test]
fn every_kind_goes_in_one_letter_and_every_letter_has_a_kind() {
    use littlethings::mail::Kind;
    for genre in Genre::ALL {
        assert!(Kind::ALL.into_iter().any(|kind| Genre::of(kind) == genre), "{}", genre.word());
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
    }
}
