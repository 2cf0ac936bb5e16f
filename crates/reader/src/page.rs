//! A page: grey pixels to look for codes in.

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};

/// The grey picture of one page, whatever it came from.
pub struct Page(DynamicImage);

/// A rectangle of a page, in its pixels, and how it is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    /// 1 is the page's own size, 0.5 half of it.
    pub scale: f32,
    /// How far each pixel is spread over its neighbours, to drown noise; 0 leaves it sharp.
    pub blur: f32,
    /// Light codes on a dark ground.
    pub inverted: bool,
}

// The pictures are handled as `DynamicImage` throughout: its methods are compiled once, in `image`
// and optimised, where the generic functions would be compiled here, and slow in development.
impl Page {
    pub fn new(pixels: GrayImage) -> Self {
        Self(DynamicImage::from(pixels))
    }

    pub fn width(&self) -> u32 {
        self.0.width()
    }

    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// The pixels of a view; none when it is blank, which most of a sheet is.
    pub fn look(&self, view: View) -> Option<GrayImage> {
        let mut pixels = self.0.crop_imm(view.left, view.top, view.width, view.height);
        if is_blank(pixels.as_bytes()) {
            return None;
        }
        if view.scale != 1.0 {
            let side = |length: u32| ((length as f32 * view.scale) as u32).max(1);
            pixels = pixels.resize_exact(side(view.width), side(view.height), FilterType::Triangle);
        }
        if view.blur > 0.0 {
            pixels = pixels.fast_blur(view.blur);
        }
        if view.inverted {
            pixels.invert();
        }
        Some(pixels.into_luma8())
    }
}

/// Whether no pixel stands out enough to belong to a code.
fn is_blank(pixels: &[u8]) -> bool {
    const FAINTEST_CONTRAST: u8 = 16;
    let darkest = pixels.iter().min().unwrap_or(&0);
    let lightest = pixels.iter().max().unwrap_or(&0);
    lightest - darkest < FAINTEST_CONTRAST
}
