//! Closed lists of values that have a code in the ledger and in JSON, and a label in `words/fr.ftl`.

/// Declares an enumeration from its codes: `coded! { Name, "label-prefix" { Variant = "code", ... } }`.
///
/// The same codes serve serde, SQL's CHECK lists and the exports, so a value is spelt in one place only.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident, $label:literal { $($variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`")] #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every value, in the order in which a screen offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value's code: in JSON, in the ledger, in the exports.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// The value of a code, if there is one.
            pub fn find(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// The message of `words/fr.ftl` that names the value to a person.
            pub fn label(self) -> String {
                format!("{}-{}", $label, self.code().replace('_', "-"))
            }
        }
    };
}

pub(crate) use coded;
