//! Writes PDFs small enough to be read here: codes as filled squares, no fonts.

use qrcode::{EcLevel, QrCode};

/// A code on a page: its text, its left and top edge and its width without margin, in points.
pub type Placed<'a> = (&'a str, f32, f32, f32);

/// An A4 document; each page is the codes on it.
pub fn document(pages: &[Vec<Placed>]) -> Vec<u8> {
    with_trailer(pages, "")
}

/// The same, said to be encrypted with a password that nobody has.
pub fn locked(pages: &[Vec<Placed>]) -> Vec<u8> {
    let secret = "41".repeat(32);
    let encrypt = format!(
        "/ID [<{0}> <{0}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{secret}> /U <{secret}> >>",
        "42".repeat(16)
    );
    with_trailer(pages, &encrypt)
}

fn with_trailer(pages: &[Vec<Placed>], trailer: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 3 + 2 * n)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            pages.len(),
            kids.join(" ")
        ),
    ];
    for (n, codes) in pages.iter().enumerate() {
        let content: String = codes.iter().map(squares).collect();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R >>",
            4 + 2 * n
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    let lines: String = offsets.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n{lines}").bytes());
    bytes.extend(
        format!("trailer << /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    bytes
}

fn squares(&(text, left, top, width): &Placed) -> String {
    let matrix = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let modules = matrix.width();
    let module = width / modules as f32;
    let dark =
        (0..modules * modules).filter(|at| matrix[(at % modules, at / modules)] == qrcode::Color::Dark);
    let drawn: String = dark
        .map(|at| {
            let (x, y) = ((at % modules) as f32, (at / modules + 1) as f32);
            format!(
                "{} {} {module} {module} re\n",
                left + x * module,
                842.0 - top - y * module
            )
        })
        .collect();
    format!("{drawn}f\n")
}
