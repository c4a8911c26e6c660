//! `sitemap.xml`: the addresses of all pages, for search engines.

use super::text;

/// The sitemap of the pages among the files of a site; `base_url` ends with a slash. The page for wrong
/// addresses is not a page that anybody should find.
pub fn sitemap<'p>(base_url: &str, paths: impl Iterator<Item = &'p str>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths {
        if path.ends_with(".html") && path != "404.html" {
            xml.push_str(&format!(
                "<url><loc>{}</loc></url>\n",
                escaped(&text::url(base_url, path))
            ));
        }
    }
    xml.push_str("</urlset>\n");
    xml
}

fn escaped(url: &str) -> String {
    url.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_holds_every_page_and_only_pages() {
        let paths = ["404.html", "2026/items/größe-'x'.html", "feed.xml", "index.html"];
        assert_eq!(
            sitemap("https://x.org/?a&b=/", paths.into_iter()),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
             <url><loc>https://x.org/?a&amp;b=/2026/items/gr%C3%B6%C3%9Fe-&apos;x&apos;.html</loc></url>\n\
             <url><loc>https://x.org/?a&amp;b=/index.html</loc></url>\n\
             </urlset>\n"
        );
    }
}
