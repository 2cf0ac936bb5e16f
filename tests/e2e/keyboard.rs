//! A keyboard and a scanner plugged into the display: key presses that the X server itself makes.

use std::{thread, time::Duration};
use x11rb::{
    connection::Connection,
    protocol::{
        xproto::{
            ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, InputFocus,
            KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
};

/// Between two keys of a person's, short enough for a test and long enough not to be a scanner's.
const BY_HAND: Duration = Duration::from_millis(45);
/// Between two keys of a scanner that types.
const BY_SCANNER: Duration = Duration::from_millis(4);

/// Between the last key typed and the first of a scan.
const TAKING_UP_A_SCANNER: Duration = Duration::from_millis(400);

/// Keys without a letter, by their place on any PC keyboard (X keycodes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Escape = 9,
    Tab = 23,
    Enter = 36,
    CapsLock = 66,
}

/// The layout that a scanner was set for, which may not be the PC's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Us,
    French,
}

impl Layout {
    /// The place of a capital letter or a digit, and whether Shift is held.
    fn place_of(self, letter: char) -> (u8, bool) {
        const ROWS: [(u8, &str); 4] = [
            (10, "1234567890"),
            (24, "QWERTYUIOP"),
            (38, "ASDFGHJKL"),
            (52, "ZXCVBNM"),
        ];
        let letter = match (self, letter) {
            (Self::Us, letter) => letter,
            // On a French keyboard M stands right of L; the others swap by pairs.
            (Self::French, 'M') => return (47, true),
            (Self::French, 'A') => 'Q',
            (Self::French, 'Q') => 'A',
            (Self::French, 'Z') => 'W',
            (Self::French, 'W') => 'Z',
            (Self::French, letter) => letter,
        };
        let place = ROWS.iter().find_map(|(first, row)| {
            let column = u8::try_from(row.find(letter)?).ok()?;
            Some(first + column)
        });
        let with_shift = letter.is_ascii_uppercase() || self == Self::French;
        (
            place.unwrap_or_else(|| panic!("no scanner types {letter:?} in a pass")),
            with_shift,
        )
    }
}

const SHIFT: u8 = 50;
const ALT_GR: u8 = 108;
const CONTROL: u8 = 37;

/// The keyboard of one display.
pub struct Keyboard {
    connection: RustConnection,
    root: Window,
}

impl Keyboard {
    /// Plugs one in.
    pub fn on(display: &str) -> Self {
        let (connection, screen) = RustConnection::connect(Some(display)).expect("the display answers");
        let root = connection.setup().roots[screen].root;
        Self { connection, root }
    }

    /// Gives the keyboard to the window: without a window manager nobody else does.
    pub fn focus_window(&self) {
        let window = self.window();
        self.connection
            .set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)
            .expect("sent");
        self.sync();
    }

    /// Gives the window that size, as a window manager does.
    pub fn resize_window(&self, width: u32, height: u32) {
        let size = ConfigureWindowAux::new().x(0).y(0).width(width).height(height);
        self.connection
            .configure_window(self.window(), &size)
            .expect("sent");
        self.sync();
    }

    /// Asks the window to close, as the cross of its frame does.
    pub fn close_window(&self) {
        let atom = |name: &[u8]| {
            let asked = self.connection.intern_atom(false, name).expect("sent");
            asked.reply().expect("the display answers").atom
        };
        let (protocols, close) = (atom(b"WM_PROTOCOLS"), atom(b"WM_DELETE_WINDOW"));
        let window = self.window();
        let order = ClientMessageEvent::new(32, window, protocols, [close, x11rb::CURRENT_TIME, 0, 0, 0]);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, order)
            .expect("sent");
        self.sync();
    }

    /// The widest window: the others are the toolkit's own.
    fn window(&self) -> Window {
        let tree = self
            .connection
            .query_tree(self.root)
            .expect("sent")
            .reply()
            .expect("the display answers");
        let shown = tree.children.into_iter().filter(|window| self.is_shown(*window));
        shown
            .max_by_key(|window| self.width(*window))
            .expect("a window is shown")
    }

    /// Presses a key and lets go of it.
    pub fn press(&self, key: Key) {
        self.strike(key as u8, &[]);
        thread::sleep(BY_HAND);
    }

    /// Selects all of a field: Ctrl+A.
    pub fn select_all(&self) {
        self.with_control('a');
    }

    /// Zooms by one step of 20 %, or back: Ctrl and the key of that sign.
    pub fn zoom(&self, sign: char) {
        self.with_control(sign);
    }

    /// Presses Ctrl and the key of that sign, wherever the layout puts it.
    pub fn with_control(&self, sign: char) {
        let (key, _) = self.place_of(sign).expect("every layout has these signs");
        self.strike(key, &[CONTROL]);
        thread::sleep(BY_HAND);
    }

    /// Types a text as a person does, with the layout in force.
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            let (key, held) = self
                .place_of(letter)
                .unwrap_or_else(|| (self.key_made_for(letter), &[]));
            self.strike(key, held);
            thread::sleep(BY_HAND);
        }
    }

    /// Types a code as a scanner set for that layout does, then its suffix key.
    ///
    /// Nobody takes up a scanner within the blink of an eye after the last key typed.
    pub fn scan(&self, code: &str, set_for: Layout) {
        thread::sleep(TAKING_UP_A_SCANNER);
        for letter in code.chars() {
            let (key, with_shift) = set_for.place_of(letter);
            self.strike(key, if with_shift { &[SHIFT] } else { &[] });
            thread::sleep(BY_SCANNER);
        }
        self.strike(Key::Enter as u8, &[]);
        thread::sleep(BY_HAND);
    }

    fn strike(&self, key: u8, held: &[u8]) {
        for modifier in held {
            self.send(KEY_PRESS_EVENT, *modifier);
        }
        self.send(KEY_PRESS_EVENT, key);
        self.send(KEY_RELEASE_EVENT, key);
        for modifier in held.iter().rev() {
            self.send(KEY_RELEASE_EVENT, *modifier);
        }
        self.sync();
    }

    fn send(&self, kind: u8, key: u8) {
        self.connection
            .xtest_fake_input(kind, key, 0, self.root, 0, 0, 0)
            .expect("sent");
    }

    fn sync(&self) {
        self.connection
            .get_input_focus()
            .expect("sent")
            .reply()
            .expect("the display answers");
    }

    /// The key of a letter, and what is held with it, on the layout in force.
    fn place_of(&self, letter: char) -> Option<(u8, &'static [u8])> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self
            .connection
            .get_keyboard_mapping(first, last - first + 1)
            .expect("sent")
            .reply()
            .expect("a map");
        let levels = usize::from(mapping.keysyms_per_keycode);
        let sought = keysym(letter);
        for (key, symbols) in (first..=last).zip(mapping.keysyms.chunks(levels)) {
            // Levels 3 and 4 repeat the first two on a layout without AltGr.
            const HELD: [&[u8]; 6] = [&[], &[SHIFT], &[], &[SHIFT], &[ALT_GR], &[ALT_GR, SHIFT]];
            if let Some(level) = symbols
                .iter()
                .take(HELD.len())
                .position(|symbol| *symbol == sought)
            {
                return Some((key, HELD[level]));
            }
        }
        None
    }

    /// A key for a letter that the layout makes of several, in the place of one that no PC has.
    fn key_made_for(&self, letter: char) -> u8 {
        const SPARE: u8 = 254;
        let symbol = keysym(letter);
        self.connection
            .change_keyboard_mapping(1, SPARE, 2, &[symbol, symbol])
            .expect("sent");
        self.sync();
        // The window hears of the new key before it is pressed.
        thread::sleep(Duration::from_millis(200));
        SPARE
    }

    fn is_shown(&self, window: Window) -> bool {
        let attributes = self
            .connection
            .get_window_attributes(window)
            .expect("sent")
            .reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    }

    fn width(&self, window: Window) -> u16 {
        self.connection
            .get_geometry(window)
            .expect("sent")
            .reply()
            .map_or(0, |geometry| geometry.width)
    }
}

/// X's number of a character: Latin-1 as it is, the rest above a million.
fn keysym(letter: char) -> u32 {
    match u32::from(letter) {
        code @ (0x20..=0x7e | 0xa0..=0xff) => code,
        code => 0x0100_0000 | code,
    }
}
