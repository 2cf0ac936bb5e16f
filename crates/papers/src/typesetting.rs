//! From prose to lines of glyphs: where a line may break, and how wide it is.

use unicode_normalization::UnicodeNormalization;

use crate::Error;
use crate::prose::Prose;
use crate::typeface::{Glyph, draw};

/// A line of glyphs, ready to be put somewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub glyphs: Vec<Glyph>,
    /// Size of the text font, in points.
    pub size: f32,
}

impl Line {
    /// In points, without the space that may end it.
    pub fn width(&self) -> f32 {
        let ink = self.glyphs.iter().rposition(|glyph| glyph.character != ' ');
        let glyphs = ink.map_or(&[][..], |last| &self.glyphs[..=last]);
        glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * self.size
    }
}

/// Sets `prose` in lines at most `width` points wide.
///
/// Lines break at plain spaces, then after hyphens and slashes; a word wider than a line is
/// cut. Every line but the last keeps the space it broke at, so that what is copied or read
/// aloud does not run two words together.
pub(crate) fn set(prose: &Prose, size: f32, width: f32) -> Result<Vec<Line>, Error> {
    let limit = width / size;
    let mut lines: Vec<Vec<Glyph>> = vec![Vec::new()];
    let mut filled = 0.0;
    for atom in atoms(prose)? {
        for piece in cut(&atom, limit) {
            let ink: f32 = piece
                .iter()
                .filter(|g| g.character != ' ')
                .map(|g| g.advance)
                .sum();
            if filled > 0.0 && filled + ink > limit {
                lines.push(Vec::new());
                filled = 0.0;
            }
            filled += piece.iter().map(|glyph| glyph.advance).sum::<f32>();
            lines.last_mut().expect("never empty").extend(piece);
        }
    }
    Ok(lines.into_iter().map(|glyphs| Line { glyphs, size }).collect())
}

/// Sets `prose` in one line, however wide.
pub(crate) fn set_line(prose: &Prose, size: f32) -> Result<Line, Error> {
    let glyphs = atoms(prose)?.concat();
    Ok(Line { glyphs, size })
}

/// What may not be broken: a word with the space after it, or a part of one up to its hyphen.
fn atoms(prose: &Prose) -> Result<Vec<Vec<Glyph>>, Error> {
    let mut atoms: Vec<Vec<Glyph>> = Vec::new();
    let mut open = false;
    for span in &prose.spans {
        let text = printable(&span.text);
        for piece in text.split_inclusive([' ', '-', '/', '\u{2010}']) {
            let glyphs = draw(piece, span.weight)?;
            match atoms.last_mut() {
                Some(last) if open => last.extend(glyphs),
                Some(_) | None => atoms.push(glyphs),
            }
            open = !piece.ends_with([' ', '-', '/', '\u{2010}']);
        }
    }
    Ok(atoms)
}

/// Composed (NFC), with marks that draw nothing left out and every other control a space.
fn printable(text: &str) -> String {
    let visible = text.nfc().filter(|c| {
        !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    });
    visible.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `atom` in pieces no wider than `limit` ems: itself, unless it is a very long word.
fn cut(atom: &[Glyph], limit: f32) -> Vec<Vec<Glyph>> {
    let mut pieces: Vec<Vec<Glyph>> = vec![Vec::new()];
    let mut filled = 0.0;
    for glyph in atom {
        // A mark without width belongs to the letter before it.
        if filled > 0.0 && glyph.advance > 0.0 && glyph.character != ' ' && filled + glyph.advance > limit {
            pieces.push(Vec::new());
            filled = 0.0;
        }
        filled += glyph.advance;
        pieces.last_mut().expect("never empty").push(*glyph);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        let lines = set(&Prose::regular(text), 10.0, width).expect("every character has a glyph");
        assert!(
            lines.iter().all(|line| line.width() <= width),
            "wider than {width}"
        );
        lines
            .iter()
            .map(|line| line.glyphs.iter().map(|g| g.character).collect())
            .collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_them() {
        assert_eq!(lines("un deux trois quatre", 58.0), ["un deux trois ", "quatre"]);
    }

    #[test]
    fn an_amount_is_never_cut_in_two() {
        assert_eq!(
            lines("soit 1\u{202f}870\u{a0}€", 50.0),
            ["soit ", "1\u{202f}870\u{a0}€"]
        );
    }

    #[test]
    fn a_double_name_breaks_after_its_hyphen() {
        assert_eq!(lines("Jean-Éric", 30.0), ["Jean-", "Éric"]);
    }

    #[test]
    fn a_word_wider_than_its_column_is_cut_and_loses_nothing() {
        let name = "Rakotondrasoamampionona".repeat(3);
        assert_eq!(lines(&name, 80.0).concat(), name);
    }

    #[test]
    fn decomposed_accents_are_composed_and_invisible_marks_dropped() {
        assert_eq!(lines("Je\u{301}ro\u{302}me\u{200b}\tB", 500.0), ["Jérôme B"]);
    }
}
