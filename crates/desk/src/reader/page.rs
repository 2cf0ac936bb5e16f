//! A page: grey pixels to look for codes in.

use image::{GrayImage, imageops};

/// The grey picture of one page, whatever it came from.
pub struct Page(GrayImage);

/// A rectangle of a page, in its pixels, and the size it is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    /// 1 is the page's own size, 0.5 half of it.
    pub scale: f32,
    /// Light codes on a dark ground.
    pub inverted: bool,
}

impl Page {
    pub fn new(pixels: GrayImage) -> Self {
        Self(pixels)
    }

    pub fn width(&self) -> u32 {
        self.0.width()
    }

    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// The pixels of a view; none when it is blank, which most of a sheet is.
    pub fn look(&self, view: View) -> Option<GrayImage> {
        let crop = imageops::crop_imm(&self.0, view.left, view.top, view.width, view.height).to_image();
        if is_blank(&crop) {
            return None;
        }
        let mut pixels = scaled(crop, view.scale);
        if view.inverted {
            imageops::invert(&mut pixels);
        }
        Some(pixels)
    }
}

fn scaled(pixels: GrayImage, scale: f32) -> GrayImage {
    if scale == 1.0 {
        return pixels;
    }
    let side = |length: u32| ((length as f32 * scale) as u32).max(1);
    let (width, height) = (side(pixels.width()), side(pixels.height()));
    imageops::resize(&pixels, width, height, imageops::FilterType::Triangle)
}

/// Whether no pixel stands out enough to belong to a code.
fn is_blank(pixels: &GrayImage) -> bool {
    const FAINTEST_CONTRAST: u8 = 16;
    let darkest = pixels.iter().copied().min().unwrap_or(0);
    let lightest = pixels.iter().copied().max().unwrap_or(0);
    lightest - darkest < FAINTEST_CONTRAST
}
