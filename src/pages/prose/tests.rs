use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::finding::Place;
use crate::model::prose::Definitions;
use crate::model::{Definition, Person, Side};

fn words() -> Words {
    Words {
        address_hidden: "address hidden".into(),
        note: "Note".into(),
        tip: "Tip".into(),
        important: "Important".into(),
        warning: "Warning".into(),
        caution: "Caution".into(),
        footnotes: "Footnotes".into(),
        back: "Back to footnote {number} in the text".into(),
        table: "Table".into(),
        ticked: "done".into(),
        unticked: "open".into(),
    }
}

fn people() -> People {
    let person = |id: &str, name: &str, mail: &str| Person {
        id: id.into(),
        name: name.into(),
        mail: mail.into(),
        side: Side::Partner,
        hub: None,
        team: None,
        role: None,
        away: vec![],
        left: None,
        place: Place::whole("content/people.toml"),
        mail_place: Place::whole("content/people.toml"),
    };
    People::new(vec![
        person("ana", "Ana Duarte", "ana@example.org"),
        person("bob", "Bob_Öz", "_bob_@example.org"),
        person("root", "Root", "root@localhost"),
    ])
}

fn links(written: &str) -> Option<String> {
    match written {
        "faq.md" => Some("../faq.html".into()),
        "picture one.png" | "picture%20one.png" => Some("../files/picture one.png".into()),
        "evil.md" => Some("javascript:alert(1)".into()),
        "#elsewhere" => Some("#item.elsewhere".into()),
        _ => None,
    }
}

fn with<T>(ask: impl FnOnce(&Context) -> T) -> T {
    let (people, words) = (people(), words());
    ask(&Context { id: "pay", heading: 3, people: &people, words: &words, links: &links })
}

fn prose(text: &str) -> Prose {
    Prose { text: text.into(), ..Prose::default() }
}

fn html(text: &str) -> String {
    let html = with(|context| super::html(&prose(text), context));
    assert_safe(&html);
    html
}

fn inline(text: &str) -> String {
    let html = with(|context| super::inline(text, context));
    assert_safe(&html);
    html
}

/// ammonia reads the page as a browser would, takes away everything that is not on this list and
/// writes the rest. What comes out as it went in holds nothing else, and is nested as it looks.
fn assert_safe(html: &str) {
    let set = |words: &'static str| words.split(' ').collect::<HashSet<_>>();
    let attributes = HashMap::from([
        ("a", set("href title id role aria-label")),
        ("img", set("src alt title loading")),
        ("div", set("class role tabindex aria-label")),
        ("section", set("class role aria-label")),
        ("span", set("role aria-label")),
        ("p", set("class")),
        ("pre", set("tabindex")),
        ("code", set("class")),
        ("ol", set("start")),
        ("li", set("class id")),
        ("th", set("scope class")),
        ("td", set("class")),
        ("h3", set("id")),
        ("h4", set("id")),
        ("h5", set("id")),
        ("h6", set("id")),
    ]);
    let clean = ammonia::Builder::empty()
        .tags(set(
            "a img div section span p pre code ol ul li table thead tbody tr th td h3 h4 h5 h6 \
             em strong del sup br hr blockquote",
        ))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::new())
        .url_schemes(set("http https tel"))
        .link_rel(None)
        .clean(html)
        .to_string();
    assert_eq!(clean, html);
}

#[test]
fn prose_becomes_blocks() {
    assert_eq!(
        html("One *two* **three** ~~four~~ `five`\nsix\\\nseven\n\n---\n\n3. a\n4. b\n\n> c"),
        "<p>One <em>two</em> <strong>three</strong> <del>four</del> <code>five</code>\nsix<br>\nseven</p>\n\
         <hr>\n<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<blockquote>\n<p>c</p>\n</blockquote>\n"
    );
    assert_eq!(html("- a\n  - b\n"), "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n");
    assert_eq!(html(""), "");
}

#[test]
fn headings_stay_below_the_page_and_keep_their_order() {
    assert_eq!(
        html("# A\n\n### B & *C*\n\n# A\n\n###### D"),
        "<h3 id=\"pay.a\">A</h3>\n<h4 id=\"pay.b--c\">B &amp; <em>C</em></h4>\n\
         <h3 id=\"pay.a-1\">A</h3>\n<h4 id=\"pay.d\">D</h4>\n"
    );
    let upside_down = html("### a\n\n# b\n\n#### c\n\n## d\n\n#### e\n");
    let levels: Vec<&str> = upside_down.lines().map(|line| &line[1..3]).collect();
    assert_eq!(levels, ["h3", "h3", "h4", "h4", "h5"]);
    let deep = html("# a\n## b\n### c\n#### d\n##### e\n###### f\n");
    assert_eq!(deep.matches("<h6").count(), 3, "{deep}");
    assert_eq!(html("##\n\n## <!-- x -->\n\n## 🚀"), "<h3 id=\"pay.section-2\">🚀</h3>\n");
}

#[test]
fn headings_are_told_with_their_ids() {
    let text = "## How do I sign off?\n\n##\n\nNo.\n\n### Große Höhe";
    let found = with(|context| {
        let context = Context { id: "", heading: 2, ..*context };
        super::headings(&prose(text), &context)
    });
    let found: Vec<_> = found.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    assert_eq!(
        found,
        [(2, "how-do-i-sign-off", "How do I sign off?"), (3, "große-höhe", "Große Höhe")]
    );
}

#[test]
fn an_anchor_leads_to_the_heading_of_its_own_text() {
    let page = html("# Who pays?\n\n[a](#who-pays) [b](#Who-Pays) [c](#elsewhere) [d](#nowhere)");
    assert!(page.ends_with(
        "<p><a href=\"#pay.who-pays\">a</a> <a href=\"#pay.who-pays\">b</a> \
         <a href=\"#item.elsewhere\">c</a> d</p>\n"
    ));
}

#[test]
fn only_what_can_be_followed_is_a_link() {
    for (written, expected) in [
        (
            "[a](https://x.org/?a=1&b=2 \"T\")",
            "<a href=\"https://x.org/?a=1&amp;b=2\" title=\"T\">a</a>",
        ),
        ("<https://x.org>", "<a href=\"https://x.org\">https://x.org</a>"),
        ("[a](tel:+41 1)", "[a](tel:+41 1)"),
        ("[a](tel:+411)", "<a href=\"tel:+411\">a</a>"),
        ("[](https://x.org)", "<a href=\"https://x.org\">https://x.org</a>"),
        ("[a](faq.md#why)", "<a href=\"../faq.html#why\">a</a>"),
        ("[a](secret.md)", "a"),
        ("[a]()", "a"),
        ("[a](javascript:alert(1))", "a"),
        ("[a](java&#x0A;script:alert(1))", "a"),
        ("[a](JAVASCRIPT&colon;alert(1))", "a"),
        ("[a](&#1;javascript:alert(1))", "a"),
        ("[a](data:text/html,x)", "a"),
        ("[a](//evil.example)", "a"),
        ("[a](\\\\evil.example)", "a"),
        ("[a](evil.md)", "a"),
        ("<javascript:alert(1)>", "javascript:alert(1)"),
        ("[*a* `b`](javascript:x)", "<em>a</em> <code>b</code>"),
    ] {
        assert_eq!(html(written), format!("<p>{expected}</p>\n"), "{written}");
        assert_eq!(inline(written), expected, "{written}");
    }
}

#[test]
fn bare_web_addresses_become_links_in_text_alone() {
    assert_eq!(
        inline("see https://x.org/a_b_c, `https://y.org` and [https://z.org](https://z.org)."),
        "see <a href=\"https://x.org/a_b_c\">https://x.org/a_b_c</a>, <code>https://y.org</code> \
         and <a href=\"https://z.org\">https://z.org</a>."
    );
    assert_eq!(inline("ftp://x.org javascript:alert(1)"), "ftp://x.org javascript:alert(1)");
    assert_eq!(
        html("    https://x.org\n"),
        "<pre tabindex=\"0\"><code>https://x.org\n</code></pre>\n"
    );
}

#[test]
fn pictures_of_the_repository_are_shown_and_others_are_links() {
    let local =
        "<img src=\"../files/picture%20one.png\" alt=\"a &quot;b&quot; c\" loading=\"lazy\">";
    assert_eq!(inline("![a \"b\" *c*](<picture one.png>)"), local);
    assert_eq!(inline("![a](https://x.org/a.png)"), "<a href=\"https://x.org/a.png\">a</a>");
    assert_eq!(
        inline("![](https://x.org/a.png)"),
        "<a href=\"https://x.org/a.png\">https://x.org/a.png</a>"
    );
    // A link within a link is no HTML.
    assert_eq!(
        inline("[![badge](https://x.org/a.svg)](https://y.org)"),
        "<a href=\"https://y.org\">badge</a>"
    );
    assert_eq!(
        inline("[![](<picture one.png>)](https://y.org)"),
        "<a href=\"https://y.org\"><img src=\"../files/picture%20one.png\" alt=\"picture one.png\" \
         loading=\"lazy\"></a>"
    );
    for nowhere in ["![a](gone.png)", "![a](data:image/png;base64,x)", "![a](javascript:x)"] {
        assert_eq!(inline(nowhere), "a");
    }
}

#[test]
fn raw_html_is_text_and_closed_comments_are_nothing() {
    assert_eq!(inline("a <b onclick=x>b</b>"), "a &lt;b onclick=x&gt;b&lt;/b&gt;");
    assert_eq!(
        html("<script>alert(1)</script>\n\nx"),
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>x</p>\n"
    );
    assert_eq!(html("a <!-- b --> c\n\n<!--\n\nd\n\n-->\n\ne <!---->"), "<p>a  c</p>\n<p>e </p>\n");
    assert_eq!(html("<!-- a --> b <!-->c"), "<p>b c</p>\n");
    assert_eq!(html("x\n\n<!-- open\n\ny"), "<p>x</p>\n<p>&lt;!-- open\n\ny</p>\n");
    assert_eq!(html("`<!-- a -->`"), "<p><code>&lt;!-- a --&gt;</code></p>\n");
    assert_eq!(html("- <div>\n  a\n"), "<ul>\n<li>\n<p>&lt;div&gt;\na</p>\n</li>\n</ul>\n");
}

#[test]
fn an_address_becomes_a_name_or_is_hidden() {
    for (written, expected) in [
        ("ask ana@example.org.", "ask Ana Duarte."),
        ("ask ANA@example.org", "ask Ana Duarte"),
        ("ask zoe.b@example.org!", "ask address hidden!"),
        ("Ana Duarte <ana@example.org>", "Ana Duarte"),
        ("Ana Duarte (ana@example.org)", "Ana Duarte"),
        ("Ana Duarte\nana@example.org", "Ana Duarte\n"),
        ("<zoe@example.org>", "address hidden"),
        ("[ana@example.org](mailto:ana@example.org)", "Ana Duarte"),
        ("[write](mailto:ana%40example.org?subject=x)", "write (Ana Duarte)"),
        ("[write](mailto:zoe@example.org)", "write (address hidden)"),
        ("[](mailto:ana@example.org)", "Ana Duarte"),
        ("`ana@example.org`", "<code>Ana Duarte</code>"),
        ("<b title=zoe@example.org>", "&lt;b title=address hidden&gt;"),
        ("*ana*@example.org", "<em>Ana Duarte</em>"),
        ("_bob_@example.org", "<em>address hidden</em>"),
        ("\\_bob\\_@example.org", "Bob_Öz"),
        ("zoe&#64;example&#46;org", "address hidden"),
        ("zo\u{200b}e@exam\u{ad}ple.org", "address hidden"),
        ("zoe\u{ff20}example.org", "address hidden"),
        ("zoe@<!-- x -->example.org", "address hidden"),
        ("zoe\u{0}@\u{1}example.org", "address hidden"),
        ("\"zoe b\"@example.org", "address hidden"),
        ("root@localhost and other@localhost", "Root and other@localhost"),
        ("@ana likes serde@1.0.2", "@ana likes serde@1.0.2"),
        ("https://x.org/?to=zoe%40example.org", "address hidden"),
        ("[a](https://zoe@example.org/)", "a"),
        (
            "[a](https://x.org/ \"zoe@example.org\")",
            "<a href=\"https://x.org/\" title=\"address hidden\">a</a>",
        ),
        (
            "![zoe@example.org](<picture one.png>)",
            "<img src=\"../files/picture%20one.png\" alt=\"address hidden\" loading=\"lazy\">",
        ),
        ("![ana@example.org](gone.png)", "Ana Duarte"),
        ("https://x.org/@ana/1", "<a href=\"https://x.org/@ana/1\">https://x.org/@ana/1</a>"),
        ("a@b.ch,c@d.ch;e@f.ch", "address hidden,address hidden;address hidden"),
    ] {
        assert_eq!(inline(written), expected.replace('\n', ""), "{written}");
    }
    let code = html("```\nto: ana@example.org\n```\n\n## ana@example.org\n");
    assert!(code.contains("to: Ana Duarte\n") && code.contains("id=\"pay.ana-duarte\""), "{code}");
    assert_eq!(
        with(|context| plain("Mail to **zoe@example.org** bounces", context)),
        "Mail to address hidden bounces"
    );
}

#[test]
fn tables_scroll_and_align_by_class() {
    assert_eq!(
        html("| a | | *c* |\n|:--|:-:|--:|\n| 1 | 2 |\n"),
        "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Table: a, c\">\n<table>\n\
         <thead>\n<tr><th scope=\"col\" class=\"left\">a</th><td class=\"center\"></td>\
         <th scope=\"col\" class=\"right\"><em>c</em></th></tr>\n</thead>\n<tbody>\n\
         <tr><td class=\"left\">1</td><td class=\"center\">2</td><td class=\"right\"></td></tr>\n\
         </tbody>\n</table>\n</div>\n"
    );
    assert!(html("|a|\n|-|\n").contains("</thead>\n</table>"));
}

#[test]
fn alerts_say_what_they_are() {
    assert_eq!(
        html("> [!WARNING]\n> Hot.\n"),
        "<div class=\"alert warning\" role=\"note\">\n<p class=\"alert-title\">Warning</p>\n\
         <p>Hot.</p>\n</div>\n"
    );
}

#[test]
fn tasks_are_signs_with_words() {
    assert_eq!(
        html("- [x] a\n- [ ] b\n- c\n"),
        "<ul>\n<li class=\"task\"><span role=\"img\" aria-label=\"done\">☑</span> a</li>\n\
         <li class=\"task\"><span role=\"img\" aria-label=\"open\">☐</span> b</li>\n<li>c</li>\n</ul>\n"
    );
    assert!(html("- [x] a\n\n- b\n").contains("<li class=\"task\">\n<p><span"));
}

#[test]
fn code_can_be_scrolled_and_names_its_language() {
    assert_eq!(
        html("```rust,ignore\nlet a = 1 < 2;\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-rust\">let a = 1 &lt; 2;\n</code></pre>\n"
    );
    assert_eq!(
        html("``` x\"><script>\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-xscript\"></code></pre>\n"
    );
}

#[test]
fn footnotes_stand_at_the_end_with_a_way_back() {
    assert_eq!(
        html("a[^x] b[^y] c[^X]\n\n[^y]: Two[^x].\n[^x]: One.\n\n    - more\n\nEnd. [^gone]\n"),
        "<p>a<sup><a href=\"#pay.fn.1\" id=\"pay.fnref.1\" role=\"doc-noteref\">1</a></sup> \
         b<sup><a href=\"#pay.fn.2\" id=\"pay.fnref.2\" role=\"doc-noteref\">2</a></sup> \
         c<sup><a href=\"#pay.fn.1\" id=\"pay.fnref.1.2\" role=\"doc-noteref\">1</a></sup></p>\n\
         <p>End. [^gone]</p>\n\
         <section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n\
         <li id=\"pay.fn.1\"><p>One.</p>\n<ul>\n<li>more</li>\n</ul>\n<p>\
         <a href=\"#pay.fnref.1\" role=\"doc-backlink\" aria-label=\"Back to footnote 1 in the text\">↩</a> \
         <a href=\"#pay.fnref.1.2\" role=\"doc-backlink\" aria-label=\"Back to footnote 1-2 in the text\">↩</a> \
         <a href=\"#pay.fnref.1.3\" role=\"doc-backlink\" aria-label=\"Back to footnote 1-3 in the text\">↩</a></p>\n</li>\n\
         <li id=\"pay.fn.2\"><p>Two<sup><a href=\"#pay.fn.1\" id=\"pay.fnref.1.3\" role=\"doc-noteref\">1</a></sup>. \
         <a href=\"#pay.fnref.2\" role=\"doc-backlink\" aria-label=\"Back to footnote 2 in the text\">↩</a></p>\n</li>\n\
         </ol>\n</section>\n"
    );
    // The parser makes no link of a text with a footnote in it.
    let linked = html("[a[^x]](https://x.org)\n\n[^x]: # One\n");
    assert!(linked.contains("[a<sup>") && linked.contains("<p>One <a href"), "{linked}");
    // Two footnotes that name each other end.
    assert_eq!(html("a[^x]\n\n[^x]: [^y]\n[^y]: [^x]\n").matches("<li").count(), 2);
}

#[test]
fn an_entry_uses_what_other_entries_define() {
    let definitions = Definitions {
        links: [(
            "the page".to_owned(),
            Definition { target: "https://x.org".into(), title: "T".into() },
        )]
        .into(),
        footnotes: [
            ("far".to_owned(), "[^Far]: Away[^own].\n".to_owned()),
            ("own".to_owned(), "[^own]: From elsewhere.\n".to_owned()),
            ("never".to_owned(), "[^never]: Asked for.\n".to_owned()),
            ("odd".to_owned(), "no definition at all\n".to_owned()),
        ]
        .into(),
    };
    let text = "    code\n\nSee [The\nPage] and [x][the page][^far] [^odd]\n\n[^own]: Mine.\n";
    let prose = Prose { text: text.into(), definitions: Arc::new(definitions), ..Prose::default() };
    let page = with(|context| super::html(&prose, context));
    assert_safe(&page);
    assert!(page.starts_with("<pre tabindex=\"0\"><code>code\n</code></pre>\n<p>See"), "{page}");
    assert!(page.contains("<a href=\"https://x.org\" title=\"T\">The\nPage</a>"), "{page}");
    assert!(page.contains("<p>Away<sup>") && page.contains("<p>Mine. "), "{page}");
    assert!(!page.contains("elsewhere") && !page.contains("Asked"), "{page}");
    assert!(page.contains("[^odd]") && !page.contains("no definition"), "{page}");
}

#[test]
fn a_fact_is_never_a_block() {
    for (written, expected) in [
        ("1. first", "1. first"),
        ("# x", "# x"),
        ("> x", "&gt; x"),
        ("- x", "- x"),
        ("    x", "x"),
        ("a\n\nb", "a b"),
        ("x", "x"),
        ("**x** y", "<strong>x</strong> y"),
        ("_x_", "<em>x</em>"),
        ("[^1]: x", "[^1]: x"),
        ("[a]: https://x", "[a]: <a href=\"https://x\">https://x</a>"),
        ("<div>", "&lt;div&gt;"),
        ("<!-- x -->", ""),
        ("---", "---"),
        ("", ""),
    ] {
        assert_eq!(inline(written), expected, "{written}");
    }
}

#[test]
fn a_title_or_description_is_words_alone() {
    with(|context| {
        assert_eq!(
            plain("**Fix** the `<b>` [page](x.md)  & more <!-- x -->", context),
            "Fix the <b> page & more"
        );
        let text = prose("# Head\n\n- item\n\n<!-- x -->\n\nFirst *words* of\nmany.\n\nSecond.");
        assert_eq!(summary(&text, context, 100), "First words of many.");
        assert_eq!(summary(&text, context, 15), "First words of…");
        assert_eq!(summary(&text, context, 10), "First…");
        assert_eq!(summary(&text, context, 2), "F…");
        assert_eq!(summary(&prose(""), context, 10), "");
    });
}

#[test]
fn nothing_dangerous_survives() {
    for nasty in [
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "[x](https://a.b/\"onmouseover=\"alert(1))",
        "[x](https://a.b '\"><script>alert(1)</script>')",
        "![\"><script>alert(1)</script>](<picture one.png> \"'><script>\")",
        "![](<picture one.png> 'x\" onerror=\"alert(1)')",
        "# \"><script>alert(1)</script>",
        "```\"><script>alert(1)</script>\nx\n```",
        "| <script> | `</td>` |\n|-|-|\n| </table> | \\|</tr> |",
        "a[^\"><script>]\n\n[^\"><script>]: </li></ol></section>",
        "<!-- --!><script>alert(1)</script> -->",
        "<!--><script>alert(1)</script>",
        "<textarea><script>",
        "<plaintext>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "\u{0}<\u{0}script>\u{b}\u{1f}\u{fffe}\u{fdd0}",
        "[x]: javascript:alert(1)\n\n[x] ![x]",
        "> - 1. > # `a` <b>\n\n> [!NOTE]\n> > [!TIP]\n> > <a>",
        "[a [b](https://b.org) c](https://c.org) https://d.org",
        "[![![a](https://b.org/a)](https://c.org)](https://d.org)",
        "[<https://a.org>](https://b.org)",
        "[https://a.org/](mailto:x@y.org)",
        "<a href='https://x.org'>https://y.org</a>",
        "- [ ] - [x] # a\n  ---\n  | a |\n  |--|\n",
        "a\u{a0}b &nbsp; &lt;script&gt; &#60;b&#62;",
        "*a **b* c**  ~~*d~~*",
        "&colon; [x](javascript&#58;alert(1)) [y](&#1;javascript:alert(1))",
        "[x](https://[::1]/) [y](http://x.org\\@evil.org) [z](/\\evil.org)",
    ] {
        let page = html(nasty);
        inline(nasty);
        assert!(!page.contains("<script") && !page.contains("javascript:alert(1)\""), "{page}");
    }
}

/// Pieces that mean something to Markdown, HTML or this module, so that chance puts them together.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = "* ** _ ~~ ` ``` [ ] ]( ) ![ # ## > - 1. + | |-|- [^a] [^a]: [^b]: [!NOTE] [x] [ ] \
        --- === \\ & &amp; &#64; < > </p> <a <b> <!-- --> <!--> <script> <?x <![CDATA[ \" ' \
        https://x.org/ javascript: mailto: tel: faq.md #a #who ana@example.org zoe b.org @ %40 \
        \u{a0} \u{200b} \u{0} \u{202e} é 請 🚀 a b c . , : \u{1} \r";
    let mut pieces: Vec<String> = pieces.split(' ').map(str::to_owned).collect();
    pieces.extend([" ", " ", "\n", "\n", "\n\n", "    ", "\t", "[ ]"].map(str::to_owned));
    let piece = prop_oneof![9 => prop::sample::select(pieces), 1 => any::<String>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_safe_html_without_addresses(text in nasty(), footnote in nasty()) {
        let definitions = Definitions {
            footnotes: [("a".to_owned(), format!("[^a]: {footnote}"))].into(),
            ..Definitions::default()
        };
        let prose = Prose { text: text.clone(), definitions: Arc::new(definitions), ..Prose::default() };
        with(|context| {
            for page in [super::html(&prose, context), super::inline(&text, context)] {
                assert_safe(&page);
                assert!(!page.contains("ana@example.org"), "{page}");
                let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
                assert_eq!(ids.len(), ids.iter().collect::<HashSet<_>>().len(), "{page}");
                for target in page.split("href=\"#pay.fn").skip(1).filter_map(|rest| rest.split('"').next()) {
                    assert!(ids.contains(&format!("pay.fn{target}").as_str()), "{page}");
                }
            }
            assert!(!plain(&text, context).contains("ana@example.org"));
            summary(&prose, context, 20);
            super::headings(&prose, context);
        });
    }
}
