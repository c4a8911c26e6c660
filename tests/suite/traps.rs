//! What people type by mistake, and what they must be told; what looks odd and is right.
//!
//! Every trap is one small edit of a well-formed round, with `§` on the line where exactly one
//! finding must stand. It must say what to type instead, and no other line may be blamed for the
//! same mistake. The harmless oddities at the end must read as if nothing were odd.

use rstest::rstest;

use crate::wellformed::*;

/// One edit of the list of Atlas.
fn atlas(from: &str, to: &str) -> Case {
    Case::well_formed().edit(ATLAS, from, to)
}

/// One edit of round.toml.
fn round(from: &str, to: &str) -> Case {
    Case::well_formed().edit(ROUND, from, to)
}

/// One edit of people.toml.
fn people(from: &str, to: &str) -> Case {
    Case::well_formed().edit(PEOPLE, from, to)
}

/// One edit of survey.md.
fn survey(from: &str, to: &str) -> Case {
    Case::well_formed().edit(SURVEY, from, to)
}

/// Something new below the first item's prose.
fn in_prose(more: &str) -> Case {
    atlas("every second invoice.\n", &format!("every second invoice.\n{more}"))
}

#[test]
fn the_well_formed_round_is_well_formed() {
    Case::well_formed().is_harmless();
    let content = Case::well_formed().outcome().content.unwrap();
    assert_eq!(content.site.rounds.len(), 1);
    let round = &content.site.rounds[0];
    assert_eq!(round.items().count(), 20);
    assert_eq!(round.people.all().len(), 17);
    assert_eq!(round.survey.as_ref().map(|survey| survey.questions.len()), Some(5));
    assert_eq!(round.invitation.as_ref().map(|p| &*p.title), Some("A week for your little things"));
    for (_, item) in round.items() {
        assert!(item.owner.as_ref().is_some_and(|o| o.person().is_some()), "{}", item.title);
    }
}

// ---------------------------------------------------------------- facts that a parser loses

#[rstest]
#[case::a_status_below_the_text("every second invoice.\n\n§- Took: 2 days\n", "move it up")]
#[case::a_next_below_the_text("every second invoice.\n\n§- Next: roadmap\n", "move it up")]
fn one_fact_below_the_text(#[case] to: &str, #[case] says: &str) {
    atlas("every second invoice.\n", to).is_told(says);
}

#[test]
fn a_sentence_directly_below_an_empty_fact() {
    atlas("- Hub: Lisbon\n", "- Hub: Lisbon\n- Note:\n§It happens often.\n\n")
        .is_told("put an empty line above it");
}

#[rstest]
#[case::four_spaces_before_owner(
    "- Owner: Ana Duarte\n",
    "    §- Owner: Ana Duarte\n",
    "remove the space"
)]
#[case::a_tab_before_owner(
    "- Owner: Ana Duarte\n",
    "\t§- Owner: Ana Duarte\n",
    "remove the space|remove the tab"
)]
#[case::four_spaces_before_a_fact_amid_others(
    "- Kind: bug\n",
    "    §- Kind: bug\n",
    "remove the space"
)]
#[case::two_spaces_before_a_fact_amid_others(
    "- Kind: bug\n",
    "  §- Kind: bug\n",
    "remove the space"
)]
#[case::a_tab_before_a_fact_amid_others(
    "- Estimate: 3 days\n",
    "\t§- Estimate: 3 days\n",
    "remove the space|remove the tab"
)]
#[case::a_tab_before_status(
    "- Status: started\n",
    "\t§- Status: started\n",
    "remove the space|remove the tab"
)]
#[case::eight_spaces_before_ref(
    "- Ref: invoice-currency\n",
    "        §- Ref: invoice-currency\n",
    "remove the space"
)]
#[case::four_spaces_before_an_agreement(
    "- Agreed by Berlin: yes",
    "    §- Agreed by Berlin: yes",
    "remove the space"
)]
#[case::four_spaces_and_a_blank_line_before_owner(
    "- Owner: Ana Duarte\n",
    "\n    §- Owner: Ana Duarte\n",
    "remove the space"
)]
#[case::four_spaces_before_bold_owner(
    "- Owner: Ana Duarte\n",
    "    §- **Owner:** Ana Duarte\n",
    "remove the space"
)]
#[case::four_spaces_before_a_star(
    "- Owner: Ana Duarte\n",
    "    §* Owner: Ana Duarte\n",
    "remove the space"
)]
#[case::four_hard_spaces_before_owner(
    "- Owner: Ana Duarte\n",
    "\u{a0}\u{a0}\u{a0}\u{a0}§- Owner: Ana Duarte\n",
    "remove the space"
)]
#[case::all_facts_of_an_item_moved_in(
    "- Owner: Zoé Lindström\n- Hub: Berlin\n- Kind: other\n- Ref: export-last-row\n- Dev: Chidi Okafor\n- Estimate: 2h\n- Took: 1 day\n- Status: done\n",
    "    §- Owner: Zoé Lindström\n    ¶- Hub: Berlin\n    ¶- Kind: other\n    ¶- Ref: export-last-row\n    ¶- Dev: Chidi Okafor\n    ¶- Estimate: 2h\n    ¶- Took: 1 day\n    ¶- Status: done\n",
    "remove the space"
)]
#[case::four_spaces_before_a_heading(
    "## Export forgets",
    "    §## Export forgets",
    "remove the space"
)]
#[case::a_tab_before_a_heading(
    "## Export forgets",
    "\t§## Export forgets",
    "remove the space|remove the tab"
)]
fn blanks_before_a_fact(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::no_space_after_the_signs("## Export forgets", "§##Export forgets", "`## ")]
#[case::no_space_after_three_signs("## Export forgets", "§###Export forgets", "`## ")]
#[case::no_space_in_the_first_item("## Invoice PDF", "§##Invoice PDF", "`## ")]
#[case::no_space_in_the_last_item("## Help with", "§##Help with", "`## ")]
#[case::no_space_in_the_title("# Atlas", "§#Atlas", "`# ")]
#[case::three_signs("## Export forgets", "§### Export forgets", "`## ")]
#[case::four_signs("## Export forgets", "§#### Export forgets", "`## ")]
#[case::one_sign("## Export forgets", "§# Export forgets", "`## ")]
#[case::a_second_title(
    "## Export forgets",
    "§# Atlas, part two\n\n## Export forgets",
    "`## |one title|second|first"
)]
#[case::no_title("# Atlas\n\n", "§", "`# ")]
#[case::a_title_of_the_second_level("# Atlas\n", "§## Atlas\n", "`# ")]
#[case::nothing_behind_the_signs(
    "## Export forgets the last row",
    "§##",
    "title|name|wanted|heading"
)]
#[case::a_bullet_before_the_signs("## Export forgets", "§- ## Export forgets", "`## ")]
fn a_heading_that_is_none(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::no_space_after_the_dash("- Owner: Ana Duarte\n", "§-Owner: Ana Duarte\n", "`- Owner")]
#[case::no_space_after_a_later_dash("- Kind: bug\n", "§-Kind: bug\n", "`- Kind")]
#[case::no_space_after_the_last_dash("- Reason:\n", "§-Next: roadmap\n", "`- Next")]
#[case::no_space_after_a_star("- Owner: Ana Duarte\n", "§*Owner: Ana Duarte\n", "`- Owner")]
#[case::no_space_after_a_plus("- Owner: Ana Duarte\n", "§+Owner: Ana Duarte\n", "`- Owner")]
#[case::no_space_before_bold(
    "- Owner: Ana Duarte\n",
    "§-**Owner:** Ana Duarte\n",
    "`- Owner|`- **Owner"
)]
#[case::en_dash("- Owner: Ana Duarte\n", "§– Owner: Ana Duarte\n", "`- Owner")]
#[case::em_dash("- Owner: Ana Duarte\n", "§— Owner: Ana Duarte\n", "`- Owner")]
#[case::minus_sign("- Owner: Ana Duarte\n", "§\u{2212} Owner: Ana Duarte\n", "`- Owner")]
#[case::hard_hyphen("- Owner: Ana Duarte\n", "§\u{2011} Owner: Ana Duarte\n", "`- Owner")]
#[case::round_bullet("- Owner: Ana Duarte\n", "§• Owner: Ana Duarte\n", "`- Owner")]
#[case::round_bullet_and_tab("- Owner: Ana Duarte\n", "§•\tOwner: Ana Duarte\n", "`- Owner")]
#[case::middle_dot("- Owner: Ana Duarte\n", "§· Owner: Ana Duarte\n", "`- Owner")]
#[case::black_circle("- Owner: Ana Duarte\n", "§● Owner: Ana Duarte\n", "`- Owner")]
#[case::square_bullet("- Owner: Ana Duarte\n", "§▪ Owner: Ana Duarte\n", "`- Owner")]
#[case::en_dash_amid_others("- Kind: bug\n", "§– Kind: bug\n", "`- Kind")]
#[case::round_bullet_amid_others("- Kind: bug\n", "§• Kind: bug\n", "`- Kind")]
#[case::round_bullet_for_status("- Status: started\n", "§• Status: started\n", "`- Status")]
#[case::all_with_round_bullets(
    "- Owner: Sam Lee\n- Ref: night-mails\n- Status: submitted\n",
    "§• Owner: Sam Lee\n¶• Ref: night-mails\n¶• Status: submitted\n",
    "`- Owner"
)]
#[case::en_dash_for_an_agreement(
    "- Agreed by Berlin: yes",
    "§– Agreed by Berlin: yes",
    "`- Agreed"
)]
#[case::no_bullet_below_the_heading("- Owner: Ana Duarte\n", "§Owner: Ana Duarte\n", "`- Owner")]
#[case::no_bullet_amid_others("- Kind: bug\n", "§Kind: bug\n", "`- Kind")]
#[case::no_bullet_at_the_end(
    "- Status: started\n- Reason:\n",
    "- Reason:\n§Status: started\n",
    "`- Status"
)]
#[case::no_bullet_between_blank_lines(
    "- Owner: Ana Duarte\n",
    "\n§Owner: Ana Duarte\n\n",
    "`- Owner"
)]
#[case::no_bullet_after_a_blank_line(
    "- Status: started\n- Reason:\n",
    "- Reason:\n\n§Status: started\n",
    "`- Status"
)]
#[case::no_bullet_at_all(
    "- Owner: Sam Lee\n- Ref: night-mails\n- Status: submitted\n",
    "§Owner: Sam Lee\n¶Ref: night-mails\n¶Status: submitted\n",
    "`- Owner"
)]
#[case::no_bullet_but_bold(
    "- Owner: Ana Duarte\n",
    "§**Owner:** Ana Duarte\n",
    "`- Owner|`- **Owner"
)]
#[case::no_bullet_for_an_agreement(
    "- Agreed by Berlin: yes",
    "§Agreed by Berlin: yes",
    "`- Agreed"
)]
#[case::quoted("- Owner: Ana Duarte\n", "§> - Owner: Ana Duarte\n", "`- Owner|remove")]
#[case::quoted_without_bullet("- Owner: Ana Duarte\n", "§> Owner: Ana Duarte\n", "`- Owner|remove")]
fn a_bullet_that_is_none(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::numbered(
    "- Owner: Ana Duarte\n- Hub: Lisbon\n",
    "§1. Owner: Ana Duarte\n¶2. Hub: Lisbon\n"
)]
#[case::numbered_owner_alone("- Owner: Ana Duarte\n", "§1. Owner: Ana Duarte\n")]
#[case::open_task("- Owner: Ana Duarte\n", "§- [ ] Owner: Ana Duarte\n")]
#[case::ticked_task("- Status: started\n", "§- [x] Status: started\n")]
#[case::five_spaces_after_the_dash("- Owner: Ana Duarte\n", "§-     Owner: Ana Duarte\n")]
#[case::quotation_marks("- Owner: Ana Duarte\n", "§- Owner: \"Ana Duarte\"\n")]
#[case::an_entity_for_the_blank("- Owner: Ana Duarte\n", "§- Owner:&nbsp;Ana Duarte\n")]
#[case::a_backslash_at_the_end("- Owner: Ana Duarte\n", "§- Owner: Ana Duarte\\\n")]
#[case::all_facts_on_one_line(
    "- Owner: Ana Duarte\n- Hub: Lisbon\n",
    "§- Owner: Ana Duarte - Hub: Lisbon\n"
)]
#[case::all_facts_on_one_line_with_commas(
    "- Owner: Ana Duarte\n- Hub: Lisbon\n",
    "§- Owner: Ana Duarte, Hub: Lisbon\n"
)]
fn never_lost_in_silence(#[case] from: &str, #[case] to: &str) {
    atlas(from, to).is_understood_or_told("");
}

#[test]
fn a_line_break_tag_behind_a_name() {
    // The name is right; what is wrong is the tag, and it must be named.
    atlas("- Owner: Ana Duarte\n", "§- Owner: Ana Duarte<br>\n").is_understood_or_told("<br>");
}

/// That the owner is missing may be told as well.
#[rstest]
#[case::linked_key("§- [Owner](../faq.md): Ana Duarte")]
#[case::two_dashes("§- - Owner: Ana Duarte")]
fn a_key_in_a_strange_dress(#[case] to: &str) {
    atlas("## Invoice", "¶## Invoice")
        .edit(ATLAS, "- Owner: Ana Duarte", to)
        .is_understood_or_told("");
}

#[rstest]
#[case::owner("- Owner: Ana Duarte", "§- Owner Ana Duarte", "- Owner:|colon")]
#[case::hub("- Hub: Lisbon", "§- Hub Lisbon", "- Hub:|colon")]
#[case::kind("- Kind: bug", "§- Kind bug", "- Kind:|colon")]
#[case::feels_like("- Feels like: half a day", "§- Feels like half a day", "- Feels like:|colon")]
#[case::done_when("- Done when: a Swiss", "§- Done when a Swiss", "- Done when:|colon")]
#[case::its_ref("- Ref: invoice-currency", "§- Ref invoice-currency", "- Ref:|colon")]
#[case::dev("- Dev: Jonas Weber", "§- Dev Jonas Weber", "- Dev:|colon")]
#[case::estimate("- Estimate: 3 days", "§- Estimate 3 days", "- Estimate:|colon")]
#[case::status("- Status: started", "§- Status started", "- Status:|colon")]
#[case::took("- Took: 30 min", "§- Took 30 min", "- Took:|colon")]
#[case::deputy("- Deputy: Sam Lee", "§- Deputy Sam Lee", "- Deputy:|colon")]
#[case::next("- Next: roadmap", "§- Next roadmap", "- Next:|colon")]
#[case::reason("- Reason: too big: the", "§- Reason too big, the", "- Reason:|colon")]
#[case::agreed("- Agreed by Berlin: yes", "§- Agreed by Berlin yes", "- Agreed by Berlin:|colon")]
#[case::a_dash_instead("- Owner: Ana", "§- Owner - Ana", "- Owner:|colon")]
#[case::an_en_dash_instead("- Owner: Ana", "§- Owner – Ana", "- Owner:|colon")]
#[case::an_equals_sign_instead("- Owner: Ana", "§- Owner = Ana", "- Owner:|colon")]
#[case::a_semicolon_instead("- Owner: Ana", "§- Owner; Ana", "- Owner:|colon")]
#[case::a_full_stop_instead("- Status: started", "§- Status. started", "- Status:|colon")]
#[case::in_bold("- Owner: Ana", "§- **Owner** Ana", "- Owner:|- **Owner:|colon")]
#[case::in_lower_case("- Owner: Ana", "§- owner Ana", "- Owner:|colon")]
#[case::nothing_behind_the_key("- Status: started", "§- Status", "- Status:|colon")]
fn a_missing_colon(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

// ---------------------------------------------------------------- what swallows its neighbours

#[rstest]
#[case::one_line("\n§Ask the tax office.\n§---\n")]
#[case::two_lines("\n§Ask the tax office.\n§It opens at nine.\n§---\n")]
#[case::many_dashes("\n§Ask the tax office.\n§-----------\n")]
#[case::a_single_dash("\n§Ask the tax office.\n§-\n")]
#[case::a_bold_line("\n§**Ask the tax office.**\n§---\n\nMore.\n")]
fn text_directly_above_a_line_of_dashes(#[case] more: &str) {
    in_prose(more).is_told("blank line|empty line");
}

#[test]
fn text_of_the_intro_above_a_line_of_dashes() {
    atlas("with Atlas need most.\n", "§with Atlas need most.\n§---\n")
        .is_told("blank line|empty line");
}

#[test]
fn text_above_a_line_of_equals_signs() {
    in_prose("\n§Ask the tax office.\n§===\n").is_told("blank line|empty line");
}

#[test]
fn front_matter_from_another_tool() {
    Case::well_formed()
        .prepend(ATLAS, "§---\n§title: Atlas\n§---\n\n")
        .is_told("remove|blank line|empty line");
}

#[test]
fn a_note_that_holds_facts() {
    // It reads as an item, so that there are eleven may be told as well.
    atlas(
        "\nThe row is there",
        "\n§### Another row\n- Owner: Marta Keller\n- Status: submitted\n\nThe row is there",
    )
    .edit(ATLAS, "## Help with", "¶## Help with")
    .is_told("`## ");
}

#[test]
fn an_item_whose_heading_is_underlined() {
    atlas("## Export forgets the last row\n", "§Export forgets the last row\n§------\n")
        .edit(ATLAS, "# Atlas\n\n- Agreed", "¶# Atlas\n\n- Agreed")
        .is_told("`## |blank line|empty line");
}

const OURS: &str = "- Status: started\n";

#[rstest]
#[case::in_a_status(
    ATLAS,
    OURS,
    "§<<<<<<< HEAD\n- Status: started\n=======\n- Status: done\n>>>>>>> partner/july\n"
)]
#[case::with_the_common_ancestor(
    ATLAS,
    OURS,
    "§<<<<<<< HEAD\n- Status: started\n||||||| 4c2f1e0\n- Status:\n=======\n- Status: done\n>>>>>>> partner/july\n"
)]
#[case::around_a_heading(
    ATLAS,
    "## Export forgets the last row\n",
    "§<<<<<<< HEAD\n## Export forgets the last row\n=======\n## Export keeps the last row\n>>>>>>> partner/july\n"
)]
#[case::in_prose(
    ATLAS,
    "Forty boxes.\n",
    "§<<<<<<< HEAD\nForty boxes.\n=======\nFifty boxes.\n>>>>>>> partner/july\n"
)]
#[case::an_empty_side(
    ATLAS,
    "Forty boxes.\n",
    "§<<<<<<< HEAD\nForty boxes.\n=======\n>>>>>>> partner/july\n"
)]
#[case::in_the_first_line(
    ATLAS,
    "# Atlas\n",
    "§<<<<<<< HEAD\n# Atlas\n=======\n# Atlas 2\n>>>>>>> partner/july\n"
)]
#[case::only_the_beginning_left(ATLAS, OURS, "§<<<<<<< HEAD\n- Status: started\n")]
#[case::only_the_end_left(ATLAS, OURS, "- Status: started\n§>>>>>>> partner/july\n")]
#[case::without_a_name(
    ATLAS,
    OURS,
    "§<<<<<<<\n- Status: started\n=======\n- Status: done\n>>>>>>>\n"
)]
#[case::in_the_survey(
    SURVEY,
    "Anything at all.\n",
    "§<<<<<<< HEAD\nAnything at all.\n=======\nAnything.\n>>>>>>> partner/july\n"
)]
#[case::in_the_invitation(
    INVITATION,
    "From 27 to 31 July",
    "§<<<<<<< HEAD\nFrom 27\n=======\nFrom 28\n>>>>>>> partner/july\nto 31 July"
)]
#[case::in_the_people(
    PEOPLE,
    "hub = \"Support\"\n\n[sam]",
    "§<<<<<<< HEAD\nhub = \"Support\"\n=======\nhub = \"Berlin\"\n>>>>>>> partner/july\n\n[sam]"
)]
#[case::in_the_round(
    ROUND,
    "developers = 12\n",
    "§<<<<<<< HEAD\ndevelopers = 12\n=======\ndevelopers = 13\n>>>>>>> partner/july\n"
)]
fn conflict_markers(#[case] path: &str, #[case] from: &str, #[case] to: &str) {
    Case::well_formed().edit(path, from, to).is_told("conflict|merge|both sides");
}

#[rstest]
#[case::comment_in_the_intro("first. Fill in the slots. -->", "first. Fill in the slots. §", "-->")]
#[case::comment_in_prose("The row is there", "§<!-- ask the developers\n\nThe row is there", "-->")]
#[case::comment_between_items(
    "## Search finds",
    "§<!-- the next ones are for Berlin\n\n## Search finds",
    "-->"
)]
#[case::comment_between_facts("- Kind: bug\n", "§<!-- really?\n- Kind: bug\n", "-->")]
#[case::comment_in_a_value("- Owner: Ana Duarte", "§- Owner: Ana Duarte <!-- ask her", "-->")]
#[case::comment_in_a_heading(
    "## Export forgets the last row",
    "§## Export forgets the last row <!-- urgent",
    "-->"
)]
#[case::comment_in_the_last_prose("Forty boxes.", "§<!-- Forty boxes.", "-->")]
#[case::comment_with_a_broken_end(
    "first. Fill in the slots. -->",
    "first. Fill in the slots. -> §",
    "-->"
)]
#[case::comment_with_a_long_dash(
    "first. Fill in the slots. -->",
    "first. Fill in the slots. –> §",
    "-->"
)]
#[case::fence_in_prose("The row is there", "§```\nThe row is there", "```")]
#[case::fence_with_a_language("The row is there", "§```text\nThe row is there", "```")]
#[case::fence_of_tildes("The row is there", "§~~~\nThe row is there", "~~~")]
#[case::fence_in_the_intro("What the hubs", "§```\nWhat the hubs", "```")]
#[case::fence_closed_with_the_other_sign(
    "The row is there on the screen and missing in the file.\n",
    "§```\nrow;row\n~~~\n",
    "```"
)]
#[case::fence_closed_with_fewer_signs(
    "The row is there on the screen and missing in the file.\n",
    "§````\nrow;row\n```\n",
    "````"
)]
#[case::fence_closed_with_words(
    "The row is there on the screen and missing in the file.\n",
    "§```\nrow;row\n``` end\n",
    "```"
)]
#[case::fence_in_the_last_prose("Forty boxes.", "§```\nForty boxes.", "```")]
#[case::pre("The row is there", "§<pre>\nThe row is there", "</pre>|take `<pre|remove")]
#[case::script("The row is there", "§<script>\nThe row is there", "</script>|take `<script|remove")]
#[case::style("The row is there", "§<style>\nThe row is there", "</style>|take `<style|remove")]
#[case::textarea(
    "The row is there",
    "§<textarea>\nThe row is there",
    "</textarea>|take `<textarea|remove"
)]
fn what_hides_the_rest(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[test]
fn a_comment_that_ends_with_the_next_one() {
    atlas("The row is there", "§<!-- ask the developers\n\nThe row is there")
        .edit(ATLAS, "Nobody knows", "<!-- since 2019 -->\n\nNobody knows")
        .is_told("-->");
}

#[test]
fn a_fence_that_ends_with_the_next_one() {
    atlas("The row is there", "§```\nThe row is there")
        .edit(ATLAS, "Nobody knows what the third column means.\n", "§```\na;b;c\n§```\n")
        .is_told("```");
}

#[test]
fn a_tag_directly_above_a_heading() {
    atlas(
        "The row is there on the screen and missing in the file.\n\n## Search",
        "<details>\n\nThe row is there on the screen and missing in the file.\n\n§</details>\n§## Search",
    )
    .is_told("blank line|empty line");
}

#[rstest]
#[case::indented(
    "and sees CHF\n- Ref: invoice-currency\n",
    "and sees CHF\n  §Ref: invoice-currency\n",
    "`- Ref"
)]
#[case::not_indented(
    "and sees CHF\n- Ref: invoice-currency\n",
    "and sees CHF\n§Ref: invoice-currency\n",
    "`- Ref"
)]
#[case::after_the_owner(
    "- Owner: Ana Duarte\n- Hub: Lisbon\n",
    "- Owner: Ana Duarte\n§Hub: Lisbon\n",
    "`- Hub"
)]
#[case::after_an_empty_value("- Reason:\n", "- Reason:\n  §Next: roadmap\n", "`- Next")]
#[case::in_bold(
    "and sees CHF\n- Ref: invoice-currency\n",
    "and sees CHF\n§**Ref:** invoice-currency\n",
    "`- Ref|`- **Ref"
)]
#[case::in_an_agreement(
    "- Agreed by Berlin: yes, Marta, 20 July\n\n-",
    "- Agreed by Berlin: yes, Marta, 20 July\n§",
    "`- Agreed"
)]
fn a_value_that_swallows_a_fact(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::owner("- Owner: Ana Duarte\n", "- Owner: Ana Duarte\n§- Owner: Marta Keller\n")]
#[case::status("- Status: started\n", "- Status: started\n§- Status: done\n")]
#[case::the_same_value("- Status: started\n", "- Status: started\n§- Status: started\n")]
#[case::the_second_empty("- Status: started\n", "- Status: started\n§- Status:\n")]
#[case::after_a_blank_line("- Reason:\n", "- Reason:\n\n§- Status: done\n")]
#[case::in_another_case("- Owner: Ana Duarte\n", "- Owner: Ana Duarte\n§- OWNER: Marta Keller\n")]
#[case::in_bold("- Owner: Ana Duarte\n", "- Owner: Ana Duarte\n§- **Owner:** Marta Keller\n")]
#[case::kind("- Kind: bug\n", "- Kind: bug\n§- Kind: feature\n")]
#[case::agreement(
    "- Agreed by Berlin: yes, Marta, 20 July\n",
    "- Agreed by Berlin: yes, Marta, 20 July\n§- Agreed by Berlin: not yet\n"
)]
fn the_same_key_twice(#[case] from: &str, #[case] to: &str) {
    atlas(from, to).is_told("twice|second|already|again|once|only one|first");
}

#[test]
fn an_empty_status_before_a_written_one() {
    // The first wins, so the item is not started in anybody's eyes: it must be told.
    atlas("- Status: started\n", "- Status:\n§- Status: started\n")
        .is_told("twice|second|already|again|once|only one|first");
}

// ---------------------------------------------------------------- words that mean something else

#[rstest]
#[case::too_high("## Export", "§## 3. Export")]
#[case::the_old_number("## Search", "§## 1. Search")]
#[case::with_a_bracket("## Export", "§## 3) Export")]
fn a_number_that_disagrees_with_the_place(#[case] from: &str, #[case] to: &str) {
    atlas(from, to).is_told("number|place|order|position");
}

#[rstest]
#[case::comma("Ana Duarte, Marta Keller")]
#[case::and("Ana Duarte and Marta Keller")]
#[case::slash("Ana Duarte/Marta Keller")]
#[case::spaced_slash("Ana Duarte / Marta Keller")]
#[case::ampersand("Ana Duarte & Marta Keller")]
#[case::plus("Ana Duarte + Marta Keller")]
#[case::semicolon("Ana Duarte; Marta Keller")]
#[case::or("Ana Duarte or Marta Keller")]
#[case::und("Ana Duarte und Marta Keller")]
#[case::ids("@ana, @marta")]
#[case::ids_with_a_space("@ana @marta")]
#[case::mails("ana@example.org, marta@example.org")]
#[case::names_with_mails("Ana Duarte <ana@example.org>, Marta Keller <marta@example.org>")]
#[case::three("Ana Duarte, Marta Keller and Sam Lee")]
#[case::first_names("Ana, Marta")]
#[case::with_a_firm("Ana Duarte and Rosa and Partners")]
#[case::a_stranger_too("Ana Duarte and somebody else")]
fn more_than_one_owner(#[case] owner: &str) {
    atlas("- Owner: Ana Duarte", &format!("§- Owner: {owner}")).is_told("owners|one owner|`- With");
}

#[rstest]
#[case::stranger("Zacharias Quill", "people.toml")]
#[case::a_letter_missing("Ana Duart", "Ana Duarte")]
#[case::a_letter_too_many("Anna Duarte", "Ana Duarte")]
#[case::first_name_only("Ana", "Ana Duarte")]
#[case::last_name_only("Duarte", "Ana Duarte|people.toml")]
#[case::id_without_its_sign("jonas", "Jonas Weber|@jonas")]
#[case::unknown_id("@nobody", "people.toml")]
#[case::near_id("@anna", "@ana|Ana Duarte")]
#[case::near_mail("anna@example.org", "ana@example.org|Ana Duarte|@ana")]
#[case::known_name_with_another_mail("Ana Duarte <ana@elsewhere.org>", "address|mail|@ana")]
#[case::a_remark_behind("Ana Duarte (until Thursday)", "Ana Duarte|people.toml")]
#[case::nobody_yet("TBD", "people.toml")]
#[case::question_mark("?", "people.toml")]
#[case::dash("-", "people.toml|Owner")]
fn an_owner_nobody_knows(#[case] owner: &str, #[case] says: &str) {
    atlas("- Owner: Ana Duarte", &format!("§- Owner: {owner}")).is_told(says);
}

#[test]
fn a_stranger_of_a_known_house_is_nobody_in_particular() {
    let case = atlas("- Owner: Ana Duarte", "§- Owner: zack@example.org");
    case.is_told("people.toml");
    case.does_not_say("Ana Duarte");
}

#[rstest]
#[case::deputy("- Deputy: Sam Lee", "§- Deputy: Sam Leee", "Sam Lee")]
#[case::dev("- Dev: Jonas Weber", "§- Dev: Jonas Webber", "Jonas Weber")]
#[case::one_of_two_devs("- Dev: Jonas Weber", "§- Dev: Jonas Weber, Chidi Okafo", "Chidi Okafor")]
#[case::with("- Kind: bug", "§- With: Marta Kellar\n- Kind: bug", "Marta Keller")]
fn somebody_else_nobody_knows(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::near_owner("- Owner: Ana Duarte", "§- Ower: Ana Duarte", "Owner")]
#[case::swapped_owner("- Owner: Ana Duarte", "§- Onwer: Ana Duarte", "Owner")]
#[case::plural_owner("- Owner: Ana Duarte", "§- Owners: Ana Duarte", "Owner")]
#[case::near_status("- Status: started", "§- Staus: started", "Status")]
#[case::near_estimate("- Estimate: 3 days", "§- Estimte: 3 days", "Estimate")]
#[case::near_done_when("- Done when: a Swiss", "§- Done if: a Swiss", "Done when")]
#[case::near_feels_like("- Feels like: half a day", "§- Feels: half a day", "Feels like")]
#[case::near_dev("- Dev: Jonas Weber", "§- Devs: Jonas Weber", "Dev")]
#[case::far("- Kind: bug", "§- Severity: high\n- Kind: bug", "Severity")]
#[case::another_far_one("- Kind: bug", "§- Deadline: Friday\n- Kind: bug", "Deadline")]
#[case::a_hub_fact_of_the_list(
    "- Kind: bug",
    "§- Agreed by Berlin: yes\n- Kind: bug",
    "Agreed|title|top"
)]
fn an_unknown_key(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

/// A blank line does not end the facts, so neither does it excuse their mistakes.
#[rstest]
#[case::misspelled(
    "- Status: started\n- Reason:\n",
    "- Reason:\n\n§- Staus: started\n",
    "`- Status"
)]
#[case::no_colon("- Status: started\n- Reason:\n", "- Reason:\n\n§- Status started\n", "`- Status")]
#[case::no_space("- Status: started\n- Reason:\n", "- Reason:\n\n§-Status: started\n", "`- Status")]
#[case::round_bullet(
    "- Status: started\n- Reason:\n",
    "- Reason:\n\n§• Status: started\n",
    "`- Status"
)]
#[case::four_spaces(
    "- Status: started\n- Reason:\n",
    "- Reason:\n\n    §- Status: started\n",
    "remove the space"
)]
fn a_mistake_after_a_blank_line(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

/// The right key is missing then, and that may be told as well.
#[rstest]
#[case::zone(ROUND, "time_zone = ", "§timezone = ", "time_zone")]
#[case::date(ROUND, "lists_due = ", "§list_due = ", "lists_due")]
#[case::mail(PEOPLE, "mail = \"pat@", "§mial = \"pat@", "mail")]
fn a_key_misspelled(#[case] path: &str, #[case] from: &str, #[case] to: &str, #[case] says: &str) {
    Case::well_formed().edit(path, from, to).also(path).is_told(says);
}

/// The owner is missing as well, and may be missed.
#[test]
fn a_far_key_instead_of_the_owner() {
    atlas(
        "## Invoice PDF shows the wrong currency\n- Owner: Ana Duarte",
        "¶## Invoice PDF shows the wrong currency\n§- Assignee: Ana Duarte",
    )
    .is_told("Assignee");
}

#[rstest]
#[case::letters_swapped("strated", "started")]
#[case::present_tense("start", "started")]
#[case::in_progress("in progress", "started")]
#[case::wip("WIP", "started")]
#[case::finished("finished", "done")]
#[case::closed("closed", "done")]
#[case::fixed("fixed", "done")]
#[case::rejected("rejected", "skipped")]
#[case::wont_fix("won't fix", "skipped")]
#[case::skip("skip", "skipped")]
#[case::signed("signed", "signed off")]
#[case::approved("approved", "signed off")]
#[case::open("open", "submitted")]
#[case::todo("todo", "submitted")]
#[case::a_tick("✅", "done")]
#[case::two_statuses("started, done", "started|done")]
#[case::german("begonnen", "started")]
fn an_unknown_status(#[case] status: &str, #[case] says: &str) {
    atlas("- Status: started", &format!("§- Status: {status}")).is_told(says);
}

#[rstest]
#[case::plural_kind("- Kind: bug", "§- Kind: bugs", "bug")]
#[case::unknown_kind("- Kind: bug", "§- Kind: emergency", "bug")]
#[case::two_kinds("- Kind: bug", "§- Kind: bug, feature", "bug")]
#[case::near_hub("- Hub: Lisbon", "§- Hub: Lisboa", "Lisbon")]
#[case::unknown_hub("- Hub: Lisbon", "§- Hub: Paris", "Lisbon|round.toml")]
#[case::two_hubs("- Hub: Lisbon", "§- Hub: Lisbon, Berlin", "Lisbon|one")]
#[case::number_alone("- Estimate: 3 days", "§- Estimate: 3", "days")]
#[case::soon("- Estimate: 3 days", "§- Estimate: soon", "days")]
#[case::shirt_size("- Estimate: 3 days", "§- Estimate: XL", "days")]
#[case::unit_unknown("- Estimate: 3 days", "§- Estimate: 3 apples", "days")]
#[case::unit_german("- Estimate: 3 days", "§- Estimate: 3 Tage", "days")]
#[case::zero("- Estimate: 3 days", "§- Estimate: 0 days", "day|hour")]
#[case::range_without_end("- Estimate: 3 days", "§- Estimate: 2-", "days")]
#[case::story_points("- Estimate: 3 days", "§- Estimate: 5 SP", "days")]
#[case::took("- Took: 30 min", "§- Took: ages", "days|hour")]
#[case::unknown_next("- Next: roadmap", "§- Next: later", "roadmap|next round")]
fn an_unknown_word(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::an_afternoon("an afternoon")]
#[case::not_much("not much")]
fn a_guess_that_is_no_duration(#[case] guess: &str) {
    atlas("- Feels like: half a day", &format!("§- Feels like: {guess}")).is_at_least_hinted("day");
}

// ---------------------------------------------------------------- refs and look-alikes

#[rstest]
#[case::in_the_list("- Ref: export-last-row", "§- Ref: invoice-currency", "atlas.md")]
#[case::in_another_case("- Ref: export-last-row", "§- Ref: Invoice-Currency", "atlas.md")]
#[case::blank("- Ref: invoice-currency", "§- Ref: invoice currency", "invoice-currency")]
#[case::slash("- Ref: invoice-currency", "§- Ref: invoice/currency", "invoice-currency")]
#[case::a_path_out("- Ref: night-mails", "§- Ref: ../../mails", "- Ref: mails")]
#[case::a_question_mark("- Ref: invoice-currency", "§- Ref: invoice-currency?", "invoice-currency")]
#[case::emoji_only("- Ref: night-mails", "§- Ref: 🚀", "- Ref: fewer-mails|letter|digit")]
#[case::device_name("- Ref: night-mails", "§- Ref: con", "con-1|another")]
fn a_ref_that_cannot_be(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[rstest]
#[case::the_same("invoice-currency")]
#[case::in_another_case("INVOICE-Currency")]
fn a_ref_of_another_list(#[case] r#ref: &str) {
    Case::well_formed()
        .edit(BOREALIS, "- Ref: sort-by-date", &format!("§- Ref: {ref}"))
        .is_told("atlas.md");
}

#[rstest]
#[case::the_same(ATLAS, "## Search finds umlauts", "§## Export forgets the last row", "atlas.md")]
#[case::in_another_case(
    ATLAS,
    "## Search finds umlauts",
    "§## EXPORT FORGETS THE LAST ROW",
    "atlas.md"
)]
#[case::with_accents(
    ATLAS,
    "## Search finds umlauts",
    "§## Éxpört forgets the last row",
    "atlas.md"
)]
#[case::with_punctuation(
    ATLAS,
    "## Search finds umlauts",
    "§## Export forgets the last row!",
    "atlas.md"
)]
#[case::with_hyphens(
    ATLAS,
    "## Search finds umlauts",
    "§## Export forgets: the last-row",
    "atlas.md"
)]
#[case::across_lists(BOREALIS, "## Sort by date", "§## Export forgets the last row", "atlas.md")]
#[case::across_lists_in_another_case(
    BOREALIS,
    "## Sort by date",
    "§## export forgets the last row.",
    "atlas.md"
)]
fn two_titles_alike(#[case] path: &str, #[case] from: &str, #[case] to: &str, #[case] says: &str) {
    Case::well_formed().edit(path, from, to).is_told(says);
}

// ---------------------------------------------------------------- links

#[rstest]
#[case::javascript("\n§[click here](javascript:alert(1))\n", "https")]
#[case::javascript_in_capitals("\n§[click here](JavaScript:alert(1))\n", "https")]
#[case::javascript_in_brackets("\n§<javascript:alert(1)>\n", "https")]
#[case::javascript_by_reference("\n§See [here][x].\n\n§[x]: javascript:alert(1)\n", "https")]
#[case::data("\n§[click here](data:text/html;base64,PHA+)\n", "https")]
#[case::data_picture("\n§![a dot](data:image/gif;base64,R0lGODlhAQABAAAAACw=)\n", "https|file")]
#[case::vbscript("\n§[click here](vbscript:x)\n", "https")]
#[case::own_disk("\n§[click here](file:///home/ana/invoice.pdf)\n", "https")]
#[case::no_scheme("\n§[click here](//elsewhere.example/x)\n", "https")]
#[case::missing_page("\n§[the questions](../fqa.md)\n", "faq.md|fqa.md")]
#[case::missing_picture("\n§![the invoice](invoice.png)\n", "invoice.png")]
#[case::a_page_from_the_wrong_folder("\n§[the questions](faq.md)\n", "../faq.md|faq.md")]
#[case::windows_path("\n§[the invoice](C:\\Users\\ana\\invoice.pdf)\n", "")]
fn a_link_in_prose(#[case] more: &str, #[case] says: &str) {
    in_prose(more).is_told(says);
}

#[test]
fn a_link_to_a_missing_heading() {
    in_prose("\n§[the questions](../faq.md#suport)\n").is_at_least_hinted("suport");
}

#[test]
fn a_link_in_a_fact() {
    atlas("- Kind: bug", "§- Ticket: [42](javascript:alert(1))\n- Kind: bug").is_told("https");
}

#[rstest]
#[case::invitation(INVITATION, "[rules](rules.md)", "[§rules](ruels.md)", "rules.md|ruels.md")]
#[case::faq(FAQ, "into a week.", "into a week. §See [there](javascript:alert(1)).", "https")]
#[case::rules(RULES, "1. Agree", "1. §[Agree](agree.md)", "agree.md")]
#[case::survey(SURVEY, "Anything at all.", "§Anything [at all](nothing.md).", "nothing.md")]
fn a_link_in_a_page(#[case] path: &str, #[case] from: &str, #[case] to: &str, #[case] says: &str) {
    Case::well_formed().edit(path, from, to).is_told(says);
}

// ---------------------------------------------------------------- files that cannot be read

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[rstest]
#[case::list(ATLAS)]
#[case::pages(FAQ)]
#[case::survey(SURVEY)]
#[case::people(PEOPLE)]
#[case::round(ROUND)]
#[case::guesses(GUESSES)]
fn utf16_little_endian(#[case] path: &str) {
    Case::well_formed()
        .bytes(path, |text| utf16(text, true, u16::to_le_bytes))
        .on_first_line(path)
        .is_told("UTF-8");
}

#[test]
fn utf16_big_endian() {
    Case::well_formed()
        .bytes(ATLAS, |text| utf16(text, true, u16::to_be_bytes))
        .on_first_line(ATLAS)
        .is_told("UTF-8");
}

#[rstest]
#[case::little_endian(u16::to_le_bytes)]
#[case::big_endian(u16::to_be_bytes)]
fn utf16_without_a_mark(#[case] bytes: fn(u16) -> [u8; 2]) {
    Case::well_formed()
        .bytes(ATLAS, |text| utf16(text, false, bytes))
        .on_first_line(ATLAS)
        .is_told("UTF-8");
}

#[rstest]
#[case::list(ATLAS)]
#[case::people(PEOPLE)]
fn latin_1(#[case] path: &str) {
    // The first line or the line of the first bad byte: both help.
    let text = Case::well_formed().text(path);
    let line = text.lines().position(|line| !line.is_ascii()).unwrap() + 1;
    let case = Case::well_formed().bytes(path, latin1);
    let told: Vec<_> = case.outcome().grave();
    let right = told.len() == 1
        && [format!("{path}:1:"), format!("{path}:{line}:")]
            .iter()
            .any(|at| told[0].starts_with(at))
        && told[0].contains("UTF-8");
    assert!(right, "{told:#?}");
}

#[test]
fn latin_1_in_the_invitation() {
    Case::well_formed()
        .edit(INVITATION, "# A week for your", "# Une semaine d'été for your")
        .bytes(INVITATION, latin1)
        .on_first_line(INVITATION)
        .is_told("UTF-8");
}

#[rstest]
#[case::list(ATLAS)]
#[case::page(FAQ)]
#[case::people(PEOPLE)]
fn more_than_a_mebibyte(#[case] path: &str) {
    Case::well_formed()
        .append(path, &"\n# word".repeat(200_000))
        .on_first_line(path)
        .is_told("MiB|MB|large|long|size");
}

#[test]
fn a_nul_byte() {
    let at = Case::well_formed().text(ATLAS).find("Forty boxes").unwrap();
    let line = Case::well_formed().text(ATLAS)[..at].lines().count() + 1;
    let case =
        Case::well_formed().bytes(ATLAS, |text| text.replace("Forty", "For\0ty").into_bytes());
    let told = case.outcome().grave();
    let right = told.len() == 1
        && [format!("{ATLAS}:1:"), format!("{ATLAS}:{line}:")]
            .iter()
            .any(|at| told[0].starts_with(at));
    assert!(right, "{told:#?}");
}

#[test]
fn a_picture_saved_as_a_list() {
    Case::well_formed()
        .bytes(ATLAS, |_| b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\xff\xfe".to_vec())
        .on_first_line(ATLAS)
        .is_told("UTF-8");
}

#[test]
fn an_empty_list_file() {
    Case::well_formed().file(ATLAS, "").on_first_line(ATLAS).also(ATLAS).is_told("");
}

// ---------------------------------------------------------------- positions

#[rstest]
#[case::plain("\n", false)]
#[case::byte_order_mark("\n", true)]
#[case::windows("\r\n", false)]
#[case::windows_with_a_mark("\r\n", true)]
#[case::old_macs("\r", false)]
fn a_place_is_right_whatever_ends_the_lines(#[case] line_end: &'static str, #[case] bom: bool) {
    let case = atlas("- Status: started", "§- Status: strated").line_ends(ATLAS, line_end);
    let case = if bom { case.with_bom(ATLAS) } else { case };
    case.clone().is_told("started");
    case.underlines("strated");
}

#[rstest]
#[case::hard_space("§- Status:\u{a0}strated")]
#[case::hard_space_after_the_dash("§-\u{a0}Status: strated")]
#[case::zero_width_space("§- \u{200b}Status: strated")]
#[case::emoji_before("§- Status: 👩‍🚒 strated")]
#[case::bold_key("§- **Status:** strated")]
#[case::full_width_colon("§- Status：strated")]
#[case::blanks_around("§-   Status:    strated   ")]
fn a_place_is_right_after_odd_signs(#[case] to: &str) {
    let value = if to.contains('👩') { "👩‍🚒 strated" } else { "strated" };
    atlas("- Status: started", to).underlines(value);
}

// ---------------------------------------------------------------- what the hubs say

#[rstest]
#[case::unknown_hub(
    "- Agreed by Lisbon: yes, Ana, 21 July",
    "- Agreed by Lisbon: yes, Ana, 21 July\n§- Agreed by Paris: yes",
    "Paris"
)]
#[case::maybe("- Agreed by Lisbon: yes, Ana, 21 July", "§- Agreed by Lisbon: maybe", "yes")]
#[case::no("- Agreed by Lisbon: yes, Ana, 21 July", "§- Agreed by Lisbon: no", "yes|not yet")]
#[case::not_yet("- Agreed by Lisbon: yes, Ana, 21 July", "§- Agreed by Lisbon: not yet", "Lisbon")]
#[case::nothing("- Agreed by Lisbon: yes, Ana, 21 July", "§- Agreed by Lisbon:", "yes|not yet")]
#[case::a_name_instead(
    "- Agreed by Lisbon: yes, Ana, 21 July",
    "§- Agreed by Lisbon: Ana, 21 July",
    "yes"
)]
#[case::no_hub(
    "- Agreed by Lisbon: yes, Ana, 21 July",
    "§- Agreed by Lisbon: yes, Ana, 21 July\n§- Agreed: yes",
    "Agreed by"
)]
fn an_agreement(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[test]
fn a_hub_that_did_not_agree() {
    atlas("- Agreed by Lisbon: yes, Ana, 21 July\n\n", "").on_first_line(ATLAS).is_told("Lisbon");
}

#[test]
fn a_hub_misspelled_in_an_agreement() {
    // That Lisbon has not agreed is the same mistake, but it may be told.
    atlas("# Atlas", "¶# Atlas")
        .edit(ATLAS, "- Agreed by Lisbon: yes", "§- Agreed by Lisboa: yes")
        .is_told("Lisbon");
}

#[test]
fn a_key_misspelled_in_an_agreement() {
    atlas("# Atlas", "¶# Atlas")
        .edit(ATLAS, "- Agreed by Lisbon: yes", "§- Agred by Lisbon: yes")
        .is_told("Agreed by");
}

#[test]
fn a_hub_of_another_product_that_must_agree_too() {
    Case::well_formed()
        .edit(BOREALIS, "- Agreed by Support: yes\n\n", "")
        .on_first_line(BOREALIS)
        .is_told("Support");
}

#[test]
fn agreements_below_the_intro() {
    let agreed =
        "- Agreed by Berlin: yes, Marta, 20 July\n\n- Agreed by Lisbon: yes, Ana, 21 July\n\n";
    atlas(agreed, "")
        .edit(
            ATLAS,
            "What the hubs that live with Atlas need most.\n",
            "§What the hubs that live with Atlas need most.\n\n§- Agreed by Berlin: yes\n§- Agreed by Lisbon: yes\n",
        )
        .on_first_line(ATLAS)
        .is_told("Agreed|Berlin");
}

// ---------------------------------------------------------------- the rules of engagement

#[test]
fn nine_items() {
    Case::well_formed()
        .without_section(ATLAS, "## Print labels")
        .on_first_line(ATLAS)
        .is_told("9 of 10");
}

#[test]
fn eleven_items() {
    Case::well_formed()
        .append(
            ATLAS,
            "\n§## An eleventh thing\n- Owner: Kim Aalto\n- Deputy: Sam Lee\n- Status: submitted\n",
        )
        .is_told("10");
}

#[rstest]
#[case::no_owner(
    "## Invoice PDF shows the wrong currency\n- Owner: Ana Duarte\n",
    "§## Invoice PDF shows the wrong currency\n",
    "Owner"
)]
#[case::empty_owner(
    "## Invoice PDF shows the wrong currency\n- Owner: Ana Duarte\n",
    "§## Invoice PDF shows the wrong currency\n§- Owner:\n",
    "Owner"
)]
#[case::owner_in_a_comment(
    "## Invoice PDF shows the wrong currency\n- Owner: Ana Duarte\n",
    "§## Invoice PDF shows the wrong currency\n§- Owner: <!-- Ana Duarte -->\n",
    "Owner"
)]
#[case::skipped_without_a_reason(
    "- Status: skipped\n- Reason: too big: the report changes in autumn anyway\n",
    "§- Status: skipped\n§- Reason:\n",
    "Reason"
)]
#[case::skipped_without_a_reason_at_all(
    "- Status: skipped\n- Reason: too big: the report changes in autumn anyway\n",
    "§- Status: skipped\n",
    "Reason"
)]
#[case::started_without_an_estimate(
    "- Estimate: 3 days\n- Status: started\n",
    "§- Estimate:\n§- Status: started\n",
    "Estimate"
)]
#[case::started_with_a_question_mark(
    "- Estimate: 3 days\n- Status: started\n",
    "§- Estimate: ?\n§- Status: started\n",
    "Estimate"
)]
#[case::started_without_any_estimate(
    "- Estimate: 3 days\n- Status: started\n",
    "§- Status: started\n",
    "Estimate"
)]
#[case::started_though_too_big(
    "- Estimate: 3 days\n- Status: started\n",
    "§- Estimate: 6 days\n§- Status: started\n",
    "skipped|5 days"
)]
#[case::started_though_the_range_ends_too_big(
    "- Estimate: 3 days\n- Status: started\n",
    "§- Estimate: 1-2 weeks\n§- Status: started\n",
    "skipped|5 days"
)]
#[case::done_though_too_big(
    "- Estimate: 2h\n- Took: 1 day\n- Status: done\n",
    "§- Estimate: 2 weeks\n- Took: 1 day\n§- Status: done\n",
    "skipped|5 days"
)]
#[case::away_without_a_deputy(
    "- Owner: Tom Berg\n- Deputy: Sam Lee\n",
    "§- Owner: Tom Berg\n",
    "Deputy"
)]
#[case::away_on_one_day("- Owner: Sam Lee\n", "§- Owner: Kim Aalto\n", "Deputy")]
#[case::deputy_away_too(
    "- Owner: Tom Berg\n- Deputy: Sam Lee\n",
    "§- Owner: Tom Berg\n§- Deputy: Kim Aalto\n",
    "Deputy|away"
)]
#[case::deputy_is_the_owner(
    "- Owner: Tom Berg\n- Deputy: Sam Lee\n",
    "§- Owner: Tom Berg\n§- Deputy: Tom Berg\n",
    "Deputy|away"
)]
#[case::owner_has_left("- Owner: Sam Lee\n", "§- Owner: Olga Former\n", "left|gone|Deputy|another")]
fn a_rule_not_met(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    atlas(from, to).is_told(says);
}

#[test]
fn facts_of_an_item_under_the_title() {
    atlas("# Atlas\n\n", "# Atlas\n\n§- Owner: Ana Duarte\n\n").is_told("item|`## |heading");
}

#[test]
fn facts_below_a_paragraph() {
    atlas(
        "## Fewer mails at night\n- Owner: Sam Lee\n- Ref: night-mails\n- Status: submitted\n",
        "¶## Fewer mails at night\n\n§They wake the dog.\n\n§- Owner: Sam Lee\n¶- Ref: night-mails\n¶- Status: submitted\n",
    )
    .is_told("heading|below|under|move|above|before");
}

// ---------------------------------------------------------------- the survey

#[rstest]
#[case::unknown_audience("- For: developers, managers", "§- For: everybody", "owners")]
#[case::one_unknown_audience(
    "- For: developers, managers",
    "§- For: developers, bosses",
    "managers|owners"
)]
#[case::near_audience("- For: developers, managers", "§- For: developpers, managers", "developers")]
#[case::no_audience(
    "## What helped most?\n- Ref: helped\n- For: developers, managers\n",
    "§## What helped most?\n- Ref: helped\n",
    "For"
)]
#[case::empty_audience(
    "## What helped most?\n- Ref: helped\n- For: developers, managers\n",
    "§## What helped most?\n- Ref: helped\n§- For:\n",
    "For|owners"
)]
#[case::unknown_answer("- Answer: text", "§- Answer: yes or no", "choose one")]
#[case::near_answer("- Answer: text", "§- Answer: txet", "text")]
#[case::no_answer(
    "## What should we change?\n- Ref: change\n- For: owners, hubs\n- Answer: text\n",
    "§## What should we change?\n- Ref: change\n- For: owners, hubs\n",
    "Answer"
)]
#[case::scale_backwards(
    "- Answer: scale 1 to 5",
    "§- Answer: scale 5 to 1",
    "scale 1 to 5|1 to 5|lower|smaller|less"
)]
#[case::scale_of_one("- Answer: scale 1 to 5", "§- Answer: scale 3 to 3", "scale 1 to 5|1 to 5")]
#[case::scale_without_numbers("- Answer: scale 1 to 5", "§- Answer: scale", "scale 1 to 5|1 to 5")]
#[case::scale_in_words("- Answer: scale 1 to 5", "§- Answer: scale one to five", "1 to 5")]
#[case::no_choices(
    "- Answer: choose one\n  - Yes\n  - Yes, but differently\n  - No\n",
    "§- Answer: choose one\n",
    "choice|choose|bullet"
)]
#[case::one_choice(
    "  - The list\n  - The owner was there\n  - The quiet\n",
    "¶  - The list\n",
    "choice"
)]
#[case::the_same_choice_twice(
    "  - The quiet\n",
    "§  - The list\n",
    "twice|already|second|once|same"
)]
#[case::choices_not_moved_in(
    "- Answer: choose any\n  - The list\n  - The owner was there\n  - The quiet\n",
    "§- Answer: choose any\n§- The list\n¶- The owner was there\n¶- The quiet\n",
    "space|indent|under|choice"
)]
#[case::the_same_ref_twice("- Ref: helped", "§- Ref: worth", "survey.md|twice|worth")]
#[case::unknown_key("- For: developers, managers", "§- Fro: developers, managers", "For")]
#[case::key_of_an_item("- Ref: change\n", "- Ref: change\n§- Owner: Ana Duarte\n", "Owner")]
#[case::no_colon("- Answer: text", "§- Answer text", "- Answer:|colon")]
#[case::four_spaces("- Ref: change\n", "    §- Ref: change\n", "remove the space")]
#[case::no_space_in_the_heading("## What should", "§##What should", "`## ")]
#[case::no_space_after_the_dash(
    "- For: developers, managers",
    "§-For: developers, managers",
    "`- For"
)]
#[case::the_same_key_twice(
    "- Answer: text\n",
    "- Answer: text\n§- Answer: choose one\n",
    "twice|already|second|once|first"
)]
#[case::unclosed_comment("Five questions", "§<!-- Five questions", "-->")]
fn a_mistake_in_the_survey(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    let marked_answer = from.starts_with("  - The list");
    let case = survey(from, to);
    let case = if marked_answer { case.on(SURVEY, "- Answer: choose any") } else { case };
    case.is_told(says);
}

#[test]
fn a_survey_without_questions() {
    Case::well_formed()
        .file(SURVEY, "# How was it?\n\nWe will ask you something.\n")
        .on_first_line(SURVEY)
        .also(ROUND)
        .is_told("question|survey.md");
}

#[test]
fn no_survey_at_all() {
    // The survey is needed to open a round; where it is missing there is no line to point at.
    Case::well_formed()
        .remove(SURVEY)
        .on_first_line(SURVEY)
        .on_first_line(ROUND)
        .on(ROUND, "survey = {")
        .also(ROUND)
        .is_told("survey.md");
}

#[test]
fn no_invitation() {
    Case::well_formed()
        .remove(INVITATION)
        .on_first_line(INVITATION)
        .on_first_line(ROUND)
        .is_at_least_hinted("invitation");
}

// ---------------------------------------------------------------- round.toml

#[rstest]
#[case::no_closing_quote("title = \"Summer 2026\"", "§title = \"Summer 2026", "quot|\"|string")]
#[case::no_quotes("title = \"Summer 2026\"", "§title = Summer 2026", "quot|\"|string")]
#[case::curly_quotes("title = \"Summer 2026\"", "§title = “Summer 2026”", "quot|\"|string")]
#[case::no_bracket("[dates]", "§[dates", "]|bracket")]
#[case::colon_for_equals("developers = 12", "§developers: 12", "=")]
#[case::the_same_table_twice(
    "[capacity]",
    "§[limits]\nitems = 10\n\n[capacity]",
    "twice|duplicate|already|once"
)]
#[case::the_same_key_twice(
    "developers = 12",
    "developers = 12\n§developers = 13",
    "twice|duplicate|already|once"
)]
#[case::unknown_key(
    "title = \"Summer 2026\"",
    "title = \"Summer 2026\"\n§titel = \"Summer\"",
    "title"
)]
#[case::unknown_key_in_dates(
    "lists_due = 2026-07-24T10:00:00",
    "lists_due = 2026-07-24T10:00:00\n§list_due = 2026-07-24",
    "lists_due"
)]
#[case::unknown_key_in_a_product(
    "manager = \"ines\"",
    "manager = \"ines\"\n§manger = \"ines\"",
    "manager"
)]
#[case::unknown_table("[capacity]", "§[capcity]", "capacity")]
#[case::hubs_as_text(
    "hubs = [\"Berlin\", \"Lisbon\", \"Support\"]",
    "§hubs = \"Berlin\"",
    "hubs = ["
)]
#[case::coordinator_as_text(
    "coordinators = [\"ana\"]",
    "§coordinators = \"ana\"",
    "coordinators = ["
)]
#[case::date_in_words(
    "lists_due = 2026-07-24T10:00:00",
    "§lists_due = \"24 July\"",
    "2026-|YYYY|date"
)]
#[case::date_the_other_way_round("invitation = 2026-07-06", "§invitation = 06.07.2026", "2026-")]
#[case::no_such_day("invitation = 2026-07-06", "§invitation = 2026-06-31", "")]
#[case::reminders_as_number("reminders = [3, 7]", "§reminders = 3", "reminders = [")]
#[case::reminder_negative("reminders = [3, 7]", "§reminders = [-3, 7]", "")]
#[case::items_in_words("items = 10", "§items = \"ten\"", "10|number")]
#[case::estimate_in_apples("estimate = \"5 days\"", "§estimate = \"5 apples\"", "days")]
#[case::developers_in_words("developers = 12", "§developers = \"twelve\"", "number")]
#[case::rate_in_percent("answered = 0.5", "§answered = 50", "0.5|0 to 1|between 0 and 1|1")]
#[case::central_european_time("time_zone = \"Europe/Zurich\"", "§time_zone = \"CET\"", "Europe/")]
#[case::zone_with_umlaut(
    "time_zone = \"Europe/Zurich\"",
    "§time_zone = \"Europe/Zürich\"",
    "Europe/Zurich"
)]
#[case::zone_misspelled(
    "time_zone = \"Europe/Zurich\"",
    "§time_zone = \"Europe/Zurch\"",
    "Europe/Zurich"
)]
#[case::zone_without_continent(
    "time_zone = \"Europe/Zurich\"",
    "§time_zone = \"Zurich\"",
    "Europe/"
)]
#[case::zone_as_offset("time_zone = \"Europe/Zurich\"", "§time_zone = \"UTC+2\"", "Europe/")]
#[case::week_backwards(
    "week = { first = 2026-07-27, last = 2026-07-31 }",
    "§week = { first = 2026-07-31, last = 2026-07-30 }",
    "first|before|earlier|later"
)]
#[case::lists_due_within_the_week(
    "lists_due = 2026-07-24T10:00:00\nweek",
    "§lists_due = 2026-07-28T10:00:00\n§week",
    "week"
)]
#[case::invitation_after_the_lists_are_due(
    "invitation = 2026-07-06\nlists_due",
    "§invitation = 2026-07-25\n§lists_due",
    ""
)]
#[case::survey_before_the_week(
    "opens = 2026-08-03T10:00:00",
    "§opens = 2026-07-30T10:00:00",
    "week|after"
)]
#[case::survey_closes_before_it_opens("closes = 2026-08-14", "§closes = 2026-08-01", "open|after")]
#[case::reminder_after_the_survey_has_closed("reminders = [3, 7]", "§reminders = [3, 30]", "clos")]
#[case::clock_gap(
    "invitation = 2026-07-06",
    "§invitation = 2026-03-29T02:30:00",
    "clock|02:30|2:30"
)]
#[case::manager_without_underscores("manager = \"_bob_\"", "§manager = \"bob\"", "_bob_")]
#[case::manager_unknown("manager = \"_bob_\"", "§manager = \"zacharias\"", "people.toml")]
#[case::coordinator_unknown("coordinators = [\"ana\"]", "§coordinators = [\"anna\"]", "ana")]
#[case::hub_of_a_product_unknown(
    "hubs = [\"Berlin\", \"Lisbon\"]",
    "§hubs = [\"Berlin\", \"Lisboa\"]",
    "Lisbon"
)]
#[case::question_unknown("question = \"again\"", "§question = \"agian\"", "again")]
#[case::choice_unknown("counts_as_yes = [\"Yes\", ", "§counts_as_yes = [\"Yess\", ", "Yes")]
fn a_mistake_in_round_toml(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    round(from, to).is_told(says);
}

#[rstest]
#[case::survey(
    "survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }\n",
    "survey"
)]
#[case::week("week = { first = 2026-07-27, last = 2026-07-31 }\n", "week")]
#[case::lists_due("lists_due = 2026-07-24T10:00:00\n", "lists_due")]
#[case::invitation("invitation = 2026-07-06\n", "invitation")]
fn a_missing_date(#[case] line: &str, #[case] says: &str) {
    round(line, "").edit(ROUND, "[dates]", "§[dates]").on_first_line(ROUND).is_told(says);
}

#[rstest]
#[case::opens("opens = 2026-08-03T10:00:00, ", "opens")]
#[case::closes("closes = 2026-08-14, ", "closes")]
fn half_a_survey(#[case] part: &str, #[case] says: &str) {
    round(part, "").on(ROUND, "survey = {").is_told(says);
}

#[rstest]
#[case::title("title = \"Summer 2026\"\n", "title")]
#[case::zone("time_zone = \"Europe/Zurich\"\n", "time_zone")]
#[case::hubs("hubs = [\"Berlin\", \"Lisbon\", \"Support\"]\n", "hubs")]
#[case::coordinators("coordinators = [\"ana\"]\n", "coordinators")]
fn a_missing_setting(#[case] line: &str, #[case] says: &str) {
    round(line, "").on_first_line(ROUND).is_told(says);
}

#[test]
fn a_product_without_manager() {
    round("manager = \"ines\"\n", "")
        .edit(ROUND, "[products.borealis]", "§[products.borealis]")
        .on_first_line(ROUND)
        .is_told("manager");
}

#[test]
fn a_time_the_clocks_show_twice() {
    round("invitation = 2026-07-06", "§invitation = 2025-10-26T02:30:00")
        .is_at_least_hinted("twice|02:30|2:30");
}

#[test]
fn three_reminders() {
    round("reminders = [3, 7]", "§reminders = [2, 4, 6]").is_at_least_hinted("two|2");
}

#[test]
fn a_product_without_a_list() {
    round(
        "[capacity]",
        "§[products.cirrus]\n§name = \"Cirrus\"\n§manager = \"ines\"\n\n[capacity]",
    )
    .on_first_line("content/2026-summer/lists/cirrus.md")
    .is_told("cirrus");
}

// ---------------------------------------------------------------- people.toml, littlethings.toml

#[rstest]
#[case::side_misspelled("side = \"developer\"\naway", "§side = \"devloper\"\naway", "developer")]
#[case::side_unknown("side = \"developer\"\naway", "§side = \"boss\"\naway", "partner")]
#[case::mail_without_at("mail = \"pat@example.org\"", "§mail = \"pat.example.org\"", "@")]
#[case::mail_with_blank(
    "mail = \"pat@example.org\"",
    "§mail = \"pat moreau@example.org\"",
    "mail|address|blank|space"
)]
#[case::mail_with_a_second_line(
    "mail = \"pat@example.org\"",
    "§mail = \"pat@example.org\\nBcc: all@example.org\"",
    "mail|address|line|control"
)]
#[case::unknown_key(
    "mail = \"pat@example.org\"",
    "mail = \"pat@example.org\"\n§hbu = \"Berlin\"",
    "hub"
)]
#[case::away_in_words(
    "away = [\"2026-09-01/2026-09-04\"]",
    "§away = [\"1 September\"]",
    "2026-|YYYY"
)]
#[case::away_backwards(
    "away = [\"2026-09-01/2026-09-04\"]",
    "§away = [\"2026-09-04/2026-09-01\"]",
    "2026-09-01/2026-09-04|first|before|order"
)]
#[case::away_half_open(
    "away = [\"2026-09-01/2026-09-04\"]",
    "§away = [\"2026-09-01/\"]",
    "2026-|YYYY|last"
)]
#[case::away_no_such_day("away = [\"2026-09-01/2026-09-04\"]", "§away = [\"2026-09-31\"]", "")]
#[case::away_as_text(
    "away = [\"2026-09-01/2026-09-04\"]",
    "§away = \"2026-09-01/2026-09-04\"",
    "away = ["
)]
#[case::left_in_words(
    "away = [\"2026-09-01/2026-09-04\"]",
    "§left = \"September\"",
    "2026-|YYYY|date"
)]
#[case::bell_in_a_name(
    "name = \"Pat Moreau\"",
    "§name = \"Pat\\u0007 Moreau\"",
    "name|control|character"
)]
#[case::line_end_in_a_name(
    "name = \"Pat Moreau\"",
    "§name = \"Pat\\nMoreau\"",
    "name|control|character|line"
)]
#[case::empty_name("name = \"Pat Moreau\"", "§name = \"\"", "name")]
#[case::name_as_number("name = \"Pat Moreau\"", "§name = 7", "\"|string|text|quot")]
#[case::the_same_mail_twice(
    "name = \"Pat Moreau\"\nmail = \"pat@example.org\"",
    "§name = \"Pat Moreau\"\n§mail = \"ana@example.org\"",
    "ana|Ana Duarte"
)]
#[case::the_same_mail_in_another_case(
    "name = \"Pat Moreau\"\nmail = \"pat@example.org\"",
    "§name = \"Pat Moreau\"\n§mail = \"Ana@Example.org\"",
    "ana|Ana Duarte"
)]
#[case::no_closing_quote("name = \"Pat Moreau\"", "§name = \"Pat Moreau", "quot|\"|string")]
#[case::the_same_table_twice(
    "# nobody mentions this one\n",
    "§[ana]\nname = \"Ana D\"\nmail = \"anad@example.org\"\nside = \"partner\"\n\n",
    "twice|duplicate|already|once"
)]
fn a_mistake_in_people_toml(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    people(from, to).is_told(says);
}

#[rstest]
#[case::name("name = \"Pat Moreau\"\n", "name")]
#[case::mail("mail = \"pat@example.org\"\n", "mail")]
#[case::side(
    "[pat]\nname = \"Pat Moreau\"\nmail = \"pat@example.org\"\nside = \"developer\"\n",
    "side"
)]
fn a_person_without(#[case] lines: &str, #[case] says: &str) {
    let kept = if says == "side" {
        "[pat]\nname = \"Pat Moreau\"\nmail = \"pat@example.org\"\n"
    } else {
        ""
    };
    people(lines, kept).on(PEOPLE, "[pat]").is_told(says);
}

#[test]
fn two_people_of_one_name() {
    people("name = \"Pat Moreau\"", "¶name = \"Ana Duarte\"")
        .on(ATLAS, "- Owner: Ana Duarte")
        .is_told("@ana");
}

#[test]
fn no_people_at_all() {
    // One mistake, one finding: that nobody is known any more is no news.
    Case::well_formed().remove(PEOPLE).on_first_line(PEOPLE).is_told("people.toml");
}

#[test]
fn an_absence_without_a_list() {
    // A TOML date where a text is asked for is what a developer would type.
    people("away = [\"2026-09-01/2026-09-04\"]", "§away = [2026-09-01]")
        .is_understood_or_told("\"");
}

#[rstest]
#[case::unknown_key("language = \"en\"", "language = \"en\"\n§langauge = \"en\"", "language")]
#[case::unknown_key_in_mail("reply_to = ", "§replyto = ", "reply_to")]
#[case::address_without_scheme(
    "base_url = \"https://week.example.org/\"",
    "§base_url = \"week.example.org\"",
    "https://"
)]
#[case::title_as_number("title = \"A week of little things\"", "§title = 7", "\"|string|text|quot")]
#[case::sender_without_address(
    "from = \"The dev team <week@example.org>\"",
    "§from = \"The dev team\"",
    "@|<|mail|address"
)]
#[case::clock_in_words(
    "language = \"en\"",
    "language = \"en\"\n§now = \"Wednesday\"",
    "2026-|YYYY|date|instant"
)]
#[case::no_closing_quote("language = \"en\"", "§language = \"en", "quot|\"|string")]
fn a_mistake_in_the_settings(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    Case::well_formed().edit(SETTINGS, from, to).is_told(says);
}

#[test]
fn settings_without_a_title() {
    Case::well_formed()
        .edit(SETTINGS, "title = \"A week of little things\"\n", "")
        .on_first_line(SETTINGS)
        .is_told("title");
}

// ---------------------------------------------------------------- guesses and file names

#[rstest]
#[case::near_ref("- Ref: invoice-currency", "§- Ref: invoice-curency", "invoice-currency")]
#[case::unknown_ref("- Ref: invoice-currency", "§- Ref: flying-cars", "flying-cars")]
#[case::ref_of_another_list("- Ref: invoice-currency", "§- Ref: sort-by-date", "borealis|atlas")]
#[case::unknown_key("- Ref:\n", "- Ref:\n§- Owner: Ana Duarte\n", "Owner")]
#[case::no_colon("- Ref: invoice-currency", "§- Ref invoice-currency", "- Ref:|colon")]
#[case::no_space("## A better", "§##A better", "`## ")]
fn a_mistake_in_the_guesses(#[case] from: &str, #[case] to: &str, #[case] says: &str) {
    Case::well_formed().edit(GUESSES, from, to).is_told(says);
}

#[test]
fn guesses_for_no_product() {
    let stray = "content/2026-summer/guesses/cirrus.md";
    Case::well_formed()
        .file(stray, "# Cirrus\n\n## More sun\n- Ref:\n")
        .on_first_line(stray)
        .is_told("round.toml|product");
}

#[test]
fn a_list_for_no_product() {
    let stray = "content/2026-summer/lists/cirrus.md";
    let text = Case::well_formed().text(BOREALIS).replace("Borealis", "Cirrus");
    Case::well_formed().file(stray, &text).on_first_line(stray).is_told("round.toml|product");
}

#[rstest]
#[case::a_capital("content/2026-summer/lists/Atlas.md")]
#[case::a_letter_missing("content/2026-summer/lists/atls.md")]
#[case::the_copy_of_an_editor("content/2026-summer/lists/atlas (1).md")]
#[case::the_long_ending("content/2026-summer/lists/atlas.markdown")]
#[case::an_ending_that_a_desktop_added("content/2026-summer/lists/atlas.md.txt")]
#[case::a_text("content/2026-summer/lists/atlas.txt")]
fn a_list_under_another_name(#[case] name: &str) {
    // A finding on the file that is there or on the one that is missing, and it names the other.
    let case = Case::well_formed().rename(ATLAS, name).on_first_line(name).on_first_line(ATLAS);
    case.on(ROUND, "[products.atlas]").also(INVITATION).also(GUESSES).is_told("atlas.md");
}

// ---------------------------------------------------------------- a decided round

/// The day of that decision, when the survey has closed.
const HEARD: &str = "2026-08-20T12:00:00+02:00";
const DECIDED: &str =
    "# What we decided\n\n- Decision: again\n- Date: 2026-08-20\n\nIt was good.\n";

#[test]
fn a_decision_in_an_unknown_word() {
    let text = DECIDED.replace("- Decision: again", "§- Decision: perhaps");
    Case::well_formed().file(DECISION, &text).is_at_least_hinted("not again");
}

#[test]
fn a_decision_without_an_outcome() {
    let text = DECIDED.replace("- Decision: again\n", "");
    let text = text.replace("# What", "§# What");
    Case::well_formed().file(DECISION, &text).is_at_least_hinted("Decision");
}

#[rstest]
#[case::nine_items(
    "## Print labels in A5\n- Owner: liam@example.org\n- Ref: labels-a5\n- Status: submitted\n\n",
    ""
)]
#[case::started_for_ever("- Estimate: 3 days\n", "")]
#[case::unknown_status("- Status: started", "- Status: strated")]
#[case::no_owner("- Owner: Ana Duarte\n", "")]
#[case::tab_before_a_fact("- Kind: bug\n", "\t- Kind: bug\n")]
fn a_decided_round_is_judged_in_hints(#[case] from: &str, #[case] to: &str) {
    atlas(from, to).file(DECISION, DECIDED).at(HEARD).is_harmless();
}

#[test]
fn a_decision_before_the_survey_has_closed() {
    Case::well_formed()
        .file(DECISION, DECIDED)
        .on_first_line(DECISION)
        .is_told("before its survey has closed");
}

#[test]
fn a_decided_round_with_a_file_that_cannot_be_read() {
    Case::well_formed()
        .file(DECISION, DECIDED)
        .at(HEARD)
        .bytes(ATLAS, |text| utf16(text, true, u16::to_le_bytes))
        .on_first_line(ATLAS)
        .is_told("UTF-8");
}

// ---------------------------------------------------------------- odd, and right

#[rstest]
#[case::byte_order_mark("\n", true)]
#[case::windows_lines("\r\n", false)]
#[case::windows_lines_with_a_mark("\r\n", true)]
#[case::old_lines("\r", false)]
fn odd_line_ends(#[case] line_end: &'static str, #[case] bom: bool) {
    let mut case = Case::well_formed();
    for path in [ATLAS, BOREALIS, SURVEY, GUESSES, FAQ, INVITATION] {
        case = case.line_ends(path, line_end);
        if bom {
            case = case.with_bom(path);
        }
    }
    case.reads_the_same();
}

#[rstest]
#[case::byte_order_mark("\n", true)]
#[case::windows_lines("\r\n", false)]
#[case::windows_lines_with_a_mark("\r\n", true)]
fn odd_line_ends_in_settings(#[case] line_end: &'static str, #[case] bom: bool) {
    let mut case = Case::well_formed();
    for path in [SETTINGS, PEOPLE, ROUND] {
        case = case.line_ends(path, line_end);
        if bom {
            case = case.with_bom(path);
        }
    }
    case.reads_the_same();
}

#[test]
fn line_ends_of_three_systems_in_one_file() {
    Case::well_formed()
        .rewrite(ATLAS, |text| text.replacen('\n', "\r\n", 30).replace("\nThe row", "\rThe row"))
        .reads_the_same();
}

#[rstest]
#[case::spaces_at_line_ends(|text: &str| text.replace('\n', "  \n"))]
#[case::tabs_at_line_ends(|text: &str| text.replace('\n', "\t\n"))]
#[case::hard_spaces_at_line_ends(|text: &str| text.replace('\n', "\u{a0}\n"))]
#[case::hard_spaces_after_the_signs(|text: &str| text.replace("## ", "##\u{a0}"))]
#[case::hard_space_after_the_title_sign(|text: &str| text.replace("# Atlas", "#\u{a0}Atlas"))]
#[case::narrow_hard_spaces_after_the_signs(|text: &str| text.replace("## ", "##\u{202f}"))]
#[case::wide_spaces_after_the_signs(|text: &str| text.replace("## ", "##\u{3000}"))]
#[case::hard_spaces_after_dashes(|text: &str| text.replace("\n- ", "\n-\u{a0}"))]
#[case::hard_spaces_after_colons(|text: &str| text.replace(": ", ":\u{a0}"))]
#[case::hard_spaces_before_colons(|text: &str| text.replace("\n- Owner: ", "\n- Owner\u{a0}: "))]
#[case::spaces_before_colons(|text: &str| text.replace("\n- Status: ", "\n- Status : "))]
#[case::no_spaces_after_colons(|text: &str| text.replace("\n- Owner: ", "\n- Owner:").replace("\n- Status: ", "\n- Status:"))]
#[case::tabs_after_colons(|text: &str| text.replace("\n- Owner: ", "\n- Owner:\t"))]
#[case::tabs_after_dashes(|text: &str| text.replace("\n- ", "\n-\t"))]
#[case::three_spaces_after_dashes(|text: &str| text.replace("\n- ", "\n-   "))]
#[case::two_spaces_after_the_signs(|text: &str| text.replace("## ", "##  "))]
#[case::tabs_after_the_signs(|text: &str| text.replace("## ", "##\t"))]
#[case::zero_width_before_the_signs(|text: &str| text.replace("## ", "\u{200b}## "))]
#[case::zero_width_after_the_signs(|text: &str| text.replace("## ", "##\u{200b} "))]
#[case::zero_width_before_dashes(|text: &str| text.replace("\n- ", "\n\u{200b}- "))]
#[case::zero_width_before_keys(|text: &str| text.replace("\n- ", "\n- \u{200b}"))]
#[case::zero_width_before_colons(|text: &str| text.replace("Owner:", "Owner\u{200b}:"))]
#[case::zero_width_after_values(|text: &str| text.replace("started\n", "started\u{200b}\n"))]
#[case::joiner_in_front(|text: &str| text.replace("- Owner", "\u{2060}- Owner"))]
#[case::byte_order_marks_amid(|text: &str| text.replace("## ", "\u{feff}## "))]
#[case::direction_marks_before_keys(|text: &str| text.replace("\n- Owner", "\n- \u{200e}Owner"))]
#[case::soft_hyphens_in_keys(|text: &str| text.replace("- Owner", "- Ow\u{ad}ner"))]
#[case::line_separators_after_facts(|text: &str| text.replace("Lisbon\n", "Lisbon\u{2028}\n").replace("bug\n", "bug\u{2028}\n"))]
#[case::line_separators_between_facts(|text: &str| text.replace("\n- Kind: bug\n", "\u{2028}- Kind: bug\n"))]
#[case::paragraph_separators_between_facts(|text: &str| text.replace("\n- Kind: bug\n", "\u{2029}- Kind: bug\n"))]
#[case::bold_keys(|text: &str| text.replace("- Owner:", "- **Owner:**").replace("- Status:", "- **Status**:"))]
#[case::bold_keys_with_underscores(|text: &str| text.replace("- Owner:", "- __Owner:__"))]
#[case::slanted_keys(|text: &str| text.replace("- Owner:", "- *Owner*:").replace("- Hub:", "- _Hub:_"))]
#[case::bold_values(|text: &str| text.replace("- Owner: Ana Duarte", "- Owner: **Ana Duarte**").replace("Status: started", "Status: **started**"))]
#[case::upper_case_keys(|text: &str| text.replace("- Owner:", "- OWNER:").replace("- Done when:", "- DONE WHEN:"))]
#[case::lower_case_keys(|text: &str| text.replace("- Owner:", "- owner:").replace("- Feels like:", "- feels like:"))]
#[case::keys_with_hyphens(|text: &str| text.replace("- Done when:", "- Done-when:").replace("- Feels like:", "- Feels-like:"))]
#[case::full_width_colons(|text: &str| text.replace("Owner: ", "Owner：").replace("Status: ", "Status： "))]
#[case::stars(|text: &str| text.replace("\n- ", "\n* "))]
#[case::pluses(|text: &str| text.replace("\n- ", "\n+ "))]
#[case::mixed_bullets(|text: &str| text.replace("\n- Hub", "\n* Hub").replace("\n- Ref", "\n+ Ref"))]
#[case::one_space_before_facts(|text: &str| text.replace("\n- ", "\n - "))]
#[case::three_spaces_before_facts(|text: &str| text.replace("\n- ", "\n   - "))]
#[case::three_spaces_before_headings(|text: &str| text.replace("\n## ", "\n   ## "))]
#[case::blank_lines_between_facts(|text: &str| text.replace("\n- ", "\n\n- "))]
#[case::blank_lines_with_blanks(|text: &str| text.replace("\n\n", "\n   \n"))]
#[case::blank_lines_below_headings(|text: &str| text.replace("\n- Owner", "\n\n- Owner"))]
#[case::many_blank_lines(|text: &str| text.replace("\n\n", "\n\n\n\n"))]
#[case::no_blank_lines(|text: &str| text.replace("\n\n## ", "\n## "))]
#[case::no_final_line_end(|text: &str| text.trim_end().to_owned())]
#[case::closing_signs(|text: &str| text.replace("currency\n- Owner", "currency ##\n- Owner").replace("# Atlas\n", "# Atlas #\n"))]
#[case::underlined_title(|text: &str| text.replace("# Atlas\n", "Atlas\n=====\n"))]
#[case::numbers_that_agree(|text: &str| text.replace("## Export", "## 2. Export").replace("## Search", "## 3) Search").replace("## Invoice", "## 1. Invoice"))]
#[case::comment_in_a_value(|text: &str| text.replace("Ana Duarte\n", "Ana Duarte <!-- since May -->\n"))]
#[case::comment_before_a_value(|text: &str| text.replace("Status: started", "Status: <!-- submitted, skipped or started --> started"))]
#[case::comment_in_a_heading(|text: &str| text.replace("last row\n", "last row <!-- urgent -->\n"))]
#[case::comment_between_facts(|text: &str| text.replace("- Kind: bug\n", "<!-- the developers: -->\n- Kind: bug\n"))]
#[case::comment_moved_in_between_facts(|text: &str| text.replace("- Kind: bug\n", "  <!-- the developers: -->\n- Kind: bug\n"))]
#[case::long_comment_between_facts(|text: &str| text.replace("- Kind: bug\n", "<!--\nthe developers:\n\n- Owner: x\n-->\n- Kind: bug\n"))]
#[case::comment_below_a_heading(|text: &str| text.replace("\n- Owner: Ana", "\n<!-- who? -->\n- Owner: Ana"))]
#[case::comment_directly_above_a_heading(|text: &str| text.replace("\n## Search", "\n<!-- here -->\n## Search"))]
#[case::comment_before_the_title(|text: &str| text.replace("# Atlas", "<!-- one list per product -->\n# Atlas"))]
#[case::comment_at_the_end(|text: &str| format!("{text}\n<!-- the end -->\n"))]
#[case::comment_that_hides_an_item(|text: &str| format!("{text}\n<!--\n## An eleventh\n- Owner: Ana\n\n```\n-->\n"))]
#[case::comment_that_hides_a_fact(|text: &str| text.replace("- Kind: bug\n", "- Kind: bug\n<!-- - Status: done -->\n"))]
#[case::comment_with_dashes(|text: &str| text.replace("Forty", "<!-- forty -- or more ---- -->\n\nForty"))]
#[case::value_continued(|text: &str| text.replace("downloads one and", "downloads one\n  and"))]
#[case::value_continued_lazily(|text: &str| text.replace("downloads one and", "downloads one\nand"))]
#[case::value_on_the_next_line(|text: &str| text.replace("Done when: a Swiss", "Done when:\n  a Swiss"))]
#[case::owner_last_name_first(|text: &str| text.replace("Ana Duarte\n", "Duarte, Ana\n"))]
#[case::owner_by_id(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: @ana\n"))]
#[case::owner_by_id_in_capitals(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: @Ana\n"))]
#[case::owner_by_mail(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: ANA@example.org\n"))]
#[case::owner_by_mail_in_brackets(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: <ana@example.org>\n"))]
#[case::owner_with_mail(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: Ana Duarte <ana@example.org>\n"))]
#[case::owner_as_a_mail_link(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: [Ana Duarte](mailto:ana@example.org)\n"))]
#[case::owner_in_lower_case(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: ana duarte\n"))]
#[case::owner_with_two_spaces(|text: &str| text.replace("Owner: Ana Duarte\n", "Owner: Ana  Duarte\n"))]
#[case::owner_without_accents(|text: &str| text.replace("Zoé Lindström", "Zoe Lindstrom"))]
#[case::owner_with_accents_apart(|text: &str| text.replace("Zoé Lindström", "Zoe\u{301} Lindstro\u{308}m"))]
#[case::owner_with_a_name_of_letters_elsewhere(|text: &str| text.replace("Owner: @yuki", "Owner: 田中 由紀"))]
#[case::owner_with_an_apostrophe(|text: &str| text.replace("Owner: liam@example.org", "Owner: Liam O'Neill"))]
#[case::owner_with_a_curly_apostrophe(|text: &str| text.replace("Owner: liam@example.org", "Owner: Liam O’Neill"))]
#[case::status_in_capitals(|text: &str| text.replace("Status: started", "Status: STARTED").replace("Status: done", "Status: Done"))]
#[case::status_with_a_hyphen(|text: &str| text.replace("signed off", "signed-off"))]
#[case::status_with_capitals(|text: &str| text.replace("signed off", "Signed Off"))]
#[case::kind_in_capitals(|text: &str| text.replace("Kind: bug", "Kind: Bug"))]
#[case::hub_in_lower_case(|text: &str| text.replace("Hub: Lisbon", "Hub: lisbon"))]
#[case::agreed_in_capitals(|text: &str| text.replace("Agreed by Berlin: yes", "AGREED BY BERLIN: YES"))]
#[case::agreed_in_lower_case(|text: &str| text.replace("Agreed by Berlin: yes", "agreed by berlin: Yes"))]
#[case::agreements_together(|text: &str| text.replace("20 July\n\n- Agreed", "20 July\n- Agreed"))]
#[case::next_with_a_link(|text: &str| text.replace("Next: roadmap", "Next: roadmap, [in autumn](https://example.org/roadmap)"))]
#[case::empty_facts_as_written_before(|text: &str| text.replace("- Ref: night-mails\n", "- Deputy:\n- With:\n- Hub:\n- Kind:\n- Feels like:\n- Ticket:\n- Done when:\n- Ref: night-mails\n- Dev:\n- Estimate:\n- Took:\n- Reason:\n- Next:\n- Note:\n"))]
#[case::empty_status(|text: &str| text.replace("- Ref: night-mails\n- Status: submitted\n", "- Ref: night-mails\n- Status:\n"))]
#[case::no_status(|text: &str| text.replace("- Ref: night-mails\n- Status: submitted\n", "- Ref: night-mails\n"))]
#[case::facts_in_another_order(|text: &str| text.replace("- Owner: Ana Duarte\n- Hub: Lisbon\n- Kind: bug\n", "- Kind: bug\n- Hub: Lisbon\n- Owner: Ana Duarte\n"))]
#[case::line_of_dashes_below_the_facts(|text: &str| text.replace("- Reason:\n", "- Reason:\n---\n"))]
fn reads_as_if_nothing_were_odd(#[case] change: fn(&str) -> String) {
    let changed = change(&Case::well_formed().text(ATLAS));
    assert_ne!(changed, Case::well_formed().text(ATLAS), "the oddity is not in the file");
    Case::well_formed().rewrite(ATLAS, change).reads_the_same();
}

#[rstest]
#[case::note("\nNote: this is not a fact.\n")]
#[case::bold_owner("\n**Owner:** nobody knows who that was.\n")]
#[case::bullet_owner("\nIn the old system:\n\n- Owner: the tax office\n- Status: lost\n")]
#[case::bullets_without_spaces("\nAnd then\n-Status: lost\n")]
#[case::a_missing_colon("\nAnd then:\n\n- Status unknown\n- Owner unknown\n")]
#[case::list_directly_below_a_sentence(
    "\nHow to see it:\n- open the invoice\n- print: it is there\n"
)]
#[case::nested_list("\n- open\n  - the first\n    - and its\n  - second\n- print\n")]
#[case::ordered_list("\n1. Open the invoice.\n2. Print it.\n")]
#[case::task_list("\n- [ ] Open\n- [x] Print\n")]
#[case::table("\n| Owner: | Status: |\n|---|---|\n| a | b |\n")]
#[case::footnote("\nEvery second one[^1].\n\n[^1]: Owner: as counted in May.\n")]
#[case::fenced_facts("\n```\n- Owner: nobody\n- Status: nothing\n```\n")]
#[case::fenced_heading("\n```markdown\n## Not an item\n- Owner: nobody\n```\n")]
#[case::fenced_heading_with_tildes("\n~~~\n# Not a title\n##Nor this\n```\n~~~\n")]
#[case::fenced_comment("\n```html\n<!-- never closed\n```\n")]
#[case::comment_in_code("\nType `<!--` to open a comment.\n")]
#[case::indented_code("\nIn the old system:\n\n    - Owner: nobody\n    ## Not an item\n")]
#[case::fence_in_a_list("\n- Look:\n  ```\n  - Owner: nobody\n  ```\n")]
#[case::fence_in_a_quotation("\n> ```\n> - Owner: nobody\n> ```\n")]
#[case::quotation("\n> Owner: they said it is not theirs.\n> - Status: lost\n")]
#[case::rule_between_blank_lines("\n---\n\nMore.\n")]
#[case::rule_of_stars("\n***\n\nMore.\n")]
#[case::note_heading("\n### What we tried\n\n- the browser\n- the printer: no\n")]
#[case::note_headings("\n### What we tried\nNothing.\n\n#### And then?\nNothing.\n")]
#[case::link("\nSee [the page](https://example.org/a?b=c&d=e#f).\n")]
#[case::bare_link("\nSee https://example.org/Owner:x or <https://example.org>.\n")]
#[case::page_link(
    "\nSee [the questions](../faq.md) and [support](../faq.md#support) or [the other list](borealis.md).\n"
)]
#[case::mail_and_phone(
    "\n[Write](mailto:ana@example.org) or [call](tel:+41445550100) or ana@example.org.\n"
)]
#[case::remote_picture("\n![the invoice](https://example.org/invoice.png)\n")]
#[case::reference_link("\nSee [the page][there].\n\n[there]: https://example.org/ \"There\"\n")]
#[case::hard_breaks("\nOne line  \nanother line\\\na third.\n")]
#[case::escapes("\n\\- Owner: not a fact \\## nor a heading \\<!-- nor a comment\n")]
#[case::entities("\nTom &amp; Jerry &lt;b&gt; &nbsp; &#8364;\n")]
#[case::tags("\n<b>bold</b> and a break<br>and <kbd>Ctrl</kbd>\n")]
#[case::details("\n<details>\n<summary>More</summary>\n\nHidden.\n\n</details>\n")]
#[case::link_as_raw_html("\n<a href=\"javascript:alert(1)\">click</a>\n")]
#[case::emoji("\n🎉 👩‍🚒 🇨🇭 ✅\n")]
#[case::right_to_left("\n\u{202b}الفاتورة\u{202c} و Owner: שלום\n")]
#[case::less_than("\nThis is <3 and 2 < 3 and a <- b.\n")]
#[case::sharp_signs("\nTicket #42 and C#.\n#hashtag #another\n")]
#[case::long_line(&LONG_LINE)]
fn prose_is_prose(#[case] more: &str) {
    in_prose(more).reads_the_same();
}

const LONG_LINE: &str = concat!(
    "\nword ",
    "word word word word word word word word word word word word word word word word\n"
);

#[rstest]
#[case::emoji_only("🚀")]
#[case::two_emoji("🚀🎉")]
#[case::japanese("請求書の通貨が違う")]
#[case::arabic("الفاتورة تظهر العملة الخطأ")]
#[case::hebrew_with_marks("\u{200f}החשבונית מציגה מטבע שגוי\u{200e} (PDF)")]
#[case::russian("Неверная валюта в счёте")]
#[case::bold("**Invoice** shows the *wrong* `currency`")]
#[case::link("Invoice shows the [wrong](https://example.org) currency")]
#[case::entity("Invoice &amp; receipt &lt;PDF&gt;")]
#[case::escapes("Invoice \\*PDF\\* shows \\#1")]
#[case::begins_with_a_number("404 page for invoices")]
#[case::begins_with_a_year("2026 invoices show the wrong currency")]
#[case::begins_with_a_decimal("1.5 francs are shown as 2")]
#[case::begins_with_a_date("3.4.2026: invoices show the wrong currency")]
#[case::a_number_sign("Invoice #3 shows the wrong currency")]
#[case::a_colon("Invoices: show the right currency")]
#[case::a_key_in_it("Owner: cannot be changed in invoices")]
#[case::quotes("\"Invoice\" shows the “wrong” currency")]
#[case::a_slash("Invoice/receipt PDF: wrong ../currency")]
#[case::a_question_mark("Why do invoices show the wrong currency?")]
fn an_odd_title(#[case] title: &str) {
    atlas("## Invoice PDF shows the wrong currency", &format!("## {title}")).is_harmless();
}

#[rstest]
#[case::number("404 page for invoices")]
#[case::year("2026 invoices show the wrong currency")]
#[case::decimal("1.5 francs are shown as 2")]
fn a_title_keeps_a_number_that_is_no_place(#[case] title: &str) {
    let was = "Invoice PDF shows the wrong currency";
    atlas(&format!("## {was}"), &format!("## {title}")).reads_the_same_but(was, title);
}

#[test]
fn a_title_of_two_hundred_letters() {
    let title = "Invoice PDF shows the wrong currency and ".repeat(5);
    atlas("## Invoice PDF shows the wrong currency", &format!("## {}", title.trim())).is_harmless();
}

#[test]
fn two_titles_of_nothing_but_different_emoji() {
    atlas("## Search finds umlauts", "## 🚀")
        .edit(ATLAS, "## Print labels in A5", "## 🎉")
        .is_harmless();
}

#[rstest]
#[case::hours("2h")]
#[case::hours_in_words("two hours")]
#[case::half_a_day("half a day")]
#[case::decimal_comma("1,5 days")]
#[case::decimal_point("1.5 days")]
#[case::range("2-3 days")]
#[case::range_with_a_dash("2 – 3 days")]
#[case::a_week("a week")]
#[case::one_week("1 week")]
#[case::days_and_hours("1d 4h")]
#[case::a_half_sign("½ day")]
#[case::capitals("3 Days")]
#[case::about("~3 days")]
#[case::comment("3 days <!-- with tests -->")]
#[case::hard_space("3\u{a0}days")]
fn durations(#[case] estimate: &str) {
    atlas("- Estimate: 3 days", &format!("- Estimate: {estimate}")).is_harmless();
}

#[rstest]
#[case::id_with_underscores(
    "- Owner: Ana Duarte",
    "- Owner: @_bob_",
    "owner Some(\"ana\")",
    "owner Some(\"_bob_\")"
)]
#[case::id_with_escapes(
    "- Owner: Ana Duarte",
    "- Owner: @\\_bob\\_",
    "owner Some(\"ana\")",
    "owner Some(\"_bob_\")"
)]
#[case::two_devs(
    "- Dev: Jonas Weber",
    "- Dev: Jonas Weber, Chidi Okafor",
    "devs [\"jonas\"]",
    "devs [\"jonas\", \"chidi\"]"
)]
#[case::two_devs_and(
    "- Dev: Jonas Weber",
    "- Dev: @jonas and @chidi",
    "devs [\"jonas\"]",
    "devs [\"jonas\", \"chidi\"]"
)]
#[case::reopened(
    "- Took: 1 day\n- Status: done",
    "- Took: 1 day\n- Status: started",
    "status done",
    "status started"
)]
#[case::curly_wont_do(
    "- Next: roadmap",
    "- Next: won’t do",
    "next Some(Roadmap)",
    "next Some(WontDo)"
)]
#[case::straight_wont_do(
    "- Next: roadmap",
    "- Next: won't do, too old",
    "next Some(Roadmap)",
    "next Some(WontDo)"
)]
#[case::next_round(
    "- Next: roadmap",
    "- Next: Next round",
    "next Some(Roadmap)",
    "next Some(NextRound)"
)]
fn a_value_of_its_own(#[case] from: &str, #[case] to: &str, #[case] was: &str, #[case] is: &str) {
    let meaning = Case::well_formed().outcome().meaning();
    let line = meaning.lines().find(|line| line.contains(was)).unwrap_or("");
    atlas(from, to).reads_the_same_but(line, &line.replacen(was, is, 1));
}

#[rstest]
#[case::a_ticket(
    "- Kind: bug\n",
    "- Kind: bug\n- Ticket: https://tracker.example.org/browse/ABC-12?a=b:c\n"
)]
#[case::a_ticket_number("- Kind: bug\n", "- Kind: bug\n- Ticket: #42\n")]
#[case::a_note("- Reason:\n", "- Reason:\n- Note: the manager says: fine\n")]
#[case::helpers("- Kind: bug\n", "- Kind: bug\n- With: Marta Keller, @sam, Tom Berg\n")]
#[case::a_value_with_colons("a Swiss partner downloads one", "it says: CHF 10:00")]
#[case::a_reason_though_started("- Reason:\n", "- Reason: waits for nobody\n")]
#[case::a_ref_in_capitals("- Ref: invoice-currency\n", "- Ref: Invoice-Currency\n")]
#[case::a_ref_in_russian("- Ref: yearly-report", "- Ref: годовой-отчёт")]
#[case::yes_alone("- Agreed by Berlin: yes, Marta, 20 July", "- Agreed by Berlin: yes")]
#[case::a_hub_that_need_not_agree(
    "- Agreed by Berlin",
    "- Agreed by Support: not yet\n- Agreed by Berlin"
)]
#[case::a_long_intro(
    "What the hubs",
    "### How we chose\n\n1. by hand\n2. by dice\n\nWhat the hubs"
)]
fn a_fact_that_is_right(#[case] from: &str, #[case] to: &str) {
    // The guess names the ref in its own spelling; case does not matter there.
    atlas(from, to).is_harmless();
}

#[rstest]
#[case::six_questions(
    "## What should we change?",
    "## And the mails?\n- Ref: mails\n- For: owners\n- Answer: text\n\n## What should we change?"
)]
#[case::bold_keys("- Answer: text", "- **Answer:** text")]
#[case::capitals("- Answer: choose one", "- Answer: Choose One")]
#[case::audience_in_capitals("- For: developers, managers", "- For: Developers, Managers")]
#[case::audience_with_and("- For: developers, managers", "- For: developers and managers")]
#[case::scale_from_zero("- Answer: scale 1 to 5", "- Answer: scale 0 to 10")]
#[case::choices_four_spaces_in(
    "  - The list\n  - The owner was there\n  - The quiet\n",
    "    - The list\n    - The owner was there\n    - The quiet\n"
)]
#[case::choices_with_stars(
    "  - The list\n  - The owner was there\n  - The quiet\n",
    "  * The list\n  * The owner was there\n  * The quiet\n"
)]
#[case::choices_with_a_tab(
    "  - The list\n  - The owner was there\n  - The quiet\n",
    "\t- The list\n\t- The owner was there\n\t- The quiet\n"
)]
#[case::blank_line_before_choices("- Answer: choose any\n", "- Answer: choose any\n\n")]
#[case::a_choice_like_a_key("  - The quiet\n", "  - Owner: there\n")]
#[case::comment("Anything at all.", "<!-- Anything at all. -->")]
fn a_survey_that_is_right(#[case] from: &str, #[case] to: &str) {
    survey(from, to).is_harmless();
}

#[rstest]
#[case::comments("[dates]", "# when?\n[dates]   # all of them")]
#[case::dates_as_tables(
    "week = { first = 2026-07-27, last = 2026-07-31 }\n",
    "week.first = 2026-07-27\nweek.last = 2026-07-31\n"
)]
#[case::bare_deadline("lists_due = 2026-07-24T10:00:00", "lists_due = 2026-07-24")]
#[case::a_week_of_one_day(
    "week = { first = 2026-07-27, last = 2026-07-31 }",
    "week = { first = 2026-07-29, last = 2026-07-29 }"
)]
#[case::no_reminders(", reminders = [3, 7]", "")]
#[case::no_capacity(
    "[capacity]\ndevelopers = 12\nsupport_days = 5\naway_days = 4\nquarter_days = 65\n\n",
    ""
)]
#[case::no_limits("[limits]\nitems = 10\nestimate = \"5 days\"\n\n", "")]
#[case::no_choices_counted("counts_as_yes = [\"Yes\", \"Yes, but differently\"]\n", "")]
#[case::whole_numbers_for_rates("yes = 0.6", "yes = 1")]
#[case::half_a_developer("developers = 12", "developers = 12.5")]
#[case::manager_by_name("manager = \"_bob_\"", "manager = \"Bob Öz\"")]
#[case::manager_with_sign("manager = \"_bob_\"", "manager = \"@_bob_\"")]
#[case::zone_of_another_place("time_zone = \"Europe/Zurich\"", "time_zone = \"Europe/Lisbon\"")]
#[case::zone_far_away("time_zone = \"Europe/Zurich\"", "time_zone = \"Asia/Kathmandu\"")]
fn a_round_toml_that_is_right(#[case] from: &str, #[case] to: &str) {
    round(from, to).is_harmless();
}

#[rstest]
#[case::away_in_both_forms(
    "away = [\"2026-09-01/2026-09-04\"]",
    "away = [\"2026-09-01\", \"2026-09-03/2026-09-04\"]"
)]
#[case::away_never("away = [\"2026-09-01/2026-09-04\"]", "away = []")]
#[case::away_with_blanks(
    "away = [\"2026-09-01/2026-09-04\"]",
    "away = [\"2026-09-01 / 2026-09-04\"]"
)]
#[case::left_later("away = [\"2026-09-01/2026-09-04\"]", "left = 2026-09-30")]
#[case::a_role("away = [\"2026-09-01/2026-09-04\"]", "role = \"office dog\"")]
#[case::a_plus_in_the_mail(
    "mail = \"pat@example.org\"",
    "mail = \"pat.o'moreau+week@mail.example.org\""
)]
#[case::a_name_with_every_accent(
    "name = \"Pat Moreau\"",
    "name = \"Patrícia Ø. Möreau-Łukasiewicz 李\""
)]
#[case::a_table_in_quotes("[pat]", "[\"pat\"]")]
fn a_people_toml_that_is_right(#[case] from: &str, #[case] to: &str) {
    people(from, to).is_harmless();
}

#[rstest]
#[case::another_page("content/2026-summer/catering.md", "# Catering\n\nThere is soup.\n")]
#[case::a_page_without_title("content/2026-summer/notes.md", "There is soup.\n")]
#[case::left_by_an_editor("content/2026-summer/lists/.atlas.md.swp", "b0VIM 8.2")]
#[case::left_by_another_editor("content/2026-summer/lists/atlas.md~", "# Atlas\n")]
#[case::left_by_a_desktop("content/2026-summer/lists/.DS_Store", "x")]
#[case::a_record(
    "content/2026-summer/record.toml",
    "format = 1\nwritten = 2026-07-27T12:00:00+02:00\nnews = 7\n\n[[told]]\nref = \"invoice-currency\"\nkind = \"started\"\nat = 2026-07-27T10:05:00+02:00\n"
)]
#[case::a_read_me("README.md", "# Our week\n\n##Broken\n")]
fn another_file(#[case] path: &str, #[case] text: &str) {
    Case::well_formed().file(path, text).is_harmless();
}

#[test]
fn a_decision_in_its_time() {
    Case::well_formed().file(DECISION, DECIDED).at(HEARD).is_harmless();
}

#[test]
fn a_picture_beside_the_list() {
    in_prose("\n![the invoice](invoice.png) and [as a paper](<invoice 1.pdf>)\n")
        .file("content/2026-summer/lists/invoice.png", "x")
        .file("content/2026-summer/lists/invoice 1.pdf", "x")
        .is_harmless();
}

#[test]
fn no_guesses() {
    Case::well_formed().remove(GUESSES).is_harmless();
}

#[test]
fn a_list_before_its_deadline_may_be_half_empty() {
    round("lists_due = 2026-07-24T10:00:00", "lists_due = 2026-08-21T10:00:00")
        .edit(
            ROUND,
            "first = 2026-07-27, last = 2026-07-31",
            "first = 2026-08-24, last = 2026-08-28",
        )
        .edit(
            ROUND,
            "opens = 2026-08-03T10:00:00, closes = 2026-08-14",
            "opens = 2026-08-31T10:00:00, closes = 2026-09-11",
        )
        .edit(ATLAS, "- Agreed by Lisbon: yes, Ana, 21 July", "- Agreed by Lisbon: not yet")
        .without_section(ATLAS, "## Print labels")
        .without_section(ATLAS, "## Fewer mails")
        .is_harmless();
}
