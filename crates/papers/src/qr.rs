//! QR codes, as squares to ink.

use qrcode::{Color, EcLevel, QrCode};

use crate::Error;
use crate::geometry::Rect;

/// The quiet zone that readers want around a code, in modules.
pub(crate) const QUIET_MODULES: f32 = 4.0;

/// The dark parts of a code, level M, fitting a square of `side` points at the origin, quiet
/// zone left out. The smallest version that holds `payload` is taken: a signed pass, 122
/// capitals and digits, makes a version 5 of 37 modules.
pub(crate) fn squares(payload: &str, side: f32) -> Result<Vec<Rect>, Error> {
    let code = encode(payload)?;
    let modules = code.width();
    let module = side / modules as f32;
    let mut squares = Vec::new();
    for (row, colors) in code.to_colors().chunks(modules).enumerate() {
        let mut column = 0;
        for stretch in colors.chunk_by(|a, b| a == b) {
            if stretch[0] == Color::Dark {
                squares.push(Rect {
                    x: column as f32 * module,
                    y: row as f32 * module,
                    width: stretch.len() as f32 * module,
                    height: module,
                });
            }
            column += stretch.len();
        }
    }
    Ok(squares)
}

/// How many modules a side of the code for `payload` has.
pub(crate) fn modules(payload: &str) -> Result<usize, Error> {
    encode(payload).map(|code| code.width())
}

fn encode(payload: &str) -> Result<QrCode, Error> {
    QrCode::with_error_correction_level(payload, EcLevel::M).map_err(|_| Error::CodeTooLong {
        length: payload.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_pass_is_a_version_5_code() {
        let payload = format!("P1{}", "A2".repeat(60));
        assert_eq!(payload.len(), 122);
        assert_eq!(modules(&payload), Ok(37));
    }

    #[test]
    fn what_no_code_can_hold_is_refused() {
        assert_eq!(
            squares(&"x".repeat(3000), 10.0),
            Err(Error::CodeTooLong { length: 3000 })
        );
    }
}
