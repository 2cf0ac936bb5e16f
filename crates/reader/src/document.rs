//! From a PDF to the grey pixels of its pages.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::peniko::ImageAlphaType;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::{DynamicImage, RgbaImage};

use super::page::Page;
use super::{ReadError, contained};

/// A pass of a minted sheet, 25 mm wide, gets 6 pixels a module: enough with a margin.
const DOTS_PER_INCH: f32 = 250.0;
const POINTS_PER_INCH: f32 = 72.0;
/// A3 at that resolution; larger sheets are drawn smaller.
const MAX_DRAWN_PIXELS: f32 = 12_200_000.0;
/// The renderer counts in 16 bits.
const MAX_DRAWN_SIDE: f32 = 16_000.0;

/// An open PDF.
pub struct Document {
    pdf: Pdf,
    /// It has its end marker. Without it the file was cut short, and pages may be missing.
    pub is_whole: bool,
}

/// Whether the bytes are a PDF: its header stands within the first kilobyte (ISO 32000-1, H.3.4.1).
pub fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    head.windows(5).any(|window| window == b"%PDF-")
}

impl Document {
    /// Opens a PDF that needs no password.
    ///
    /// # Errors
    /// [`ReadError::Locked`] or [`ReadError::Damaged`].
    pub fn open(bytes: &[u8]) -> Result<Self, ReadError> {
        let tail = &bytes[bytes.len().saturating_sub(1024)..];
        let is_whole = tail.windows(5).any(|window| window == b"%%EOF");
        let bytes = bytes.to_vec();
        match contained::run(|| Pdf::new(bytes))? {
            Ok(pdf) => Ok(Self { pdf, is_whole }),
            Err(LoadPdfError::Decryption(
                DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
            )) => Err(ReadError::Locked),
            Err(_) => Err(ReadError::Damaged),
        }
    }

    pub fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// Draws a page, numbered from 1, on white paper.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when it cannot be drawn.
    pub fn page(&self, number: u32) -> Result<Page, ReadError> {
        contained::run(|| self.draw(number))?
    }

    fn draw(&self, number: u32) -> Result<Page, ReadError> {
        let index = number.checked_sub(1).ok_or(ReadError::Damaged)? as usize;
        let page = self.pdf.pages().get(index).ok_or(ReadError::Damaged)?;
        let (width, height) = page.render_dimensions();
        let scale = drawing_scale(width, height).ok_or(ReadError::Damaged)?;
        let pixmap = render(
            page,
            &RenderCache::new(),
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &PixmapSettings {
                x_scale: scale,
                y_scale: scale,
                bg_color: WHITE,
            },
        );
        let (width, height) = (pixmap.width().into(), pixmap.height().into());
        // On white nothing is transparent, so that multiplied colours are the colours themselves.
        let colours = pixmap.take_rgba8(ImageAlphaType::AlphaPremultiplied);
        let picture = RgbaImage::from_raw(width, height, colours).ok_or(ReadError::Damaged)?;
        let pixels = DynamicImage::from(picture).into_luma8();
        Ok(Page::new(pixels))
    }
}

/// Pixels per point for a page of that size in points; none if it has no sensible size.
fn drawing_scale(width: f32, height: f32) -> Option<f32> {
    let sensible = width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0;
    if !sensible {
        return None;
    }
    let scale = (DOTS_PER_INCH / POINTS_PER_INCH)
        .min((MAX_DRAWN_PIXELS / (width * height)).sqrt())
        .min(MAX_DRAWN_SIDE / width.max(height));
    (width.min(height) * scale >= 1.0).then_some(scale)
}
