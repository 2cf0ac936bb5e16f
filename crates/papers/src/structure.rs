//! What each thing on the paper is, in reading order: the tree that a screen reader walks.
//!
//! Names after ISO 32000-1, 14.8.4. What is not in the tree is decoration (an "artifact").

/// What a piece of a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Document,
    /// A part that holds together: one pass on a sheet, the head of a letter.
    Section,
    Title,
    Heading,
    Paragraph,
    List,
    Item,
    Table,
    Row,
    /// A cell that names its column.
    ColumnHead,
    /// A cell that names its row.
    RowHead,
    Cell,
    /// A picture, which has its alternative text.
    Figure,
}

impl Role {
    /// The standard structure type.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Section => "Sect",
            Self::Title => "H1",
            Self::Heading => "H2",
            Self::Paragraph => "P",
            Self::List => "L",
            Self::Item => "LI",
            Self::Table => "Table",
            Self::Row => "TR",
            Self::ColumnHead | Self::RowHead => "TH",
            Self::Cell => "TD",
            Self::Figure => "Figure",
        }
    }
}

/// An element, by its rank in its tree.
pub(crate) type ElementId = usize;

/// One element of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub role: Role,
    /// What a picture says to whoever cannot see it.
    pub alternative: Option<String>,
    /// How many columns a cell covers.
    pub span: usize,
    pub children: Vec<ElementId>,
}

/// The whole tree; its root is the document, element 0.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub elements: Vec<Element>,
    open: Vec<ElementId>,
}

impl Tree {
    pub fn new() -> Self {
        let root = Element {
            role: Role::Document,
            alternative: None,
            span: 1,
            children: Vec::new(),
        };
        Self {
            elements: vec![root],
            open: vec![0],
        }
    }

    /// The element that what is drawn now belongs to.
    pub fn current(&self) -> ElementId {
        *self.open.last().expect("the root is never closed")
    }

    pub fn open(&mut self, role: Role) -> ElementId {
        let id = self.elements.len();
        self.elements.push(Element {
            role,
            alternative: None,
            span: 1,
            children: Vec::new(),
        });
        let parent = self.current();
        self.elements[parent].children.push(id);
        self.open.push(id);
        id
    }

    pub fn close(&mut self) {
        debug_assert!(self.open.len() > 1, "the root is never closed");
        self.open.pop();
    }
}
