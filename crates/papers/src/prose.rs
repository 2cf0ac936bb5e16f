//! Text before it is set: stretches of regular and bold.

use passerelle_words::{Value, say_with};

use crate::typeface::Weight;

/// Text in one or two weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prose {
    pub spans: Vec<Span>,
}

/// A stretch of text in one weight.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub text: String,
    pub weight: Weight,
}

impl Prose {
    pub fn regular(text: impl Into<String>) -> Self {
        Self::one(text, Weight::Regular)
    }

    pub fn bold(text: impl Into<String>) -> Self {
        Self::one(text, Weight::Bold)
    }

    /// The sentence called `id`, its `values` in regular and its `strong` ones in bold.
    ///
    /// The sentence decides where a name stands, so it is completed with marks first and cut
    /// at the marks after: a name can hold anything without being taken for markup.
    pub fn sentence(id: &str, values: &[(&str, Value)], strong: &[(&str, &str)]) -> Self {
        let marks: Vec<char> = ('\u{e000}'..).take(strong.len()).collect();
        let mut completed = values.to_vec();
        for ((name, _), mark) in strong.iter().zip(&marks) {
            completed.push((name, mark.to_string().into()));
        }
        let sentence = say_with(id, &completed);
        let mut spans = Vec::new();
        for piece in sentence.split_inclusive(|c| marks.contains(&c)) {
            let mark = piece
                .chars()
                .next_back()
                .and_then(|c| marks.iter().position(|m| *m == c));
            let plain = piece.trim_end_matches(|c| marks.contains(&c));
            spans.push(Span {
                text: plain.to_owned(),
                weight: Weight::Regular,
            });
            if let Some(index) = mark {
                spans.push(Span {
                    text: strong[index].1.to_owned(),
                    weight: Weight::Bold,
                });
            }
        }
        spans.retain(|span| !span.text.is_empty());
        Self { spans }
    }

    /// The same text, and a space that shows nowhere at the end of a line.
    pub fn followed_by_space(mut self) -> Self {
        self.spans.push(Span {
            text: " ".to_owned(),
            weight: Weight::Regular,
        });
        self
    }

    fn one(text: impl Into<String>, weight: Weight) -> Self {
        Self {
            spans: vec![Span {
                text: text.into(),
                weight,
            }],
        }
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self::regular(text)
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self::regular(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_is_bold_wherever_the_sentence_puts_it() {
        let prose = Prose::sentence(
            "paper-certificate-sentence-one-day",
            &[
                ("organisation", "Cachan".into()),
                ("from", "1er octobre 2026".into()),
            ],
            &[("person", "Lucette Œuvrard")],
        );
        let spans: Vec<_> = prose.spans.iter().map(|s| (s.text.as_str(), s.weight)).collect();
        assert_eq!(spans[0], ("Cachan atteste que ", Weight::Regular));
        assert_eq!(spans[1], ("Lucette Œuvrard", Weight::Bold));
        assert!(spans[2].0.ends_with("le 1er octobre 2026."));
        assert_eq!(spans.len(), 3);
    }
}
