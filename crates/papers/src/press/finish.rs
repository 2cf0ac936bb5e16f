//! What printpdf does not write: the structure tree, the language, stable ids. This is what
//! makes the file readable aloud (PDF/UA, ISO 14289-1).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::Marked;
use crate::document::LANGUAGE;
use crate::structure::{ElementId, Role, Tree};

/// Completes `document` and writes it.
pub(super) fn finish(mut document: Document, title: &str, tree: &Tree, marked: &Marked) -> Vec<u8> {
    document.version = "1.7".to_owned();
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let mut writer = TreeWriter {
        document: &mut document,
        tree,
        marked,
        pages: &pages,
        parents: BTreeMap::new(),
    };
    let root = writer.write();
    let metadata = metadata(title);
    let metadata = document.add_object(metadata);
    let catalog = document.catalog_mut().expect("printpdf writes a catalog");
    catalog.set("StructTreeRoot", root);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", Object::string_literal(LANGUAGE));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("Metadata", metadata);
    document.trailer.set(
        "Info",
        dictionary! { "Title" => utf16(title), "Producer" => utf16("Passerelle") },
    );
    let id = Object::String(digest(&document), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    document.compress();
    let mut bytes = Vec::new();
    document
        .save_to(&mut bytes)
        .expect("writing to memory does not fail");
    bytes
}

struct TreeWriter<'a> {
    document: &'a mut Document,
    tree: &'a Tree,
    marked: &'a Marked,
    pages: &'a [ObjectId],
    /// For each leaf, the element of each marked stretch.
    parents: BTreeMap<usize, BTreeMap<i64, ObjectId>>,
}

impl TreeWriter<'_> {
    fn write(&mut self) -> ObjectId {
        let root = self.document.new_object_id();
        let top = self.element(0, root);
        let mut numbers = Vec::new();
        for leaf in 0..self.pages.len() {
            let parents = self.parents.remove(&leaf).unwrap_or_default();
            let parents: Vec<Object> = parents.into_values().map(Object::Reference).collect();
            let parents = self.document.add_object(parents);
            numbers.extend([Object::from(leaf as i64), parents.into()]);
            let page = self
                .document
                .get_dictionary_mut(self.pages[leaf])
                .expect("a page that was listed");
            page.set("StructParents", leaf as i64);
            page.set("Tabs", Object::Name(b"S".to_vec()));
            page.remove(b"Annots");
        }
        let root_dictionary = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => vec![Object::Reference(top)],
            "ParentTree" => dictionary! { "Nums" => numbers },
            "ParentTreeNextKey" => self.pages.len() as i64,
        };
        self.document.set_object(root, root_dictionary);
        root
    }

    fn element(&mut self, id: ElementId, parent: ObjectId) -> ObjectId {
        let object = self.document.new_object_id();
        let element = &self.tree.elements[id];
        let mut kids: Vec<Object> = Vec::new();
        for (leaf, number) in self.marked.get(&id).into_iter().flatten().copied() {
            self.parents.entry(leaf).or_default().insert(number, object);
            let page = self.pages[leaf];
            kids.push(dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => number }.into());
        }
        for child in &element.children {
            kids.push(Object::Reference(self.element(*child, object)));
        }
        let mut written = dictionary! {
            "Type" => "StructElem",
            "S" => Object::Name(element.role.tag().into()),
            "P" => parent,
            "K" => kids,
        };
        if let Some(alternative) = &element.alternative {
            written.set("Alt", utf16(alternative));
        }
        if let Some(attributes) = cell_attributes(element.role, element.span) {
            written.set("A", attributes);
        }
        self.document.set_object(object, written);
        object
    }
}

fn cell_attributes(role: Role, span: usize) -> Option<Dictionary> {
    let scope = match role {
        Role::ColumnHead => Some("Column"),
        Role::RowHead => Some("Row"),
        Role::Document
        | Role::Section
        | Role::Title
        | Role::Heading
        | Role::Paragraph
        | Role::List
        | Role::Item
        | Role::Table
        | Role::Row
        | Role::Cell
        | Role::Figure => None,
    };
    let mut attributes = dictionary! { "O" => "Table" };
    if let Some(scope) = scope {
        attributes.set("Scope", scope);
    }
    if span > 1 {
        attributes.set("ColSpan", span as i64);
    }
    (attributes.len() > 1).then_some(attributes)
}

/// The same in XMP, with the claim that the tags are there.
fn metadata(title: &str) -> Stream {
    let title = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let xmp = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\
         <pdfuaid:part>1</pdfuaid:part>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    );
    let kind = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    Stream::new(kind, xmp.into_bytes()).with_compression(false)
}

/// An id that depends on nothing but what is printed.
fn digest(document: &Document) -> Vec<u8> {
    let mut hash = Sha256::new();
    for object in document.objects.values() {
        if let Object::Stream(stream) = object {
            hash.update(&stream.content);
        }
    }
    hash.finalize()[..16].to_vec()
}

fn utf16(text: &str) -> Object {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    Object::String(
        units.flat_map(u16::to_be_bytes).collect(),
        StringFormat::Hexadecimal,
    )
}
