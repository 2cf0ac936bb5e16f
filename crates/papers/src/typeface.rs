//! The embedded fonts: what they can draw, and how wide it is.

use std::sync::LazyLock;

use printpdf::ParsedFont;

use crate::Error;

/// The two weights of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One of the four fonts. `Text` is Atkinson Hyperlegible Next; `Fallback` is Noto Sans, for
/// the letters of Vietnamese, Greek, Cyrillic ... that it lacks. See `script/fonts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Text(Weight),
    Fallback(Weight),
}

/// A character as one font draws it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub face: Face,
    /// Index in that font.
    pub index: u16,
    /// What it means: what a reader copies, hears or searches.
    pub character: char,
    /// How far it moves the pen, in ems of the text font.
    pub advance: f32,
}

impl Face {
    pub const ALL: [Self; 4] = [
        Self::Text(Weight::Regular),
        Self::Text(Weight::Bold),
        Self::Fallback(Weight::Regular),
        Self::Fallback(Weight::Bold),
    ];

    /// The font itself, parsed once.
    pub fn font(self) -> &'static ParsedFont {
        match self {
            Self::Text(Weight::Regular) => &TEXT_REGULAR,
            Self::Text(Weight::Bold) => &TEXT_BOLD,
            Self::Fallback(Weight::Regular) => &FALLBACK_REGULAR,
            Self::Fallback(Weight::Bold) => &FALLBACK_BOLD,
        }
    }

    /// Its name in the file: six capitals, as those of a font subset must be.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Text(Weight::Regular) => "PASSAR",
            Self::Text(Weight::Bold) => "PASSAB",
            Self::Fallback(Weight::Regular) => "PASSNR",
            Self::Fallback(Weight::Bold) => "PASSNB",
        }
    }

    /// What its size is multiplied by, so that both families have capitals of one height
    /// (668 and 714 thousandths of an em).
    pub fn scale(self) -> f32 {
        match self {
            Self::Text(_) => 1.0,
            Self::Fallback(_) => 668.0 / 714.0,
        }
    }

    fn glyph(self, character: char) -> Option<Glyph> {
        let font = self.font();
        let index = font
            .lookup_glyph_index(character.into())
            .filter(|index| *index != 0)?;
        let units = f32::from(font.pdf_font_metrics.units_per_em);
        let advance = f32::from(font.get_horizontal_advance(index)) / units * self.scale();
        Some(Glyph {
            face: self,
            index,
            character,
            advance,
        })
    }
}

/// Draws `word` in one font, the first that has all of it: a name never changes face halfway.
/// Only a word that no single font can draw is mixed, character by character.
pub(crate) fn draw(word: &str, weight: Weight) -> Result<Vec<Glyph>, Error> {
    let faces = [Face::Text(weight), Face::Fallback(weight)];
    let whole = faces
        .iter()
        .find_map(|face| word.chars().map(|c| face.glyph(c)).collect());
    if let Some(glyphs) = whole {
        return Ok(glyphs);
    }
    let first_that_can = |character| {
        let found = faces.iter().find_map(|face| face.glyph(character));
        found.ok_or(Error::MissingGlyph { character })
    };
    word.chars().map(first_that_can).collect()
}

static TEXT_REGULAR: LazyLock<ParsedFont> =
    LazyLock::new(|| parse(include_bytes!("../fonts/AtkinsonHyperlegibleNext-Regular.ttf")));
static TEXT_BOLD: LazyLock<ParsedFont> =
    LazyLock::new(|| parse(include_bytes!("../fonts/AtkinsonHyperlegibleNext-Bold.ttf")));
static FALLBACK_REGULAR: LazyLock<ParsedFont> =
    LazyLock::new(|| parse(include_bytes!("../fonts/NotoSans-Regular.ttf")));
static FALLBACK_BOLD: LazyLock<ParsedFont> =
    LazyLock::new(|| parse(include_bytes!("../fonts/NotoSans-Bold.ttf")));

fn parse(bytes: &[u8]) -> ParsedFont {
    ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).expect("an embedded font is a font")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(word: &str) -> Vec<Face> {
        let glyphs = draw(word, Weight::Regular).expect("every character has a glyph");
        let mut faces: Vec<_> = glyphs.iter().map(|glyph| glyph.face).collect();
        faces.dedup();
        faces
    }

    #[test]
    fn names_from_everywhere_have_their_glyphs() {
        let text = Face::Text(Weight::Regular);
        for word in [
            "N'Guessan",
            "N’Guessan",
            "Œuvrard",
            "Jean-Éric",
            "İpek",
            "Ÿ",
            "1\u{202f}870\u{a0}€",
        ] {
            assert_eq!(faces(word), [text], "{word}");
        }
        let fallback = Face::Fallback(Weight::Regular);
        for word in ["Nguyễn", "Đặng", "Ελένη", "Дмитрий", "Ɓaabi"] {
            assert_eq!(faces(word), [fallback], "{word}");
        }
    }

    #[test]
    fn a_narrow_space_is_narrow_and_a_no_break_hyphen_is_a_hyphen() {
        let advance = |c: &str| draw(c, Weight::Regular).expect("a glyph")[0].advance;
        assert!(advance("\u{202f}") < advance(" "));
        assert_eq!(advance("\u{a0}"), advance(" "));
        assert_eq!(advance("\u{2011}"), advance("-"));
    }

    #[test]
    fn figures_all_have_one_width() {
        let widths: Vec<_> = draw("0123456789", Weight::Bold)
            .expect("glyphs")
            .iter()
            .map(|g| g.advance)
            .collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }

    #[test]
    fn a_character_no_font_has_is_an_error_and_not_a_blank() {
        assert_eq!(
            draw("海", Weight::Bold),
            Err(Error::MissingGlyph { character: '海' })
        );
    }
}
