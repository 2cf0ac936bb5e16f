//! From the bytes of a picture to its grey pixels.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma};

use super::page::Page;
use super::{MAX_PIXELS, ReadError, contained};

/// Sixteen bits for each of four channels is the most a pixel takes.
const MAX_DECODED_BYTES: u64 = MAX_PIXELS * 8;

/// The format of a picture we read, told by its first bytes; none for anything else.
pub fn format(bytes: &[u8]) -> Option<ImageFormat> {
    const READ: [ImageFormat; 6] = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ];
    let format = image::guess_format(bytes).ok()?;
    READ.contains(&format).then_some(format)
}

/// Decodes a picture; of several frames or pages, the first.
///
/// # Errors
/// [`ReadError::TooManyPixels`] before any pixel is decoded, else [`ReadError::Damaged`].
pub fn decode(bytes: &[u8], format: ImageFormat) -> Result<Page, ReadError> {
    contained::run(|| decode_bounded(bytes, format))?
}

fn decode_bounded(bytes: &[u8], format: ImageFormat) -> Result<Page, ReadError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| ReadError::Damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(ReadError::TooManyPixels {
            pixels,
            limit: MAX_PIXELS,
        });
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| ReadError::Damaged)?;
    Ok(Page::new(on_white(picture)))
}

/// Grey pixels as they look on paper: where a picture is transparent, a code's ground is white.
fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let pixels = picture.into_luma_alpha8();
    GrayImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [grey, alpha] = pixels.get_pixel(x, y).0.map(u32::from);
        Luma([((grey * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}
