//! What the form shows, and how it is read.

use littlethings::survey::form::{self, Fields, Problem, ProblemKind};
use littlethings::survey::{Answers, Given};

use super::desk::{Desk, encoded, repository};

fn problem(field: &str, kind: ProblemKind) -> Problem {
    Problem { field: Some(field.to_owned()), kind }
}

fn read(desk: &Desk, person: &str, fields: &[(&str, &str)]) -> Result<Answers, Vec<Problem>> {
    let fields = Fields::read(encoded(fields).as_bytes()).unwrap();
    form::read(&desk.asked(person), None, &fields)
}

#[tokio::test]
async fn what_was_answered_is_read_back_as_it_was_given() {
    let desk = Desk::open().await;
    let asked = desk.asked("ana");
    let fields = [
        ("q.again", "Yes, but differently"),
        ("q.how", "4"),
        ("q.mine.invoices", "soon"),
        ("q.mine.printing", ""),
        ("q.helped", "Cake & tea"),
        ("q.helped", "Deputies"),
        ("q.change", "  Früher\r\nsagen 🚀 "),
    ];
    let answers = read(&desk, "ana", &fields).unwrap();
    assert_eq!(answers.0.len(), 5);
    assert!(answers.to("again") == Some(&Given::One("Yes, but differently".into())));
    assert!(answers.to("how") == Some(&Given::Scale(4)));
    let any = Given::Any(vec!["Deputies".into(), "Cake & tea".into()]);
    assert!(answers.to("helped") == Some(&any));
    assert!(answers.to("change") == Some(&Given::Text("Früher\nsagen 🚀".into())));
    let again = form::read(&asked, None, &form::filled(&asked, &answers)).unwrap();
    assert!(again == answers);
    for given in answers.0.values() {
        assert!(Given::read(&given.write()).as_ref() == Some(given));
    }
    assert_eq!(format!("{answers:?}"), "Answers(5)");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let desk = Desk::open().await;
    let long = "🚀".repeat(4_001);
    let fields = [
        ("q.how", "6"),
        ("q.mine.invoices", "yes"),
        ("q.helped", "Money"),
        ("q.change", &long),
        ("q.role", "developer"),
    ];
    let problems = read(&desk, "ana", &fields).unwrap_err();
    assert_eq!(
        problems,
        [
            problem("q.how", ProblemKind::NotOffered),
            problem("q.mine.invoices", ProblemKind::NotOffered),
            problem("q.helped", ProblemKind::NotOffered),
            problem("q.change", ProblemKind::TooLong(4_001)),
            problem("q.again", ProblemKind::Missing),
            Problem { field: None, kind: ProblemKind::NotAsked },
        ]
    );
    let fields = [("q.again", "Yes"), ("q.again", "No")];
    let twice = read(&desk, "ana", &fields).unwrap_err();
    assert_eq!(twice, [problem("q.again", ProblemKind::Twice)]);
    let just = "🚀".repeat(4_000);
    assert!(read(&desk, "ana", &[("q.again", "Yes"), ("q.change", &just)]).is_ok());
    for number in ["0", "06", "+4", "4.0", "-1", "99999999999999999999", "٤"] {
        let problems = read(&desk, "ana", &[("q.again", "Yes"), ("q.how", number)]).unwrap_err();
        assert_eq!(problems, [problem("q.how", ProblemKind::NotOffered)], "{number}");
    }
}

#[tokio::test]
async fn one_person_in_several_roles_gets_one_form_with_all_that_concerns_them() {
    let desk = Desk::open().await;
    let refs = |person: &str| -> Vec<String> {
        desk.asked(person).questions.iter().map(|it| it.r#ref.text.clone()).collect()
    };
    assert_eq!(refs("ana"), ["again", "how", "mine", "helped", "change"]);
    assert_eq!(refs("bob"), ["again", "change"]);
    assert_eq!(refs("jonas"), ["again", "how", "helped", "change"]);
    let everybody = desk.round().asked();
    for asked in &everybody {
        let alone = desk.asked(&asked.person.id);
        assert_eq!(alone.audiences, asked.audiences);
        assert_eq!(alone.questions, asked.questions);
        assert_eq!(alone.items, asked.items);
    }
}

#[tokio::test]
async fn a_link_in_the_mail_preselects_and_nothing_more() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    let chosen = async |query: &str| -> Vec<String> {
        let page = desk.get(&format!("{form}{query}")).await;
        assert_eq!(page.status, 200);
        let first = page.body.split("name=\"q.again\"").skip(1);
        let chosen = first.filter(|it| it.split('>').next().unwrap().contains(" checked"));
        chosen.map(|it| it.split('"').nth(1).unwrap().to_owned()).collect()
    };
    assert!(chosen("").await.is_empty());
    assert_eq!(chosen("?answer=2").await, ["Yes, but differently"]);
    for nothing in ["?answer=0", "?answer=4", "?answer=-1", "?answer=%31", "?answer=x", "?a=1"] {
        assert!(chosen(nothing).await.is_empty(), "{nothing}");
    }
    desk.answer("ana", &[("q.again", "No")]).await;
    assert_eq!(chosen("").await, ["No"]);
    assert_eq!(chosen("?answer=1").await, ["Yes"]);
}

#[tokio::test]
async fn own_items_are_asked_about_as_they_really_went() {
    let repository = repository()
        .with_in_list("- Ref: invoices\n- Status:", "- Ref: invoices\n- Status: done")
        .with_in_list(
            "- Ref: printing\n- Status:",
            "- Ref: printing\n- Status: skipped\n- Reason: too big: <b>the</b> driver is not ours",
        );
    let desk = Desk::of(repository, |_| {}).await;
    let page = desk.get(&desk.form("ana")).await.body;
    assert!(page.contains("Invoices are a bit off</bdi></strong> is done. Does it do"), "{page}");
    assert!(page.contains("Printing are a bit off</bdi></strong> was skipped. Do you"));
    assert!(page.contains("Manual are a bit off</bdi></strong> was not finished."));
    assert!(page.contains("The reason given: ") && !page.contains("<b>the"), "{page}");
    assert!(!page.contains("Labels are a bit off"), "that one is Marta's");
    let answers = read(
        &desk,
        "ana",
        &[("q.again", "No"), ("q.mine.invoices", "partly"), ("q.mine.printing", "later")],
    );
    assert!(answers.is_ok());
}

#[tokio::test]
async fn the_form_says_who_will_see_what_and_until_when() {
    let desk = Desk::open().await;
    let page = desk.get(&desk.form("ana")).await.body;
    for words in ["Ana, thank you", "Friday 14 August 2026", "groups of at least five", "destroyed"]
    {
        assert!(page.contains(words), "{words}");
    }
    // That somebody has answered stays known; what they answered does not.
    assert!(page.contains("It is known who has answered, so that"), "{page}");
    let after = "When the survey closes, on Friday 14 August 2026, the key";
    assert!(page.contains(after), "{page}");
    for never in ["<script", "style=", "http://", "<img", "example.org/\" rel", "ana@example"] {
        assert!(!page.contains(never), "{never}");
    }
}
