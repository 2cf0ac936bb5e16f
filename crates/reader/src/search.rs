//! Looks for the codes of a page: whole, smaller, in pieces, and harder if nothing was seen.

use std::collections::HashSet;
use std::ops::ControlFlow;

use image::GrayImage;
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, helpers};

use super::page::{Page, View};
use super::{ReadError, contained};

/// From this size on, a page is looked at in pieces too: a page of passes, not one code.
const LARGE_PIXELS: u64 = 1_500_000;

/// Finds every QR code of a page, each text once, from top to bottom.
///
/// `tell` hears how many were found before each look, and may break off.
///
/// # Errors
/// [`ReadError::Cancelled`] when `tell` broke off, [`ReadError::Damaged`] when the decoder
/// panicked at the first look.
pub fn find_all(
    page: &Page,
    tell: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<String>, ReadError> {
    let mut found: Vec<(u32, String)> = Vec::new();
    for (effort, view) in plan(page.width(), page.height()) {
        if effort == Effort::LastResort && !found.is_empty() {
            break;
        }
        if tell(found.len()).is_break() {
            return Err(ReadError::Cancelled);
        }
        let Some(pixels) = page.look(view) else { continue };
        // One look that makes the decoder panic says nothing of the others.
        let seen = contained::run(|| find_in_view(&pixels)).unwrap_or_default();
        for (top, text) in seen {
            if !found.iter().any(|(_, known)| *known == text) {
                found.push((view.top + (top / view.scale) as u32, text));
            }
        }
    }
    found.sort_by_key(|(top, _)| *top);
    Ok(found.into_iter().map(|(_, text)| text).collect())
}

/// Finds one code in grey pixels, in a single look.
pub fn find_one(luma: &[u8], width: u32, height: u32) -> Option<String> {
    let format = Some(BarcodeFormat::QR_CODE);
    helpers::detect_in_luma_slice_with_hints(luma, width, height, format, &mut thorough())
        .ok()
        .map(|result| result.getText().to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    Usual,
    /// Only while nothing was found.
    LastResort,
}

/// The looks to take at a page, cheapest and most likely first.
fn plan(width: u32, height: u32) -> Vec<(Effort, View)> {
    let pixels = u64::from(width) * u64::from(height);
    let whole = View {
        left: 0,
        top: 0,
        width,
        height,
        scale: 1.0,
        blur: 0.0,
        inverted: false,
    };
    let mut looks = vec![(Effort::Usual, whole)];
    if pixels > LARGE_PIXELS {
        // Half size forgives the grain of a photograph; pieces forgive uneven light.
        looks.push((Effort::Usual, View { scale: 0.5, ..whole }));
        looks.extend(pieces(whole).map(|piece| (Effort::Usual, piece)));
        looks.push((Effort::LastResort, View { scale: 0.25, ..whole }));
        looks.extend(pieces(whole).map(|piece| (Effort::LastResort, View { scale: 2.0, ..piece })));
    } else {
        looks.push((Effort::LastResort, View { scale: 2.0, ..whole }));
        looks.push((Effort::LastResort, View { scale: 0.5, ..whole }));
    }
    looks.push((
        Effort::LastResort,
        View {
            inverted: true,
            ..whole
        },
    ));
    looks
}

/// Squares of half the short side, half overlapping, so that no code is cut in all of them.
fn pieces(whole: View) -> impl Iterator<Item = View> {
    let side = (whole.width.min(whole.height) / 2).max(1);
    let starts = move |length: u32| {
        let last = length.saturating_sub(side);
        (0..last).step_by((side / 2).max(1) as usize).chain([last])
    };
    starts(whole.height).flat_map(move |top| {
        starts(whole.width).map(move |left| View {
            left,
            top,
            width: side,
            height: side,
            ..whole
        })
    })
}

/// The codes of one look: how far down, and the text.
fn find_in_view(pixels: &GrayImage) -> Vec<(f32, String)> {
    let (width, height) = pixels.dimensions();
    let Ok(source) = Luma8Source::new_with_slice(pixels.as_raw(), width, height) else {
        return vec![];
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let several = QrReader
        .decode_multiple_with_hints(&mut bitmap, &thorough())
        .unwrap_or_default();
    if !several.is_empty() {
        return several.iter().map(placed).collect();
    }
    // Another detector, which sees some codes the first does not, but one at a time.
    let format = Some(BarcodeFormat::QR_CODE);
    helpers::detect_in_luma_slice_with_hints(pixels.as_raw(), width, height, format, &mut thorough())
        .iter()
        .map(placed)
        .collect()
}

fn placed(result: &RXingResult) -> (f32, String) {
    let top = result
        .getPoints()
        .iter()
        .map(|point| point.y)
        .fold(f32::INFINITY, f32::min);
    let top = if top.is_finite() { top.max(0.0) } else { 0.0 };
    (top, result.getText().to_owned())
}

fn thorough() -> DecodeHints {
    DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    }
}
