//! The form on the network: what is kept, what is asked about once more, and what is refused.

use axum::body::Body;
use axum::http::Request;
use littlethings::survey::collect::Limits;

use super::desk::{Desk, FORM, ROUND, encoded, repository};

#[tokio::test]
async fn an_answer_is_kept_and_can_be_changed_until_closing() {
    let desk = Desk::open().await;
    let sent = desk.answer("ana", &[("q.again", "Yes"), ("q.change", "Earlier")]).await;
    assert_eq!(sent.status, 303);
    let thanks = format!("{}/thanks", desk.form("ana"));
    assert!(thanks.ends_with(sent.header("location")), "{}", sent.header("location"));
    assert!(desk.get(&thanks).await.body.contains("Thank you"));
    let page = desk.get(&desk.form("ana")).await.body;
    assert!(page.contains(">\nEarlier</textarea>") && page.contains("answered already"), "{page}");
    assert_eq!(desk.answer("ana", &[("q.again", "No")]).await.status, 303);
    let reply = desk.store.reply(ROUND, "ana").await.unwrap().unwrap();
    assert_eq!(reply.revision, 2);
    assert_eq!(reply.answers, [("again".to_owned(), r#"{"one":"No"}"#.to_owned())]);
    let answered = desk.store.who_answered().await.unwrap();
    assert_eq!(answered[ROUND].iter().collect::<Vec<_>>(), ["ana"]);
    // Thanks are for those who have answered.
    let early = desk.get(&format!("{}/thanks", desk.form("bob"))).await;
    assert_eq!(early.status, 303);
    assert!(desk.form("bob").ends_with(early.header("location").trim_start_matches("..")));
}

#[tokio::test]
async fn a_scanner_that_opens_every_link_leaves_not_a_byte() {
    let desk = Desk::open().await;
    desk.answer("marta", &[("q.again", "Yes")]).await;
    let before = desk.bytes().await;
    let mut paths = vec![desk.form("ana"), desk.unremind("ana"), desk.form("marta")];
    paths.extend((0..=5).map(|number| format!("{}?answer={number}", desk.form("ana"))));
    paths.extend((0..=5).map(|number| format!("{}?answer={number}", desk.form("marta"))));
    paths.push(format!("{}/thanks", desk.form("ana")));
    paths.push("/style.css".to_owned());
    paths.push("/healthz".to_owned());
    for _ in 0..100 {
        for path in &paths {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let got = desk.method(method, path).await;
                assert!(got.status < 500, "{method} {path}: {}", got.status);
            }
        }
    }
    assert!(desk.bytes().await == before, "something was written");
}

#[tokio::test]
async fn a_button_pressed_too_soon_is_asked_about_once_more_and_nothing_is_lost() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    let page = desk.get(&form).await;
    desk.wait(1);
    let fields = [("q.again", "Yes"), ("q.change", "Tell us earlier")];
    let asked = desk.send(&form, &page, &fields).await;
    assert_eq!(asked.status, 409);
    assert!(asked.body.contains("press the button once more"), "{}", asked.body);
    assert!(asked.body.contains(">\nTell us earlier</textarea>"));
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().is_none());
    // The second press may be as fast as it likes.
    assert_eq!(desk.send(&form, &asked, &fields).await.status, 303);
    // A form from nowhere, or with somebody else's stamp, is asked about as well.
    let unopened = desk.post(&desk.form("marta"), &[("q.again", "Yes"), ("rev", "0")]).await;
    assert_eq!(unopened.status, 409);
    let others = desk.send(&desk.form("marta"), &page, &[("q.again", "Yes")]).await;
    assert_eq!(others.status, 409);
    let again = desk.send(&desk.form("marta"), &others, &[("q.again", "Yes")]).await;
    assert_eq!(again.status, 303);
}

#[tokio::test]
async fn two_windows_notice_each_other() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    let (one, other) = (desk.get(&form).await, desk.get(&form).await);
    desk.wait(100);
    assert_eq!(desk.send(&form, &one, &[("q.again", "Yes")]).await.status, 303);
    desk.wait(100);
    let asked = desk.send(&form, &other, &[("q.again", "No")]).await;
    assert_eq!(asked.status, 409);
    assert!(asked.body.contains("another window"));
    let reply = desk.store.reply(ROUND, "ana").await.unwrap().unwrap();
    assert!(reply.answers[0].1.contains("Yes") && !reply.unsure);
    assert_eq!(desk.send(&form, &asked, &[("q.again", "No")]).await.status, 303);
    let reply = desk.store.reply(ROUND, "ana").await.unwrap().unwrap();
    assert!(reply.answers[0].1.contains("No"));
}

#[tokio::test]
async fn a_scanner_that_also_sends_every_form_counts_for_nothing_until_a_person_comes() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    let mut pages = Vec::new();
    for number in 1..=3 {
        pages.push(desk.get(&format!("{form}?answer={number}")).await);
    }
    desk.wait(5);
    for (page, choice) in pages.iter().zip(["Yes", "Yes, but differently", "No"]) {
        desk.send(&form, page, &[("q.again", choice)]).await;
    }
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().unwrap().unsure);
    assert!(desk.store.who_answered().await.unwrap().is_empty(), "she will be reminded");
    assert_eq!(desk.store.answer_rows(ROUND).await.unwrap().0.len(), 0);
    desk.wait(86_400);
    let page = desk.get(&form).await;
    assert!(page.body.contains("Several different answers"));
    desk.wait(20);
    assert_eq!(desk.send(&form, &page, &[("q.again", "No")]).await.status, 303);
    assert_eq!(desk.store.answer_rows(ROUND).await.unwrap().0.len(), 1);
}

#[tokio::test]
async fn one_that_opens_and_sends_in_turn_is_noticed_too() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    for (choice, status) in [("Yes", 303), ("No", 409)] {
        let page = desk.get(&form).await;
        desk.wait(5);
        assert_eq!(desk.send(&form, &page, &[("q.again", choice)]).await.status, status);
    }
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().unwrap().unsure);
    // Somebody who changes their mind about anything else is not asked.
    let page = desk.get(&desk.form("marta")).await;
    desk.wait(5);
    let sent = desk.send(&desk.form("marta"), &page, &[("q.again", "Yes")]).await;
    assert_eq!(sent.status, 303);
    let page = desk.get(&desk.form("marta")).await;
    desk.wait(5);
    let fields = [("q.again", "Yes"), ("q.how", "5")];
    assert_eq!(desk.send(&desk.form("marta"), &page, &fields).await.status, 303);
}

#[tokio::test]
async fn what_is_missing_is_said_and_what_was_typed_is_kept() {
    let desk = Desk::open().await;
    let typed = "</textarea><script>alert(1)</script>{{ 7 * 7 }}=cmd()";
    let fields = [("q.how", "4"), ("q.helped", "Mails"), ("q.change", typed)];
    let page = desk.get(&desk.form("ana")).await;
    desk.wait(90);
    let asked = desk.send(&desk.form("ana"), &page, &fields).await;
    assert_eq!(asked.status, 422);
    assert!(asked.body.contains("One thing is missing or wrong"));
    assert!(asked.body.contains("<a href=\"#q1-1\"><bdi>Should there be another week?"));
    assert!(asked.body.contains("name=\"q.how\" value=\"4\" checked"), "{}", asked.body);
    assert!(asked.body.contains("value=\"Mails\" checked"));
    assert!(asked.body.contains("&lt;/textarea&gt;&lt;script&gt;"));
    assert!(!asked.body.contains("<script") && !asked.body.contains(">49"));
    let mut whole = fields.to_vec();
    whole.push(("q.again", "No"));
    assert_eq!(desk.send(&desk.form("ana"), &asked, &whole).await.status, 303);
    let page = desk.get(&desk.form("ana")).await.body;
    assert!(page.contains("{{ 7 * 7 }}") && !page.contains("<script"));
    assert!(page.contains("You have answered already"), "{page}");
    // Who then makes a slip has answered all the same, and sees what was typed.
    let again = desk.get(&desk.form("ana")).await;
    desk.wait(5);
    let slip = desk.send(&desk.form("ana"), &again, &fields).await;
    assert_eq!(slip.status, 422);
    assert!(slip.body.contains("your earlier answers count"), "{}", slip.body);
    assert!(!slip.body.contains("Nothing was sent"), "{}", slip.body);
    assert!(!slip.body.contains("You have answered already"), "{}", slip.body);
}

#[tokio::test]
async fn what_is_no_form_is_refused_in_words() {
    let desk = Desk::open().await;
    let form = desk.form("ana");
    let before = desk.bytes().await;
    let status = async |sort: &str, body: Vec<u8>| {
        let got = desk.post_as(&form, sort, body).await;
        assert!(got.body.contains("<h1") && !got.body.contains("ana@"), "{}", got.body);
        got.status
    };
    assert_eq!(status("application/json", b"{\"q.again\":\"Yes\"}".to_vec()).await, 415);
    assert_eq!(status("multipart/form-data; boundary=x", b"--x--".to_vec()).await, 415);
    assert_eq!(status("", Vec::new()).await, 415);
    assert_eq!(status(FORM, vec![b'x'; 33 << 10]).await, 413);
    assert_eq!(status(FORM, vec![b'x'; 1 << 20]).await, 413);
    assert_eq!(status(FORM, b"q.change=%00".to_vec()).await, 400);
    assert_eq!(status(FORM, b"q.change=\0".to_vec()).await, 400);
    assert_eq!(status(FORM, b"q.change=%ED%A0%80".to_vec()).await, 400);
    assert_eq!(status(FORM, "a=1&".repeat(10_000).into_bytes()).await, 400);
    assert_eq!(status(FORM, b"q.again=Perhaps".to_vec()).await, 422);
    assert_eq!(status(FORM, Vec::new()).await, 422);
    let emoji = format!("q.again=Yes&q.change={}", "%F0%9F%9A%80".repeat(4_001));
    assert_eq!(status(FORM, emoji.into_bytes()).await, 422);
    assert!(desk.bytes().await == before, "something was written");
}

#[tokio::test]
async fn a_body_without_end_is_cut() {
    let desk = Desk::of(repository(), |limits| {
        limits.body = std::time::Duration::from_millis(50);
    })
    .await;
    let endless = futures_util::stream::iter(std::iter::repeat_with(|| {
        Ok::<_, std::io::Error>(vec![b'x'; 1024])
    }));
    let got = desk.post_as(&desk.form("ana"), FORM, Body::from_stream(endless)).await;
    assert_eq!(got.status, 413);
    let silent = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let got = desk.post_as(&desk.form("ana"), FORM, Body::from_stream(silent)).await;
    assert_eq!(got.status, 408);
}

#[tokio::test]
async fn a_form_of_somebody_elses_page_is_refused() {
    let desk = Desk::open().await;
    let page = desk.get(&desk.form("ana")).await;
    desk.wait(90);
    let hidden = page.hidden();
    let mut fields: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("q.again", "Yes"));
    let send = async |name: &str, value: &str| {
        let request = Request::builder()
            .method("POST")
            .uri(desk.form("ana"))
            .header("content-type", FORM)
            .header("host", "answers.example.org")
            .header(name, value);
        desk.ask(request.body(encoded(&fields).into()).unwrap()).await.status
    };
    assert_eq!(send("origin", "https://evil.example").await, 403);
    assert_eq!(send("sec-fetch-site", "cross-site").await, 403);
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().is_none());
    // What browsers send from a page without a referrer.
    assert_eq!(send("origin", "null").await, 303);
}

#[tokio::test]
async fn a_link_that_sends_without_end_has_to_wait() {
    let desk = Desk::of(repository(), |limits: &mut Limits| limits.posts = 3).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(desk.answer("ana", &[("q.again", "Yes")]).await.status);
    }
    assert_eq!(statuses, [303, 303, 303, 429]);
    assert_eq!(desk.answer("marta", &[("q.again", "Yes")]).await.status, 303);
    desk.wait(3_600);
    assert_eq!(desk.answer("ana", &[("q.again", "Yes")]).await.status, 303);
}

#[tokio::test]
async fn reminders_end_by_a_click_and_not_by_being_looked_at() {
    let desk = Desk::open().await;
    let path = desk.unremind("ana");
    let page = desk.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"List-Unsubscribe\" value=\"One-Click\""));
    for body in ["", "List-Unsubscribe=one-click", "List-Unsubscribe=One-Click&a=b"] {
        assert_eq!(desk.post_as(&path, FORM, body).await.status, 400, "{body}");
    }
    assert!(desk.store.who_wants_no_reminder().await.unwrap().is_empty());
    let done = desk.post_as(&path, FORM, "List-Unsubscribe=One-Click").await;
    assert_eq!(done.status, 200);
    assert!(done.body.contains("will not be reminded again"));
    let unreminded = desk.store.who_wants_no_reminder().await.unwrap();
    assert!(unreminded[ROUND].contains("ana"));
    assert!(desk.store.who_answered().await.unwrap().is_empty());
    let wrong = format!("/unremind/{}", desk.form("ana").trim_start_matches("/a/"));
    assert_eq!(desk.get(&wrong).await.status, 404);
}

#[tokio::test]
async fn personal_pages_are_kept_by_nobody_and_ask_nobody_else() {
    let desk = Desk::open().await;
    for path in [desk.form("ana"), "/a/wrong".to_owned(), desk.unremind("ana"), "/x".to_owned()] {
        let got = desk.get(&path).await;
        assert_eq!(got.header("cache-control"), "no-store", "{path}");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(got.header("x-robots-tag").contains("noindex"));
        assert_eq!(
            got.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'"
        );
        assert_eq!(got.header("set-cookie"), "");
    }
    assert_eq!(desk.get("/style.css").await.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(desk.get("/healthz").await.body, "ok\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_forms_on_one_store_keep_what_each_of_them_said_they_would() {
    let first = Desk::open().await;
    let place = first.store.place().clone();
    let forms = [(); 3].map(|()| {
        let place = place.clone();
        tokio::spawn(async move {
            let desk = Desk::at(repository(), &place, |_| {}).await;
            let mut kept = Vec::new();
            for person in ["ana", "marta", "rui", "eva", "bob", "jonas"] {
                let page = desk.get(&desk.form(person)).await;
                desk.wait(61);
                let form = desk.form(person);
                match desk.send(&form, &page, &[("q.again", "Yes")]).await.status {
                    303 => kept.push(person),
                    // Another form was faster, or it was done before this one was opened.
                    status => assert_eq!(status, 409),
                }
            }
            kept
        })
    });
    let mut kept = 0;
    for form in forms {
        kept += form.await.unwrap().len();
    }
    let mut revisions = 0;
    for person in ["ana", "marta", "rui", "eva", "bob", "jonas"] {
        revisions += first.store.reply(ROUND, person).await.unwrap().unwrap().revision;
    }
    assert_eq!(i64::try_from(kept).unwrap(), revisions, "each that was kept is one revision");
    assert_eq!(first.store.answer_rows(ROUND).await.unwrap().0.len(), 6);
    assert_eq!(first.store.who_answered().await.unwrap()[ROUND].len(), 6);
}
