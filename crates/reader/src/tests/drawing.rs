//! Draws codes, and spoils them as paper, light and cameras do.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, ImageFormat, Luma, imageops};
use qrcode::{EcLevel, QrCode};

/// Pixels on each side that stay white: the four modules that the standard asks for.
const QUIET_MODULES: u32 = 4;

/// A text as long as a signed code, different for each rank.
pub fn signed_text(rank: u32) -> String {
    let mut state = rank.wrapping_mul(2_654_435_761) | 1;
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let body = (0..120).map(|_| char::from(alphabet[next(&mut state) as usize % 32]));
    "P1".chars().chain(body).collect()
}

pub fn code(text: &str, module: u32) -> GrayImage {
    let matrix = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let modules = matrix.width() as u32;
    let side = (modules + 2 * QUIET_MODULES) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| {
            (pixel / module)
                .checked_sub(QUIET_MODULES)
                .filter(|&m| m < modules)
        };
        let dark = at(x)
            .zip(at(y))
            .is_some_and(|(x, y)| matrix[(x as usize, y as usize)] == qrcode::Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    })
}

/// A white A4 sheet at 200 dots per inch, with the pictures in two columns.
pub fn sheet(pictures: &[GrayImage]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(1654, 2339, Luma([255]));
    for (n, picture) in pictures.iter().enumerate() {
        let (column, row) = (n as i64 % 2, n as i64 / 2);
        imageops::overlay(&mut sheet, picture, 150 + column * 750, 80 + row * 440);
    }
    sheet
}

pub fn rotated(picture: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let half = picture.width() as f32 / 2.0;
    let side = (picture.width() as f32 * 1.45) as u32;
    let middle = side as f32 / 2.0;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 - middle, y as f32 - middle);
        pixel_at(picture, cos * x + sin * y + half, cos * y - sin * x + half)
    })
}

/// Seen from the side: the far edge is a quarter shorter.
pub fn in_perspective(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let depth = y as f32 / height as f32;
        let shrink = 0.75 + 0.25 * depth;
        let across = (x as f32 - width as f32 / 2.0) / shrink + width as f32 / 2.0;
        pixel_at(
            picture,
            across,
            height as f32 * depth / (0.75 + 0.25 * depth) * 0.999,
        )
    })
}

pub fn noisy(picture: &GrayImage, amplitude: i32) -> GrayImage {
    let mut state = 12_345;
    each(picture, |_, _, grey| {
        grey + next(&mut state) as i32 % (2 * amplitude) - amplitude
    })
}

/// A shadow lies over it: from full light at the left to a quarter of it at the right.
pub fn shaded(picture: &GrayImage) -> GrayImage {
    let width = picture.width() as i32;
    each(picture, |x, _, grey| grey * (100 - 75 * x as i32 / width) / 100)
}

/// Grey on grey: forty levels between ink and paper.
pub fn faded(picture: &GrayImage) -> GrayImage {
    each(picture, |_, _, grey| 110 + grey * 40 / 255)
}

pub fn inverted(picture: &GrayImage) -> GrayImage {
    each(picture, |_, _, grey| 255 - grey)
}

pub fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // Neither WebP nor GIF has grey pixels alone.
    let colours = image::DynamicImage::from(picture.clone()).to_rgb8();
    colours.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .unwrap();
    bytes
}

fn each(picture: &GrayImage, mut change: impl FnMut(u32, u32, i32) -> i32) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let grey = change(x, y, i32::from(picture.get_pixel(x, y).0[0]));
        Luma([grey.clamp(0, 255) as u8])
    })
}

fn pixel_at(picture: &GrayImage, x: f32, y: f32) -> Luma<u8> {
    let inside = x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
    if inside {
        *picture.get_pixel(x as u32, y as u32)
    } else {
        Luma([255])
    }
}

/// Xorshift: the same on every machine.
fn next(state: &mut u32) -> u32 {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    *state >> 8
}
