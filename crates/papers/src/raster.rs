//! From PDF to pixels: previews on screen, and codes to be read in a file.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::Error;

/// Above this side a page is drawn smaller than asked: a hostile file may claim any size.
const LARGEST_SIDE: f32 = 4_000.0;
/// Pages after these are left out.
const MOST_PAGES: usize = 200;

/// One page as pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Opaque RGBA, 8 bits each, row by row from the top left corner.
    pub rgba: Vec<u8>,
}

/// Draws the pages of a PDF on white, `scale` pixels to a point (1 is 72 dpi).
///
/// Meant for any file a person brings, so sizes are bounded: a side never passes 4 000 pixels
/// and pages after the two-hundredth are left out.
///
/// # Errors
/// [`Error::UnreadablePdf`] when the bytes are not a PDF, or an encrypted one.
pub fn raster(bytes: &[u8], scale: f32) -> Result<Vec<Page>, Error> {
    let pdf = Pdf::new(Arc::new(bytes.to_vec())).map_err(|_| Error::UnreadablePdf)?;
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    let pages = pdf.pages().iter().take(MOST_PAGES);
    let drawn = pages.map(|page| {
        let (width, height) = page.render_dimensions();
        let scale = scale.min(LARGEST_SIDE / width.max(height).max(1.0));
        let pixels = PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        };
        let pixmap = render(page, &cache, &settings, &RenderSettings::default(), &pixels);
        let (width, height) = (pixmap.width().into(), pixmap.height().into());
        Page {
            width,
            height,
            rgba: pixmap.data_as_u8_slice().to_vec(),
        }
    });
    Ok(drawn.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_file_named_pdf_is_refused() {
        assert_eq!(raster(b"bonjour", 1.0), Err(Error::UnreadablePdf));
    }
}
