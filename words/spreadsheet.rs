//! Tables for a spreadsheet: UTF-8 with a byte order mark and semicolons, as French ones read them without a question.

/// What tells a spreadsheet that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// A table of cells, each as [`text`] or a number makes it.
pub fn table(head: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut csv = MARK.to_owned();
    for row in std::iter::once(head).chain(rows) {
        csv += &row.join(";");
        csv += "\r\n";
    }
    csv
}

/// A text that people typed. One that a spreadsheet would run as a formula is kept a text by an
/// apostrophe (OWASP, CSV injection).
#[must_use]
pub fn text(typed: &str) -> String {
    let runs = typed.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let kept = if runs {
        format!("'{typed}")
    } else {
        typed.to_owned()
    };
    if kept.contains([';', '"', '\r', '\n']) {
        format!("\"{}\"", kept.replace('"', "\"\""))
    } else {
        kept
    }
}
