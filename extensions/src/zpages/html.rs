//! Plain pages.

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}nav a{margin-right:1.2rem}\
table{border-collapse:collapse;margin:1rem 0}th,td{text-align:left;padding:.35rem 1.2rem .35rem 0;\
border-bottom:1px solid #ddd;vertical-align:top}th{font-weight:600;color:#555}\
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}a{color:#8cf}th{color:#aaa}td,th{border-color:#444}}";

const PAGES: &[&str] = &["servicez", "pipelinez", "extensionz", "featurez"];

/// A page that grows from top to bottom.
pub(super) struct Page(String);

impl Page {
    pub(super) fn new(title: &str) -> Self {
        let title = escape(title);
        let links: String =
            PAGES.iter().map(|page| format!("<a href=\"/debug/{page}\">{page}</a>")).collect::<Vec<_>>().join("\n");
        Self(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
             <style>{STYLE}</style></head>\n<body>\n<nav>\n{links}\n</nav>\n<h1>{title}</h1>\n"
        ))
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.0.push_str(&format!("<h2>{}</h2>\n", escape(text)));
    }

    pub(super) fn add(&mut self, table: Table) {
        self.0.push_str(&table.0);
        self.0.push_str("</table>\n");
    }

    pub(super) fn finish(self) -> String {
        self.0 + "</body>\n</html>\n"
    }
}

/// A table that grows from top to bottom.
pub(super) struct Table(String);

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        let cells: String = columns.iter().map(|column| format!("<th>{}</th>", escape(column))).collect();
        Self(format!("<table>\n<tr>{cells}</tr>\n"))
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
        self.0.push_str(&format!("<tr>{cells}</tr>\n"));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
