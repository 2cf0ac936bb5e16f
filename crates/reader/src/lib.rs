//! Reads the QR codes of a picture, a PDF or a camera frame.
//!
//! Files come from anywhere, so every bound is checked before memory is taken, and the decoders
//! of others run inside [`contained`], where their panic is a damaged file and not our end.

use serde::Serialize;
use std::ops::ControlFlow;

mod contained;
mod document;
mod page;
mod picture;
mod search;

use document::Document;

/// The largest file that is opened, in bytes.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The most pixels a picture may have: 8000 x 8000, more than a telephone takes.
pub const MAX_PIXELS: u64 = 64_000_000;
/// The most pages a PDF may have: ten booklets, one pass a page.
pub const MAX_PAGES: u32 = 100;

/// One code found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCode {
    /// The text of the code, exactly as encoded.
    pub text: String,
    /// The page it stands on, from 1; a picture is page 1.
    pub page: u32,
}

/// How far the reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, rename = "ReadProgress"))]
pub struct Progress {
    /// The page being read, from 1.
    pub page: u32,
    /// How many pages the file has.
    pub pages: u32,
    /// How many codes were found so far.
    pub found: usize,
}

/// Why a file gave no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than we open.
    #[error("the file has {bytes} bytes, over the limit of {limit}")]
    TooLarge {
        /// Its size, in bytes.
        bytes: u64,
        /// [`MAX_BYTES`].
        limit: u64,
    },
    /// The picture would not fit in memory.
    #[error("the picture has {pixels} pixels, over the limit of {limit}")]
    TooManyPixels {
        /// Width times height, as the file claims.
        pixels: u64,
        /// [`MAX_PIXELS`].
        limit: u64,
    },
    /// The PDF is a book, not a sheet of passes.
    #[error("the document has {pages} pages, over the limit of {limit}")]
    TooManyPages {
        /// How many pages it has.
        pages: u32,
        /// [`MAX_PAGES`].
        limit: u32,
    },
    /// By its content the file is neither a picture we know nor a PDF, whatever its name says.
    #[error("the file is neither a picture nor a PDF")]
    NotAPicture,
    /// The file starts like a picture or a PDF, but cannot be decoded.
    #[error("the file is damaged")]
    Damaged,
    /// The PDF is protected by a password.
    #[error("the document is locked by a password")]
    Locked,
    /// The file was read whole, and no QR code was seen in it.
    #[error("no code was found")]
    NoCode,
    /// The caller asked to stop.
    #[error("the reading was cancelled")]
    Cancelled,
}

impl ReadError {
    /// The name of the sentence in `words/fr.ftl`, after `unreadable-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::TooManyPixels { .. } => "too-many-pixels",
            Self::TooManyPages { .. } => "too-many-pages",
            Self::NotAPicture => "not-a-picture",
            Self::Damaged => "damaged",
            Self::Locked => "locked",
            Self::NoCode => "no-code",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Reads every QR code of a picture (PNG, JPEG, WebP, BMP, GIF, TIFF) or of a PDF.
///
/// What the file is, is told by its content. The same text on the same page is given once; codes
/// come page by page, from top to bottom. `progress` is called several times a page, and may
/// break off.
///
/// # Errors
/// One [`ReadError`]; a PDF with a damaged page still gives the codes of the others.
pub fn read_codes(
    bytes: &[u8],
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<FoundCode>, ReadError> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err(ReadError::Empty);
    }
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge {
            bytes: size,
            limit: MAX_BYTES,
        });
    }
    let codes = if document::is_pdf(bytes) {
        read_document(&Document::open(bytes)?, progress)?
    } else if let Some(format) = picture::format(bytes) {
        let page = picture::decode(bytes, format)?;
        search_page(
            &page,
            Progress {
                page: 1,
                pages: 1,
                found: 0,
            },
            progress,
        )?
    } else {
        return Err(ReadError::NotAPicture);
    };
    if codes.is_empty() {
        return Err(ReadError::NoCode);
    }
    Ok(codes)
}

/// Reads one QR code in a camera frame of 8-bit grey pixels, row by row, without padding.
///
/// Quick rather than thorough: the next frame comes in a moment. None when nothing is seen, or
/// when `luma` is not `width` x `height` bytes long.
pub fn read_frame(luma: &[u8], width: u32, height: u32) -> Option<String> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS || pixels != luma.len() as u64 {
        return None;
    }
    contained::run(|| search::find_one(luma, width, height)).ok()?
}

fn read_document(
    document: &Document,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<FoundCode>, ReadError> {
    let pages = document.page_count();
    if pages > MAX_PAGES {
        return Err(ReadError::TooManyPages {
            pages,
            limit: MAX_PAGES,
        });
    }
    let mut codes = Vec::new();
    let mut is_damaged = !document.is_whole || pages == 0;
    for number in 1..=pages {
        let place = Progress {
            page: number,
            pages,
            found: codes.len(),
        };
        if progress(place).is_break() {
            return Err(ReadError::Cancelled);
        }
        match document.page(number) {
            Ok(page) => codes.extend(search_page(&page, place, progress)?),
            Err(_) => is_damaged = true,
        }
    }
    if codes.is_empty() && is_damaged {
        return Err(ReadError::Damaged);
    }
    Ok(codes)
}

fn search_page(
    page: &page::Page,
    place: Progress,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<FoundCode>, ReadError> {
    let mut tell = |found| {
        progress(Progress {
            found: place.found + found,
            ..place
        })
    };
    let texts = search::find_all(page, &mut tell)?;
    Ok(texts
        .into_iter()
        .map(|text| FoundCode {
            text,
            page: place.page,
        })
        .collect())
}

#[cfg(test)]
mod tests;
