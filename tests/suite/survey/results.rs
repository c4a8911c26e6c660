//! From answers to record.toml and to the page of results.

use std::fmt::Write;

use littlethings::content;
use littlethings::model::{Comment, Counted, Record, RuleOutcome, Side, SideCount, Told};
use littlethings::store::{AnswerRow, Invited, Kept, NewReply};
use littlethings::survey::closing::{self, Letters};
use littlethings::survey::{results, simulate};

use proptest::prelude::*;

use super::desk::{CLOSED, Desk, OPEN, ROUND, SURVEY, instant, repository};
use crate::repository::Repository;

const HOSTILE: [&str; 7] = [
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% include \"base.html\" %}",
    "=HYPERLINK(\"https://evil.example\")",
    "mail me: ana@example.org",
    "two\nlines & \"quotes\" \\ and\ttabs \u{202e}",
    "=1+1",
    "\t@SUM(A1)\n-1",
];

fn rule() -> &'static str {
    "\n[decision]\nquestion = \"again\"\ncounts_as_yes = [\"Yes\"]\n\
     repeat_if = { answered = 0.5, yes = 0.6 }\n"
}

/// A round with that many people more of each side, and a rule about the next one.
async fn crowd(partners: usize, developers: usize, managers: usize) -> Desk {
    let repository = repository();
    let mut people = repository.read("content/people.toml");
    for (side, number) in [("partner", partners), ("developer", developers), ("manager", managers)]
    {
        for one in 1..=number {
            let hub = if side == "partner" { "hub = \"Berlin\"\n" } else { "" };
            write!(
                people,
                "\n[{side}{one}]\nname = \"{side} {one}\"\nmail = \"{side}{one}@example.org\"\n\
                 side = \"{side}\"\n{hub}"
            )
            .unwrap();
        }
    }
    let round = repository.read("content/2026-summer/round.toml") + rule();
    let repository = repository
        .with("content/people.toml", &people)
        .with("content/2026-summer/round.toml", &round);
    Desk::of(repository, |_| {}).await
}

async fn says(desk: &Desk, person: &str, question: &str, value: &str) {
    let side = desk.site.people.by_id(person).unwrap().side.word();
    let new = NewReply {
        round: ROUND,
        person,
        side,
        replaces: 0,
        answers: vec![(question.to_owned(), value.to_owned())],
        day: "2026-08-05".parse().unwrap(),
        mail: None,
    };
    assert_eq!(desk.store.keep_reply(&new).await.unwrap(), Kept::Kept(1));
}

/// Closes the survey and counts.
async fn results_of(desk: &Desk) -> results::Results {
    let sealed = closing::seal_what_is_over(&desk.store, &desk.site, instant(CLOSED)).await;
    assert_eq!(sealed.unwrap(), [ROUND]);
    closing::results(&desk.store, desk.round(), "address hidden").await.unwrap()
}

fn shown(results: &results::Results) -> String {
    results::plain(results)
}

#[tokio::test]
async fn nothing_is_counted_before_the_survey_is_closed() {
    let desk = crowd(6, 6, 0).await;
    for number in 1..=6 {
        says(&desk, &format!("partner{number}"), "again", r#"{"one":"Yes"}"#).await;
    }
    let now = instant(OPEN);
    assert!(closing::seal_what_is_over(&desk.store, &desk.site, now).await.unwrap().is_empty());
    let results = closing::results(&desk.store, desk.round(), "hidden").await.unwrap();
    assert!(results.questions.is_empty() && results.comments.is_empty());
    assert_eq!(results.sides[&Side::Partner], SideCount { asked: 6, answered: 6 });
}

#[tokio::test]
async fn sides_stand_beside_each_other_and_small_ones_do_not() {
    let desk = crowd(6, 5, 2).await;
    for number in 1..=6 {
        let said = if number < 5 { r#"{"one":"Yes"}"# } else { r#"{"one":"No"}"# };
        says(&desk, &format!("partner{number}"), "again", said).await;
    }
    for number in 1..=5 {
        says(&desk, &format!("developer{number}"), "again", r#"{"one":"Yes"}"#).await;
    }
    says(&desk, "manager1", "again", r#"{"one":"No"}"#).await;
    let results = results_of(&desk).await;
    assert_eq!(
        shown(&results),
        "partner: 6 asked, 6 answered, 0 silent\n\
         developer: 5 asked, 5 answered, 0 silent\n\
         manager: 1 asked, 1 answered, 0 silent\n\
         again (partner, 6): No 2, Yes 4, Yes, but differently 0\n\
         again (developer, 5): No 0, Yes 5, Yes, but differently 0\n\
         again (manager, 1): hidden, too few\n\
         0 comments, 0 withheld\n"
    );
    // The one answer that would name its author has no side in the store any more.
    let (rows, _) = desk.store.answer_rows(ROUND).await.unwrap();
    assert!(!rows.iter().any(|row| row.side == "manager" && !row.value.is_empty()));
    let record = closing::record(desk.round(), results, Letters::default(), true, instant(CLOSED));
    assert_eq!(record.outcome, Some(RuleOutcome::Repeat));
}

#[tokio::test]
async fn too_few_answers_are_an_outcome_of_their_own() {
    let desk = crowd(4, 0, 0).await;
    for number in 1..=4 {
        says(&desk, &format!("partner{number}"), "again", r#"{"one":"Yes"}"#).await;
    }
    says(&desk, "ana", "change", r#"{"text":"only five could have said it"}"#).await;
    says(&desk, "jonas", "change", r#"{"text":"not one of many"}"#).await;
    let results = results_of(&desk).await;
    assert!(results.questions.iter().all(|counted| counted.counts.is_none()));
    let record =
        closing::record(desk.round(), results.clone(), Letters::default(), true, instant(CLOSED));
    assert_eq!(record.outcome, Some(RuleOutcome::TooFewAnswers));
    // Partners of a hub who own nothing are not asked for words, so only two can have written.
    assert!(results.comments.is_empty());
    assert_eq!(results.withheld, 2);
}

#[tokio::test]
async fn items_are_totals_and_only_of_what_enough_people_spoke_about() {
    let desk = crowd(5, 0, 0).await;
    let done = r#"{"items":[{"item":"a","state":"done","said":"yes"},{"item":"b","state":"done","said":"no"}]}"#;
    let skipped = r#"{"items":[{"item":"c","state":"done","said":"yes"},{"item":"d","state":"skipped","said":"soon"}]}"#;
    for number in 1..=4 {
        says(&desk, &format!("partner{number}"), "mine", done).await;
    }
    says(&desk, "partner5", "mine", skipped).await;
    let results = results_of(&desk).await;
    assert!(
        shown(&results).contains("mine (all, 5): done: no 4, done: partly 0, done: yes 5\n"),
        "{}",
        shown(&results)
    );
    let (rows, _) = desk.store.answer_rows(ROUND).await.unwrap();
    assert!(rows.iter().all(|row| !row.value.contains("\"item\":")), "no ref is left");
    assert!(rows.iter().all(|row| !row.value.contains("skipped")), "four would name the fifth");
}

#[tokio::test]
async fn what_people_write_is_words_wherever_it_is_shown() {
    let desk = crowd(0, 9, 0).await;
    let emoji = "\u{1f680}".repeat(4_000);
    let value = serde_json::json!({ "text": emoji }).to_string();
    says(&desk, "developer9", "change", &value).await;
    for (index, text) in HOSTILE.iter().enumerate() {
        let value = serde_json::json!({ "text": text }).to_string();
        says(&desk, &format!("developer{}", index + 1), "change", &value).await;
    }
    let results = results_of(&desk).await;
    assert_eq!(results.comments.len(), 8);
    let texts: Vec<&str> = results.comments.iter().map(|it| it.text.as_str()).collect();
    assert!(!texts.concat().contains("ana@example.org"));
    assert_ne!(texts, HOSTILE, "in the order in which they came");

    let csv = results::csv(&results);
    assert!(csv.contains("\"'=HYPERLINK(\"\"https") && csv.contains(",'=1+1,"), "{csv}");
    assert!(csv.contains("\"'\t@SUM(A1)") && csv.contains(&emoji));
    assert!(
        ![",=", ",\"=", ",+", ",-", ",@", ",\t", ",\"\t"].iter().any(|it| csv.contains(it)),
        "{csv}"
    );
    let record = closing::record(desk.round(), results, Letters::default(), true, instant(CLOSED));
    let text = littlethings::survey::record::write(&record, &desk.round().zone.zone);
    desk.repository.write("content/2026-summer/record.toml", &text);
    let told = desk.repository.run(["build", "--now", CLOSED]);
    assert_eq!(told.code, 0, "{}", told.err);
    let page = desk.repository.read("public/2026-summer/results.html");
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"), "{page}");
    assert!(page.contains("{{ 7 * 7 }}") && !page.contains("<script>alert"));
    assert!(page.contains(&emoji) && page.contains("=1+1"));
    // A mark that turns the line around ends with the comment it stands in.
    assert!(page.contains("<blockquote dir=\"auto\">two\nlines &amp; "), "{page}");
    assert!(!page.contains("ana@example.org"));
    let json = desk.repository.read("public/2026-summer/round.json");
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    assert!(!json.contains("ana@example.org"));
}

/// A record with everything in it that can be.
fn whole(repository: &Repository) -> Record {
    let site = content::read(&repository.path("")).unwrap().site;
    let counted = |side, counts| Counted { r#ref: "again".into(), side, answers: 7, counts };
    let counts = vec![("No \"way\"".to_owned(), 0), ("Yes, but differently".to_owned(), 7)];
    let at = instant("2026-08-05T10:00:00.25Z");
    Record {
        written: Some(instant(CLOSED)),
        simulated: true,
        told: vec![Told { r#ref: "größe-höhe".into(), kind: "started".into(), at }],
        survey: littlethings::model::SurveyRecord {
            asked_at: Some(at),
            reminded_at: vec![at, instant(CLOSED)],
            sides: [(Side::Manager, SideCount { asked: 3, answered: 1 })].into(),
        },
        questions: vec![counted(Some(Side::Developer), Some(counts)), counted(None, None)],
        comments: HOSTILE
            .iter()
            .map(|text| Comment { question: "change".into(), text: (*text).to_owned() })
            .collect(),
        outcome: Some(RuleOutcome::DoNotRepeat),
        place: site.rounds[0].place.clone(),
    }
}

#[tokio::test]
async fn a_record_is_read_back_as_it_was_written() {
    let repository = repository();
    let site = content::read(&repository.path("")).unwrap().site;
    let zone = &site.rounds[0].zone.zone;
    let record = whole(&repository);
    let path = repository.path("content/2026-summer/record.toml");
    for written in [record.clone(), Record { told: vec![], outcome: None, ..record.clone() }] {
        let text = littlethings::survey::record::write(&written, zone);
        assert!(littlethings::survey::record::replace(&path, &text).unwrap());
        assert!(!littlethings::survey::record::replace(&path, &text).unwrap());
        let read = content::read(&repository.path("")).unwrap();
        let mut read = read.site.rounds[0].record.clone().unwrap();
        read.place = written.place.clone();
        assert_eq!(read, written, "{text}");
        assert_eq!(littlethings::survey::record::write(&read, zone), text);
    }
    let folder = crate::repository::files(&repository.path("content/2026-summer"));
    assert!(!folder.keys().any(|path| path.contains(".record-")), "{folder:?}");
}

#[tokio::test]
async fn made_up_answers_say_so_and_keep_away_from_real_ones() {
    let desk = crowd(8, 8, 1).await;
    let day = "2026-08-05".parse().unwrap();
    let asked = simulate::simulate(&desk.store, desk.round(), 30, 7, day).await.unwrap();
    assert!(asked >= 30);
    assert!(simulate::is_simulated(&desk.store).await.unwrap());
    let results = results_of(&desk).await;
    assert!(results.questions.iter().any(|counted| counted.counts.is_some()));
    let record = closing::record(desk.round(), results, Letters::default(), true, instant(CLOSED));
    let text = littlethings::survey::record::write(&record, &desk.round().zone.zone);
    desk.repository.write("content/2026-summer/record.toml", &text);
    assert_eq!(desk.repository.run(["build", "--now", CLOSED]).code, 0);
    let page = desk.repository.read("public/2026-summer/results.html");
    assert!(page.contains("made up for a demonstration"));

    let real = crowd(1, 0, 0).await;
    says(&real, "ana", "again", r#"{"one":"Yes"}"#).await;
    let refused = simulate::simulate(&real.store, real.round(), 3, 7, day).await.unwrap_err();
    assert!(refused.to_string().contains("real people"), "{refused}");
    assert!(SURVEY.contains("my items"));
}

/// Who answers which of the choices of two questions, side by side; `None` is silence.
type Said = Vec<(u8, Option<u8>, Option<u8>)>;

fn rows(said: &Said) -> (Vec<AnswerRow>, Vec<Invited>) {
    let sides = ["partner", "developer", "manager"];
    let (mut rows, mut invited) = (Vec::new(), Vec::new());
    for (number, (side, again, how)) in said.iter().enumerate() {
        let side = sides[usize::from(*side)].to_owned();
        let choices = ["Yes", "Yes, but differently", "No"];
        let again = again.map(|it| format!("{{\"one\":\"{}\"}}", choices[usize::from(it) % 3]));
        let how = how.map(|it| format!("{{\"scale\":{}}}", 1 + it % 5));
        let row = |question: &str, value: String| AnswerRow {
            respondent: number.to_string(),
            question: question.to_owned(),
            side: side.clone(),
            value,
        };
        let answered = again.is_some() || how.is_some();
        rows.extend(again.map(|it| row("again", it)));
        rows.extend(how.map(|it| row("how", it)));
        invited.push(Invited {
            person: format!("p{number}"),
            side: side.clone(),
            asked_on: "2026-08-03".parse().unwrap(),
            answered,
            unremind: false,
        });
    }
    (rows, invited)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever was answered: no published table tells of fewer than five, neither by itself nor
    /// by what is left of all when the sides are taken away.
    #[test]
    fn no_table_tells_of_fewer_than_five(
        said in prop::collection::vec((0_u8..3, prop::option::of(0_u8..3), prop::option::of(0_u8..5)), 0..40)
    ) {
        static ROUND: std::sync::OnceLock<littlethings::model::Round> = std::sync::OnceLock::new();
        let round = ROUND.get_or_init(|| {
            content::read(&repository().path("")).unwrap().site.rounds.remove(0)
        });
        let (rows, invited) = rows(&said);
        let results = results::count(round, &results::unlink(rows), &invited, "hidden");
        for question in ["again", "how"] {
            let of: Vec<&Counted> =
                results.questions.iter().filter(|it| it.r#ref == question).collect();
            let shown = |side: bool| {
                let these = of.iter().filter(move |it| it.side.is_some() == side);
                these.filter_map(|it| Some((it.answers, it.counts.as_ref()?)))
            };
            for (answers, counts) in shown(true).chain(shown(false)) {
                prop_assert!(answers >= 5);
                let sum: u32 = counts.iter().map(|(_, count)| count).sum();
                prop_assert_eq!(sum, answers);
            }
            let sides: u32 = shown(true).map(|(answers, _)| answers).sum();
            for (together, _) in shown(false) {
                let rest = together - sides;
                prop_assert!(rest == 0 || rest >= 5, "{} of {}", rest, together);
            }
        }
    }
}
