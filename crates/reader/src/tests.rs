use std::ops::ControlFlow;

use image::{GrayImage, ImageFormat, imageops};

use super::*;

mod drawing;
mod pdf;

use drawing::{code, encoded, signed_text};

fn read(bytes: &[u8]) -> Result<Vec<FoundCode>, ReadError> {
    read_codes(bytes, &mut |_| ControlFlow::Continue(()))
}

fn read_picture(picture: &GrayImage) -> Result<Vec<FoundCode>, ReadError> {
    read(&encoded(picture, ImageFormat::Png))
}

fn only(text: &str) -> Result<Vec<FoundCode>, ReadError> {
    Ok(vec![FoundCode {
        text: text.to_owned(),
        page: 1,
    }])
}

fn sorted(codes: Result<Vec<FoundCode>, ReadError>) -> Vec<String> {
    let mut texts: Vec<String> = codes.unwrap().into_iter().map(|code| code.text).collect();
    texts.sort();
    texts
}

fn ten_texts() -> Vec<String> {
    (1..=10).map(signed_text).collect()
}

fn sorted_ten() -> Vec<String> {
    let mut texts = ten_texts();
    texts.sort();
    texts
}

#[test]
fn a_clean_code_is_read_from_every_kind_of_picture() {
    let text = signed_text(1);
    let picture = code(&text, 5);
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ] {
        assert_eq!(read(&encoded(&picture, format)), only(&text), "{format:?}");
    }
}

#[test]
fn a_code_is_read_turned_by_any_angle() {
    let text = signed_text(2);
    let picture = code(&text, 6);
    for degrees in [7.0, 33.0, 45.0, 90.0, 137.0, 180.0, 271.0] {
        assert_eq!(
            read_picture(&drawing::rotated(&picture, degrees)),
            only(&text),
            "{degrees} degrees"
        );
    }
}

#[test]
fn a_code_is_read_in_bad_light_and_from_bad_cameras() {
    let text = signed_text(3);
    let picture = code(&text, 5);
    let small = code(&text, 3);
    for (condition, bytes) in [
        (
            "small and noisy",
            encoded(&drawing::noisy(&small, 60), ImageFormat::Png),
        ),
        ("shaded", encoded(&drawing::shaded(&picture), ImageFormat::Png)),
        ("faded", encoded(&drawing::faded(&picture), ImageFormat::Png)),
        (
            "blurred",
            encoded(&imageops::blur(&picture, 2.0), ImageFormat::Png),
        ),
        ("a poor JPEG", drawing::jpeg(&picture, 12)),
        (
            "seen from the side",
            encoded(&drawing::in_perspective(&picture), ImageFormat::Png),
        ),
        (
            "light on dark",
            encoded(&drawing::inverted(&picture), ImageFormat::Png),
        ),
        ("two pixels a module", encoded(&code(&text, 2), ImageFormat::Png)),
    ] {
        assert_eq!(read(&bytes), only(&text), "{condition}");
    }
}

#[test]
fn a_code_drawn_on_nothing_is_read_as_on_white() {
    let text = signed_text(4);
    let drawn = code(&text, 4);
    let transparent = image::GrayAlphaImage::from_fn(drawn.width(), drawn.height(), |x, y| {
        image::LumaA([0, 255 - drawn.get_pixel(x, y).0[0]])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    transparent.write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(read(bytes.get_ref()), only(&text));
}

#[test]
fn a_sheet_of_ten_passes_gives_all_ten() {
    let pictures: Vec<GrayImage> = ten_texts().iter().map(|text| code(text, 5)).collect();
    assert_eq!(sorted(read_picture(&drawing::sheet(&pictures))), sorted_ten());
}

#[test]
fn a_photograph_of_a_sheet_gives_all_ten() {
    let pictures: Vec<GrayImage> = ten_texts().iter().map(|text| code(text, 5)).collect();
    let sheet = drawing::sheet(&pictures);
    let photograph = drawing::noisy(&drawing::shaded(&sheet), 4);
    assert_eq!(sorted(read(&drawing::jpeg(&photograph, 70))), sorted_ten());
}

#[test]
fn the_pages_of_a_document_are_read_in_order() {
    let texts = ten_texts();
    let sheet: Vec<pdf::Placed> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            (
                text.as_str(),
                60.0 + (n % 2) as f32 * 260.0,
                40.0 + (n / 2) as f32 * 155.0,
                71.0,
            )
        })
        .collect();
    let last = signed_text(11);
    let codes = read(&pdf::document(&[
        sheet,
        vec![],
        vec![(&last, 300.0, 400.0, 71.0)],
    ]))
    .unwrap();
    assert_eq!(codes.len(), 11);
    assert!(codes[..10].iter().all(|code| code.page == 1));
    assert_eq!(codes[10], FoundCode { text: last, page: 3 });
    assert_eq!(sorted(Ok(codes[..10].to_vec())), sorted_ten());
}

#[test]
fn a_code_of_twelve_millimetres_is_read_from_a_document() {
    let text = signed_text(5);
    assert_eq!(
        read(&pdf::document(&[vec![(&text, 100.0, 100.0, 34.0)]])),
        only(&text)
    );
}

#[test]
fn the_same_code_twice_on_a_page_is_given_once() {
    let text = signed_text(6);
    let codes = [code(&text, 5), code(&text, 5)];
    assert_eq!(read_picture(&drawing::sheet(&codes)), only(&text));
}

#[test]
fn an_empty_file_is_named_so() {
    assert_eq!(read(b""), Err(ReadError::Empty));
}

#[test]
fn a_file_over_the_limit_is_not_opened() {
    let bytes = vec![0; MAX_BYTES as usize + 1];
    assert_eq!(
        read(&bytes),
        Err(ReadError::TooLarge {
            bytes: MAX_BYTES + 1,
            limit: MAX_BYTES
        })
    );
}

#[test]
fn ten_megabytes_of_text_or_noise_are_no_picture() {
    let text = "Ceci n’est pas un pass. ".repeat(450_000);
    assert_eq!(read(text.as_bytes()), Err(ReadError::NotAPicture));
    let noise: Vec<u8> = (0..10_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    assert_eq!(read(&noise), Err(ReadError::NotAPicture));
}

#[test]
fn a_text_file_named_pdf_is_no_picture() {
    assert_eq!(
        read("Bonjour,\nvoici les pass.\n".as_bytes()),
        Err(ReadError::NotAPicture)
    );
}

#[test]
fn a_picture_without_a_code_is_named_so() {
    let blank = GrayImage::from_pixel(400, 300, image::Luma([255]));
    assert_eq!(read_picture(&blank), Err(ReadError::NoCode));
    assert_eq!(read_picture(&drawing::noisy(&blank, 100)), Err(ReadError::NoCode));
    assert_eq!(read(&pdf::document(&[vec![]])), Err(ReadError::NoCode));
}

#[test]
fn truncated_files_are_damaged() {
    let text = signed_text(7);
    let picture = encoded(&code(&text, 5), ImageFormat::Png);
    assert_eq!(read(&picture[..picture.len() / 3]), Err(ReadError::Damaged));
    assert_eq!(read(&picture[..10]), Err(ReadError::Damaged));
    let document = pdf::document(&[vec![(&text, 100.0, 100.0, 71.0)]]);
    assert_eq!(read(&document[..200]), Err(ReadError::Damaged));
    assert_eq!(read(b"%PDF-1.7\nand nothing else"), Err(ReadError::Damaged));
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_before_memory_is_taken() {
    let mut bytes = encoded(&code("P1", 2), ImageFormat::Png);
    bytes[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    let pixels = 60_000 * 60_000;
    assert_eq!(
        read(&bytes),
        Err(ReadError::TooManyPixels {
            pixels,
            limit: MAX_PIXELS
        })
    );
}

#[test]
fn a_book_is_refused() {
    let pages = vec![vec![]; MAX_PAGES as usize + 1];
    let refusal = ReadError::TooManyPages {
        pages: MAX_PAGES + 1,
        limit: MAX_PAGES,
    };
    assert_eq!(read(&pdf::document(&pages)), Err(refusal));
}

#[test]
fn a_document_with_a_password_is_locked() {
    let text = signed_text(8);
    assert_eq!(
        read(&pdf::locked(&[vec![(&text, 100.0, 100.0, 71.0)]])),
        Err(ReadError::Locked)
    );
}

#[test]
fn a_document_nested_beyond_reason_ends_nothing() {
    let mut bytes = b"%PDF-1.4\n1 0 obj\n".to_vec();
    bytes.extend(b"[".repeat(200_000));
    assert!(read(&bytes).is_err());
}

#[test]
fn a_decoder_that_panics_is_a_damaged_file() {
    assert_eq!(
        contained::run(|| -> u8 { panic!("hostile") }),
        Err(ReadError::Damaged)
    );
}

#[test]
fn every_single_byte_changed_ends_nothing() {
    let text = signed_text(9);
    let picture = encoded(&code(&text, 2), ImageFormat::Png);
    let document = pdf::document(&[vec![("P1", 100.0, 100.0, 30.0)]]);
    for original in [picture, document] {
        for at in (0..original.len()).step_by(original.len() / 8) {
            let mut bytes = original.clone();
            bytes[at] ^= 0xFF;
            let _ = read(&bytes);
        }
    }
}

#[test]
fn the_reading_can_be_followed_and_broken_off() {
    let text = signed_text(10);
    let document = pdf::document(&[vec![(&text, 100.0, 100.0, 71.0)], vec![]]);
    let mut told = Vec::new();
    let codes = read_codes(&document, &mut |progress| {
        told.push((progress.page, progress.pages, progress.found));
        ControlFlow::Continue(())
    });
    assert_eq!(codes, only(&text));
    assert_eq!(told.first(), Some(&(1, 2, 0)));
    assert_eq!(told.last(), Some(&(2, 2, 1)));
    let broken_off = read_codes(&document, &mut |progress| match progress.page {
        1 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    });
    assert_eq!(broken_off, Err(ReadError::Cancelled));
}

#[test]
fn a_camera_frame_gives_its_code_or_nothing() {
    let text = signed_text(12);
    let mut frame = GrayImage::from_pixel(640, 480, image::Luma([180]));
    imageops::overlay(&mut frame, &drawing::rotated(&code(&text, 5), 12.0), 120, 60);
    let frame = drawing::noisy(&frame, 10);
    assert_eq!(read_frame(&frame, 640, 480), Some(text));
    assert_eq!(read_frame(&[128; 640 * 480], 640, 480), None);
    assert_eq!(read_frame(&frame, 641, 480), None);
    assert_eq!(read_frame(&[], 0, 0), None);
}

/// The checksum of a PNG chunk (ISO 15948, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let fold = |sum: u32| (0..8).fold(sum, |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)));
    !bytes
        .iter()
        .fold(u32::MAX, |sum, byte| fold(sum ^ u32::from(*byte)))
}
