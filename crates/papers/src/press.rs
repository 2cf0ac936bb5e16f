//! From leaves to a tagged PDF: the only place that knows printpdf and lopdf.

mod finish;

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, DictItem, FontId, Line as PdfLine, LineDashPattern, LinePoint, Mm, Op, PaintMode,
    PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Polygon, PolygonRing, Pt, Rgb, TextItem,
    WindingOrder,
};

use crate::geometry::{Point, Rect};
use crate::layout::{A4, Ink, Layout, Shape, Stroke};
use crate::structure::ElementId;
use crate::typeface::Face;
use crate::typesetting::Line;

/// Which stretches of which leaves belong to each element: (leaf, number on that leaf).
pub(crate) type Marked = BTreeMap<ElementId, Vec<(usize, i64)>>;

/// Prints what was laid out.
pub(crate) fn print(title: &str, layout: Layout) -> Vec<u8> {
    let mut pdf = PdfDocument::new(title);
    // Ids of our own: printpdf's are random, and the same description gives the same bytes.
    for face in Face::ALL {
        let font = printpdf::PdfFont::new(face.font().clone());
        pdf.resources.fonts.map.insert(font_id(face), font);
    }
    let mut marked = Marked::new();
    let leaves = layout.leaves.iter().enumerate();
    let pages = leaves
        .map(|(leaf, strokes)| page(leaf, strokes, &mut marked))
        .collect();
    pdf.with_pages(pages);
    let document = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    finish::finish(document, title, &layout.tree, &marked)
}

fn page(leaf: usize, strokes: &[Stroke], marked: &mut Marked) -> PdfPage {
    let mut ops = Vec::new();
    let mut number = 0;
    for stretch in strokes.chunk_by(|a, b| a.element == b.element) {
        ops.push(match stretch[0].element {
            Some(element) => {
                marked.entry(element).or_default().push((leaf, number));
                number += 1;
                marked_content(number - 1)
            }
            None => Op::BeginMarkedContent {
                tag: "Artifact".to_owned(),
            },
        });
        stretch.iter().for_each(|stroke| draw(stroke, &mut ops));
        ops.push(Op::EndMarkedContent);
    }
    let millimetres = |length: f32| Mm(length * 25.4 / 72.0);
    PdfPage::new(millimetres(A4.0), millimetres(A4.1), ops)
}

fn marked_content(number: i64) -> Op {
    // The tag here is free: the structure tree says what the content is.
    let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(number))]);
    let properties = DictItem::Dict { map };
    Op::BeginMarkedContentWithProperties {
        tag: "Span".to_owned(),
        properties,
    }
}

fn draw(stroke: &Stroke, ops: &mut Vec<Op>) {
    match &stroke.shape {
        Shape::Text { line, at } => draw_text(line, *at, stroke.ink, ops),
        Shape::Rule {
            from,
            to,
            thickness,
            dashed,
        } => {
            ops.push(Op::SetOutlineColor {
                col: color(stroke.ink),
            });
            ops.push(Op::SetOutlineThickness { pt: Pt(*thickness) });
            let pattern: &[f32] = if *dashed { &[3.0, 3.0] } else { &[] };
            let dash = LineDashPattern {
                offset: 0.0,
                pattern: pattern.iter().copied().collect(),
            };
            ops.push(Op::SetLineDashPattern { dash });
            let points = vec![corner(*from), corner(*to)];
            ops.push(Op::DrawLine {
                line: PdfLine {
                    points,
                    is_closed: false,
                },
            });
        }
        Shape::Squares(squares) => {
            ops.push(Op::SetFillColor {
                col: color(stroke.ink),
            });
            let rings = squares.iter().map(ring).collect();
            // One path for all of them: two would show a seam where they touch.
            let polygon = Polygon {
                rings,
                mode: PaintMode::Fill,
                winding_order: WindingOrder::NonZero,
            };
            ops.push(Op::DrawPolygon { polygon });
        }
    }
}

fn draw_text(line: &Line, at: Point, ink: Ink, ops: &mut Vec<Op>) {
    ops.push(Op::SetFillColor { col: color(ink) });
    ops.push(Op::StartTextSection);
    ops.push(Op::SetTextCursor { pos: place(at) });
    for run in line.glyphs.chunk_by(|a, b| a.face == b.face) {
        let face = run[0].face;
        let size = Pt(line.size * face.scale());
        ops.push(Op::SetFont {
            font: PdfFontHandle::External(font_id(face)),
            size,
        });
        let glyphs = run
            .iter()
            .map(|g| Codepoint::with_cid(g.index, 0.0, g.character.to_string()));
        ops.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(glyphs.collect())],
        });
    }
    ops.push(Op::EndTextSection);
}

fn font_id(face: Face) -> FontId {
    FontId(face.tag().to_owned())
}

/// PDF counts from the bottom of the leaf.
fn place(point: Point) -> printpdf::Point {
    printpdf::Point {
        x: Pt(point.x),
        y: Pt(A4.1 - point.y),
    }
}

fn corner(point: Point) -> LinePoint {
    LinePoint {
        p: place(point),
        bezier: false,
    }
}

fn ring(rect: &Rect) -> PolygonRing {
    let (left, right) = (rect.x, rect.x + rect.width);
    let (top, bottom) = (rect.y, rect.y + rect.height);
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    PolygonRing {
        points: corners.iter().map(|&(x, y)| corner(Point { x, y })).collect(),
    }
}

fn color(ink: Ink) -> Color {
    let (r, g, b) = match ink {
        Ink::Full => (0x1c, 0x2a, 0x2d),
        Ink::Soft => (0x4b, 0x5a, 0x5b),
        Ink::Rule => (0xb0, 0xa9, 0x99),
        Ink::Black => (0, 0, 0),
    };
    let part = |value: u8| f32::from(value) / 255.0;
    Color::Rgb(Rgb::new(part(r), part(g), part(b), None))
}
