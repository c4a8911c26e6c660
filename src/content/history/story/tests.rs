use super::*;

fn commit(second: i64) -> Commit {
    Commit { id: format!("c{second}"), at: Timestamp::from_second(second).unwrap() }
}

fn version(text: &str) -> Version {
    super::version(&Source::new("", text))
}

fn told(history: &History) -> Vec<String> {
    history
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {}: {} > {}",
                change.commit,
                change.r#ref,
                change.from.as_ref().map_or("new", Status::word),
                change.to.word()
            )
        })
        .collect()
}

#[test]
fn an_item_keeps_its_story_when_it_moves_and_when_its_title_changes() {
    let (one, two, three) = (commit(1), commit(2), commit(3));
    let first = version("# A\n\n## Printer\n- Ref: printer\n- Status: submitted\n");
    let started = version("# A\n\n## Printer jams\n- Ref: printer\n- Status: started\n");
    let (empty, moved) =
        (version("# A\n"), version("# B\n\n## Printer jams\n- Ref: Printer\n- Status: done\n"));
    let steps = [
        Step {
            commit: &one,
            lists: vec![("atlas", Left::List(&first))],
            drafts: vec![],
            is_cut: false,
        },
        Step {
            commit: &two,
            lists: vec![("atlas", Left::List(&started))],
            drafts: vec![],
            is_cut: false,
        },
        Step {
            commit: &three,
            lists: vec![("atlas", Left::List(&empty)), ("borealis", Left::List(&moved))],
            drafts: vec![],
            is_cut: false,
        },
    ];
    let history = history(&steps, Timestamp::from_second(1).unwrap(), Timestamp::MAX);
    assert_eq!(
        told(&history),
        [
            "c1 printer: new > submitted",
            "c2 printer: submitted > started",
            "c3 Printer: started > done"
        ]
    );
    assert_eq!(
        history.frozen,
        Some(vec![Frozen {
            product: "atlas".into(),
            items: vec![FrozenItem::new("printer", "Printer")]
        }])
    );
}

fn left(version: Option<&Version>) -> Left<'_> {
    version.map_or(Left::Nothing, Left::List)
}

/// What the steps tell, each of which changes some lists; no text takes the list away.
fn story(steps: &[&[(&str, Option<&str>)]]) -> Vec<String> {
    let commits: Vec<Commit> = (1..).map(commit).take(steps.len()).collect();
    let versions: Vec<Vec<(&str, Option<Version>)>> = steps
        .iter()
        .map(|lists| lists.iter().map(|(name, text)| (*name, text.map(version))).collect())
        .collect();
    let steps: Vec<Step> = commits
        .iter()
        .zip(&versions)
        .map(|(commit, lists)| Step {
            commit,
            lists: lists.iter().map(|(name, version)| (*name, left(version.as_ref()))).collect(),
            drafts: vec![],
            is_cut: false,
        })
        .collect();
    told(&history(&steps, Timestamp::UNIX_EPOCH, Timestamp::MAX))
}

#[test]
fn a_commit_to_another_list_changes_nothing_for_two_of_one_name() {
    for written in ["", "- Ref: jams\n"] {
        let started = format!("# A\n\n## Jams\n{written}- Status: started\n");
        let submitted = format!("# B\n\n## Jams\n{written}- Status: submitted\n");
        let done = started.replace("started", "done");
        let story = story(&[
            &[("atlas", Some(&started)), ("borealis", Some(&submitted))],
            &[("corona", Some("# C\n\n## Labels\n"))],
            &[("corona", Some("# C\n\n## Labels\n- Status: done\n"))],
            &[("borealis", Some(&submitted.replace("# B", "# Borealis")))],
            &[("atlas", Some(&done))],
        ]);
        assert_eq!(
            story,
            [
                "c1 jams: new > started",
                "c1 jams: new > submitted",
                "c2 labels: new > submitted",
                "c3 labels: submitted > done",
                "c5 jams: started > done"
            ]
        );
    }
}

#[test]
fn of_two_with_one_ref_on_a_list_the_titles_tell_which_is_which() {
    let first = "# A\n\n## One\n- Ref: x\n- Status: done\n\n## Two\n- Ref: x\n";
    let second = "# A\n\n## Two\n- Ref: x\n- Status: skipped\n\n## One\n- Ref: x\n- Status: done\n";
    assert_eq!(
        story(&[&[("atlas", Some(first))], &[("atlas", Some(second))]]),
        ["c1 x: new > done", "c1 x: new > submitted", "c2 x: submitted > skipped"]
    );
}

#[test]
fn a_copy_leaves_the_story_to_whom_it_was_copied_from() {
    let item = |title: &str, status: &str| format!("\n## {title}\n- Ref: x\n- Status: {status}\n");
    let list = |items: &[String]| format!("# A\n{}", items.concat());
    let one = |status: &str| item("One", status);
    let began = list(&[one("started")]);
    let copied = list(&[item("Two", "submitted"), one("started")]);
    let reworded = list(&[item("Two b", "skipped"), one("done")]);
    let told = ["c1 x: new > started", "c3 x: started > done"];
    let steps = [&began, &copied, &reworded].map(|text| [("atlas", Some(text.as_str()))]);
    assert_eq!(story(&steps.each_ref().map(|step| &step[..])), told);
    // Also from another list, unless it has the title as well.
    let (done, other) = (list(&[one("done")]), list(&[item("Two", "submitted")]));
    let steps = [("atlas", &began), ("borealis", &other), ("atlas", &done)];
    let steps = steps.map(|(product, text)| [(product, Some(text.as_str()))]);
    assert_eq!(story(&steps.each_ref().map(|step| &step[..])), told);
    // Once the other is gone, the ref is its own, and so is what comes after.
    let (left, with_ref) = (list(&[item("Two", "skipped")]), copied.replacen("x", "y", 1));
    let steps = [&began, &copied, &left].map(|text| [("atlas", Some(text.as_str()))]);
    let told = story(&steps.each_ref().map(|step| &step[..]));
    assert_eq!(told, ["c1 x: new > started", "c3 x: started > skipped"]);
    let steps = [&began, &copied, &with_ref].map(|text| [("atlas", Some(text.as_str()))]);
    let told = story(&steps.each_ref().map(|step| &step[..]));
    assert_eq!(told, ["c1 x: new > started", "c3 y: new > submitted"]);
}

#[test]
fn what_is_told_of_an_item_that_moved_is_told_of_where_it_is_now() {
    let [one, two, three] = [1, 2, 3].map(commit);
    let item = |list: &str, status: &str| {
        version(&format!("# {list}\n\n## Jams\n- Ref: jams\n- Status: {status}\n"))
    };
    let [began, done] = [item("A", "started"), item("B", "done")];
    let none = version("# A\n");
    let step = |commit, lists| Step { commit, lists, drafts: vec![], is_cut: false };
    let steps = [
        step(&one, vec![("atlas", Left::List(&began))]),
        step(&two, vec![("atlas", Left::List(&none)), ("borealis", Left::List(&done))]),
        step(&three, vec![("borealis", Left::List(&none))]),
    ];
    for told in [2, 3] {
        let history = history(&steps[..told], Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let lists = history.changes.iter().map(|it| (it.product.as_str(), it.product_now.as_str()));
        let lists: Vec<(&str, &str)> = lists.collect();
        assert_eq!(lists, [("atlas", "borealis"), ("borealis", "borealis")]);
    }
}

#[test]
fn who_moves_an_item_in_two_commits_moves_its_story() {
    let item = "## Jams\n- Ref: jams\n- Status: started\n";
    let empty = Some("# A\n");
    let (a, b) = (format!("# A\n\n{item}"), format!("# B\n\n{item}"));
    let began: &[_] = &[("atlas", Some(a.as_str()))];
    let written: &[_] = &[("borealis", Some(b.as_str()))];
    let finished = b.replace("started", "done");
    let finished: &[_] = &[("borealis", Some(finished.as_str()))];
    for gone in [&[("atlas", empty)][..], &[("atlas", None)]] {
        for steps in [[began, gone, written, finished], [began, written, gone, finished]] {
            let done = steps.len();
            let done = format!("c{done} jams: started > done");
            assert_eq!(story(&steps), ["c1 jams: new > started", &done]);
        }
    }
}

#[test]
fn an_item_that_gets_a_ref_or_another_title_keeps_its_story() {
    let text = |title: &str, written: &str, status: &str| {
        format!("# A\n\n## {title}\n- Owner: Ana\n{written}- Status: {status}\n\nIt jams.\n")
    };
    let began = text("Wish one", "", "started");
    let told = |after: &[String]| {
        let steps: Vec<[(&str, Option<&str>); 1]> =
            [&began].into_iter().chain(after).map(|it| [("atlas", Some(it.as_str()))]).collect();
        story(&steps.iter().map(|step| &step[..]).collect::<Vec<_>>())
    };
    let with_ref = text("Wish one", "- Ref: currency\n", "started");
    assert_eq!(told(std::slice::from_ref(&with_ref)), ["c1 currency: new > started"]);
    let done = text("Wish 1", "- Ref: currency\n", "done");
    assert_eq!(
        told(&[with_ref, done]),
        ["c1 currency: new > started", "c3 currency: started > done"]
    );
    let retitled = text("Currency", "", "started");
    let done = text("Currency", "- Ref: cash\n", "done");
    assert_eq!(
        told(&[retitled.clone(), done]),
        ["c1 cash: new > started", "c3 cash: started > done"]
    );
    // Of another owner it is another item, and so is one with a ref that somebody wrote, or one
    // that has nothing in common with what was there.
    for other in [
        retitled.replace("Ana", "Rui"),
        text("Currency", "- Ref: cash\n", "started"),
        retitled.replace("It jams", "Tea"),
    ] {
        let told = told(&[other]);
        assert!(told.len() == 2 && told[1].ends_with("new > started"), "{told:?}");
    }
    // One that is on another list now has left nothing behind.
    let moved = text("Wish one", "", "done");
    let both = [("atlas", Some(retitled.as_str())), ("borealis", Some(moved.as_str()))];
    assert_eq!(
        story(&[&[("atlas", Some(began.as_str()))], &both]),
        ["c1 wish-one: new > started", "c2 currency: new > started", "c2 wish-one: started > done"]
    );
}

#[test]
fn what_was_frozen_is_known_by_the_ref_that_it_has_now() {
    let texts = [
        "# A\n\n## Bells\n\n## Chairs\n",
        "# A\n\n## Bells\n- Ref: 12\n\n## Chairs\n",
        "# A\n\n## Louder bells, please\n- Ref: 12\n\n## Chairs\n",
        "# A\n\n## Chairs\n",
    ];
    let (commits, versions) = ((1..5).map(commit).collect::<Vec<_>>(), texts.map(version));
    let steps: Vec<Step> = commits
        .iter()
        .zip(&versions)
        .map(|(commit, version)| Step {
            commit,
            lists: vec![("atlas", Left::List(version))],
            drafts: vec![],
            is_cut: false,
        })
        .collect();
    let then =
        |r#ref: &str| FrozenItem { r#ref: r#ref.into(), ..FrozenItem::new("bells", "Bells") };
    for (told, r#ref) in [(1, "bells"), (2, "12"), (3, "12"), (4, "12")] {
        let history = history(&steps[..told], Timestamp::from_second(1).unwrap(), Timestamp::MAX);
        let items = vec![then(r#ref), FrozenItem::new("chairs", "Chairs")];
        assert_eq!(history.frozen, Some(vec![Frozen { product: "atlas".into(), items }]));
    }
}

#[test]
fn an_item_with_the_title_of_another_is_a_new_one() {
    let started = Some("# A\n\n## Jams\n- Status: started\n");
    let fresh = Some("# B\n\n## Jams\n");
    let both = [&[("atlas", started)][..], &[("borealis", fresh)]];
    assert_eq!(story(&both), ["c1 jams: new > started", "c2 jams: new > submitted"]);
    // Unless the other one is gone: then somebody moved it.
    let moved = [&[("atlas", started)][..], &[("atlas", None), ("borealis", fresh)]];
    assert_eq!(story(&moved), ["c1 jams: new > started", "c2 jams: started > submitted"]);
}

#[test]
fn a_list_stands_as_its_text_says_whatever_refs_the_site_gave_it() {
    let text = "# A\n\n## One\n- Status: done\n\n## One\n\n## Two\n- Ref: one-2\n\n## One\n- Ref: ONE\n\n## 3. ✨\n- Ref: !\n";
    let known = Known { people: &People::default(), hubs: &[] };
    let mut list = list::read(&Source::new("a.md", text), known, &mut Notes::default());
    assert_eq!(standing(&list, text), version(text));
    let other = "# B\n\n## Two\n- Ref: one\n";
    let mut other = list::read(&Source::new("b.md", other), known, &mut Notes::default());
    list::addresses(other.items.iter_mut().chain(&mut list.items).map(|item| (0, item)));
    assert_ne!(list.items[0].r#ref.text, version(text).items[0].r#ref);
    assert_eq!(standing(&list, text), version(text));
}

/// Of each list that counts as frozen at the second commit, its product and its refs.
fn stood(steps: &[Left]) -> Vec<String> {
    let commits: Vec<Commit> = (1..).map(commit).take(steps.len()).collect();
    let other = version("# B\n\n## Mouse\n");
    let begin = Step {
        commit: &commits[0],
        lists: vec![("borealis", Left::List(&other))],
        drafts: vec![],
        is_cut: false,
    };
    let step = |(commit, left)| Step {
        commit,
        lists: vec![("atlas", left)],
        drafts: vec![],
        is_cut: false,
    };
    let steps: Vec<Step> =
        [begin].into_iter().chain(commits.iter().zip(steps.to_vec()).map(step)).collect();
    let frozen =
        history(&steps, Timestamp::from_second(2).unwrap(), Timestamp::MAX).frozen.unwrap();
    let refs = |list: &Frozen| {
        let refs: Vec<&str> = list.items.iter().map(|item| item.r#ref.as_str()).collect();
        format!("{}: {}", list.product, refs.join(" "))
    };
    frozen.iter().map(refs).collect()
}

#[test]
fn what_follows_on_a_late_commit_is_late_whatever_its_clock_says() {
    let versions = ["# A\n\n## One\n", "# A\n\n## Two\n", "# A\n\n## Six\n"].map(version);
    let stood = |seconds: [i64; 3], now: i64| {
        let commits = seconds.map(commit);
        let steps = commits.iter().zip(&versions).map(|(commit, version)| Step {
            commit,
            lists: vec![("atlas", Left::List(version))],
            drafts: vec![],
            is_cut: false,
        });
        let steps: Vec<Step> = steps.collect();
        let [due, now] = [5, now].map(|second| Timestamp::from_second(second).unwrap());
        let frozen = history(&steps, due, now).frozen?;
        Some(frozen[0].items[0].title.clone())
    };
    assert_eq!(stood([1, 6, 4], 9).as_deref(), Some("One"), "the last clock is slow");
    assert_eq!(stood([1, 900, 4], 9).as_deref(), Some("Six"), "the second is a year ahead");
    assert_eq!(stood([1, 900, 6], 9).as_deref(), Some("One"), "nobody knows when it was made");
    assert_eq!(stood([1, 2, 900], 9).as_deref(), Some("Two"));
    assert_eq!(stood([6, 4, 4], 9), None);
}

#[test]
fn a_list_that_nobody_can_read_when_it_is_due_counts_as_it_last_stood() {
    let (good, new) = (version("# A\n\n## One\n"), version("# A\n\n## Two\n"));
    let (good, new) = (Left::List(&good), Left::List(&new));
    let both = ["atlas: one", "borealis: mouse"];
    assert_eq!(stood(&[good, Left::Unreadable, new]), both);
    assert_eq!(stood(&[good, Left::Unreadable]), both);
    assert_eq!(stood(&[Left::Unreadable, Left::Unreadable, good, new]), both);
}

#[test]
fn what_is_hidden_of_a_list_when_it_is_due_stood_there() {
    let text = |items: &[&str]| format!("# A\n\n{}", items.join("\n\n"));
    let [one, two, six] = ["## 1. One\n- Ref: 11", "## 2. Two", "## 3. *Six*\n- Ref: x"];
    let whole = version(&text(&[one, two, six]));
    let slips = ["<!-- to do", "```"];
    for slip in slips {
        let hidden = version(&text(&[one, slip, two, six]));
        let (whole, hidden) = (Left::List(&whole), Left::List(&hidden));
        let all = ["atlas: 11 two x", "borealis: mouse"];
        assert_eq!(stood(&[whole, hidden, whole]), all);
        assert_eq!(stood(&[whole, hidden]), all);
        assert_eq!(stood(&[hidden, hidden, whole]), all);
        assert_eq!(stood(&[hidden, Left::Unreadable, whole]), all);
        assert_eq!(stood(&[hidden, hidden]), ["atlas: 11", "borealis: mouse"]);
        // What was taken off before the slip, and what came with its mending, never stood there.
        let less = version(&text(&[one, slip, six]));
        let more = version(&text(&[one, six, "## Ten"]));
        let stood = stood(&[whole, Left::List(&less), Left::List(&more)]);
        assert_eq!(stood, ["atlas: 11 x", "borealis: mouse"]);
    }
    // A comment in the middle, which the next one closes.
    let middle = version(&text(&[one, "<!-- to do", two, "<!-- -->", six]));
    let (whole, middle) = (Left::List(&whole), Left::List(&middle));
    assert_eq!(stood(&[whole, middle, whole]), ["atlas: 11 two x", "borealis: mouse"]);
}

#[test]
fn a_list_that_is_away_when_it_is_due_counts_if_it_comes_back_as_it_was() {
    let (good, new) = (version("# A\n\n## One\n"), version("# A\n\n## Two\n"));
    let (good, new) = (Left::List(&good), Left::List(&new));
    assert_eq!(stood(&[good, Left::Nothing, good]), ["atlas: one", "borealis: mouse"]);
    assert_eq!(stood(&[good, Left::Nothing, new]), ["borealis: mouse"]);
    assert_eq!(stood(&[good, Left::Nothing]), ["borealis: mouse"]);
}

#[test]
fn what_a_merge_brings_has_the_date_of_who_wrote_it_first() {
    let text = |status: &str| version(&format!("# A\n\n## One\n- Status: {status}\n"));
    let [submitted, started, done, skipped] = ["submitted", "started", "done", "skipped"].map(text);
    let commits: Vec<Commit> = (0..7).map(commit).collect();
    let draft = |second: usize, before, after| Draft {
        commit: &commits[second],
        before: Left::List(before),
        after: Left::List(after),
    };
    let step = |second: usize, version, drafts| Step {
        commit: &commits[second],
        lists: vec![("atlas", Left::List(version))],
        drafts,
        is_cut: false,
    };
    let begin = || step(1, &submitted, vec![]);
    let told_of = |steps: [Step; 3]| told(&history(&steps, Timestamp::UNIX_EPOCH, Timestamp::MAX));
    let drafts = vec![
        draft(2, &submitted, &started),
        draft(3, &started, &submitted),
        draft(4, &submitted, &started),
    ];
    assert_eq!(
        told_of([begin(), step(5, &started, drafts), step(6, &done, vec![])]),
        ["c1 one: new > submitted", "c2 one: submitted > started", "c6 one: started > done"]
    );
    let drafts = vec![draft(4, &started, &done), draft(2, &submitted, &started)];
    let both = history(&[begin(), step(5, &done, drafts)], Timestamp::UNIX_EPOCH, Timestamp::MAX);
    assert_eq!(both.changes[1].drafts, [Status::Started, Status::Done]);
    // Older than what the line says meanwhile, or written by the merge itself.
    for drafts in [vec![draft(2, &submitted, &started)], vec![draft(4, &submitted, &done)]] {
        assert_eq!(
            told_of([begin(), step(3, &skipped, vec![]), step(5, &started, drafts)]),
            ["c1 one: new > submitted", "c3 one: submitted > skipped", "c5 one: skipped > started"]
        );
    }
}

#[test]
fn what_git_has_not_got_tells_nothing_and_dates_nothing() {
    let text = |status: &str| version(&format!("# A\n\n## One\n- Status: {status}\n"));
    let [started, done] = ["started", "done"].map(text);
    let commits: Vec<Commit> = (1..5).map(commit).collect();
    let lists = [Left::List(&started), Left::Lost, Left::List(&done), Left::List(&started)];
    let steps: Vec<Step> = commits
        .iter()
        .zip(lists)
        .map(|(commit, left)| Step {
            commit,
            lists: vec![("atlas", left)],
            drafts: vec![],
            is_cut: false,
        })
        .collect();
    let due =
        |second: i64| history(&steps, Timestamp::from_second(second).unwrap(), Timestamp::MAX);
    assert_eq!(told(&due(1)), ["c1 one: new > started", "c4 one: done > started"]);
    let is_known = |second: i64| due(second).frozen.is_some();
    assert!(is_known(1) && !is_known(2) && is_known(3));
}

#[test]
fn a_history_that_begins_after_the_deadline_says_nothing_of_the_freeze() {
    let late = commit(9);
    let version = version("# A\n\n## Printer\n");
    let history = history(
        &[Step {
            commit: &late,
            lists: vec![("atlas", Left::List(&version))],
            drafts: vec![],
            is_cut: false,
        }],
        Timestamp::from_second(1).unwrap(),
        Timestamp::MAX,
    );
    assert_eq!(history.frozen, None);
    assert_eq!(history.changes.len(), 1);
}
