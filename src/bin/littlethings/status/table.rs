//! The numbers of a round in columns of text.

use std::fmt::Write;

use littlethings::model::Status;
use littlethings::words::count;

use super::numbers::{Numbers, ProductNumbers, SurveyNumbers};
use crate::text::{cut, padded, width, wrap};

/// A mark a status, told apart by shape; the last is for a word that is no status.
const MARKS: [(char, Status); 5] = [
    ('.', Status::Submitted),
    ('-', Status::Skipped),
    ('>', Status::Started),
    ('+', Status::Done),
    ('*', Status::SignedOff),
];
const STRANGE: char = '?';
/// A place of the list that nobody has filled.
const EMPTY: char = '_';

/// A round in at most `columns` columns.
pub fn table(round: &Numbers, columns: usize) -> String {
    let mut page = head(round, columns);
    let room = name_room(round, columns);
    let marks = marks_room(round);
    let _ = writeln!(
        page,
        "\n{}  {}   .  -  >  +  *  agreed",
        padded("product", room),
        padded("items", marks)
    );
    for product in &round.products {
        page.push_str(&row(product, room, marks));
    }
    let _ = writeln!(page, "{}", legend());
    waiting(&mut page, round, columns);
    promises(&mut page, round, columns);
    let _ = writeln!(page, "\n{}", cut(&survey(&round.survey), columns));
    page
}

fn head(round: &Numbers, columns: usize) -> String {
    let mut page = String::new();
    let title = format!("{} ({}): {}", round.title, round.slug, phase(round.phase));
    let _ = writeln!(page, "{}", cut(&title, columns));
    if let Some(next) = &round.next {
        let _ = writeln!(page, "{}", cut(&format!("next: {}, {}", next.what, next.words), columns));
    }
    page
}

fn phase(word: &str) -> &str {
    match word {
        "week" => "the week",
        "frozen" => "the lists are frozen",
        other => other,
    }
}

/// The widest name, but not so wide that the rest of the row does not fit.
fn name_room(round: &Numbers, columns: usize) -> usize {
    let widest = round.products.iter().map(|product| width(&product.name)).max().unwrap_or(0);
    let rest = marks_room(round) + 30;
    widest.clamp(7, columns.saturating_sub(rest).max(7))
}

fn marks_room(round: &Numbers) -> usize {
    let longest = round.products.iter().map(|product| product.wanted.max(product.items.len()));
    longest.max().unwrap_or(10).clamp(10, 20)
}

fn row(product: &ProductNumbers, room: usize, marks_room: usize) -> String {
    let name = padded(&product.name, room);
    let must = product.agreed.len() + product.not_agreed.len();
    let agreed = format!("{} of {must}", product.agreed.len());
    let counts: String = match product.list {
        "read" => MARKS
            .iter()
            .map(|(_, status)| match product.count(status) {
                0 => "   ".to_owned(),
                number => format!("{number:>3}"),
            })
            .collect(),
        _ => " ".repeat(3 * MARKS.len()),
    };
    let marks = match product.list {
        "read" => marks(product),
        "missing" => "no list".to_owned(),
        _ => "unreadable".to_owned(),
    };
    format!("{name}  {} {counts}  {agreed}\n", padded(&marks, marks_room))
}

/// A mark an item, in order of priority, and one for each place still free.
fn marks(product: &ProductNumbers) -> String {
    let items = product.items.iter().map(|item| {
        MARKS.iter().find(|(_, status)| status.word() == item).map_or(STRANGE, |(mark, _)| *mark)
    });
    let free = product.wanted.saturating_sub(product.items.len());
    items.chain(std::iter::repeat_n(EMPTY, free)).collect()
}

fn legend() -> String {
    let marks: Vec<String> =
        MARKS.iter().map(|(mark, status)| format!("{mark} {}", status.word())).collect();
    format!("{}   {EMPTY} free", marks.join("   "))
}

fn waiting(page: &mut String, round: &Numbers, columns: usize) {
    let mut waiting = round.products.iter().filter(|it| !it.waits_for.is_empty()).peekable();
    if waiting.peek().is_none() {
        return;
    }
    page.push_str("\nwaiting for\n");
    for product in waiting {
        let text = format!("{}: {}", product.name, product.waits_for.join("; "));
        page.push_str(&wrap(&text, "  ", "    ", columns));
    }
}

fn promises(page: &mut String, round: &Numbers, columns: usize) {
    if round.promises.is_empty() {
        return;
    }
    let number = count(round.promises.len(), "open promise", "open promises");
    let _ = writeln!(page, "\n{number}");
    for promise in &round.promises {
        let who =
            if promise.devs.is_empty() { "nobody".to_owned() } else { promise.devs.join(", ") };
        let text = format!("  {}: {} ({who})", promise.product, promise.title);
        let _ = writeln!(page, "{}", cut(&text, columns));
    }
}

fn survey(survey: &SurveyNumbers) -> String {
    let SurveyNumbers { state, opens, late_days, asked, answered, silent } = survey;
    match *state {
        "asked" => format!("survey: {asked} asked, {answered} answered, {silent} silent"),
        "late" if *late_days == 0 => "survey: not asked yet, and due today".to_owned(),
        "late" => {
            let days = count(usize::try_from(*late_days).unwrap_or(0), "day", "days");
            format!("survey: not asked yet, {days} late")
        }
        "missing" => "survey: there is no survey.md yet".to_owned(),
        _ => format!("survey: opens {opens}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbers::{Next, Promise};
    use super::*;

    fn product(name: &str, items: &[&str]) -> ProductNumbers {
        ProductNumbers {
            key: "atlas".into(),
            name: name.into(),
            list: "read",
            wanted: 10,
            items: items.iter().map(|item| (*item).to_owned()).collect(),
            agreed: vec!["Berlin".into()],
            not_agreed: vec!["Lisbon".into()],
            waits_for: vec!["Lisbon to agree".into(), "Jonas Weber to finish 1 item".into()],
        }
    }

    fn numbers() -> Numbers {
        let all = ["signed off", "done", "started", "skipped", "submitted", "other"];
        let missing = ProductNumbers {
            list: "missing",
            items: vec![],
            agreed: vec![],
            waits_for: vec![],
            ..product("請求書ポータル", &[])
        };
        Numbers {
            slug: "2026-summer".into(),
            title: "Summer 2026".into(),
            phase: "week",
            next: Some(Next {
                what: "the week ends",
                at: "2026-07-31T22:00:00Z".parse().unwrap(),
                words: "31 July 2026, in 2 days".into(),
            }),
            products: vec![product("Atlas", &all), missing],
            promises: vec![Promise {
                product: "Atlas".into(),
                r#ref: "x".into(),
                title: "Invoice PDF shows the wrong currency ".repeat(4),
                devs: vec!["Jonas Weber".into()],
            }],
            survey: SurveyNumbers {
                state: "late",
                opens: String::new(),
                late_days: 6,
                asked: 0,
                answered: 0,
                silent: 0,
            },
        }
    }

    #[test]
    fn a_round_fits_on_a_terminal_and_its_columns_stand_below_each_other() {
        let table = table(&numbers(), 80);
        assert!(table.lines().all(|line| width(line) <= 80), "{table}");
        insta::assert_snapshot!(table, @r"
        Summer 2026 (2026-summer): the week
        next: the week ends, 31 July 2026, in 2 days

        product         items        .  -  >  +  *  agreed
        Atlas           *+>-.?____   1  1  1  1  1  1 of 2
        請求書ポータル  no list                     0 of 1
        . submitted   - skipped   > started   + done   * signed off   _ free

        waiting for
          Atlas: Lisbon to agree; Jonas Weber to finish 1 item

        1 open promise
          Atlas: Invoice PDF shows the wrong currency Invoice PDF shows the wrong cur...

        survey: not asked yet, 6 days late
        ");
    }

    #[test]
    fn a_long_name_gives_way() {
        let mut numbers = numbers();
        numbers.products[0].name = "A product with a very long name ".repeat(5);
        let table = table(&numbers, 80);
        assert!(table.lines().all(|line| width(line) <= 80), "{table}");
    }
}
