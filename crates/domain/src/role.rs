//! What a person does at a site, and so what they may do here.

use serde::{Deserialize, Serialize};

/// One of the two roles at a site; each may do all that the one before may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum Role {
    /// Conseiller: records workshops, takes passes, prints certificates.
    #[default]
    Adviser,
    /// Responsable: answers for the site, its people and what it is paid.
    Manager,
}

impl Role {
    /// Both, the least first.
    pub const ALL: [Self; 2] = [Self::Adviser, Self::Manager];

    /// The name in the ledger.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adviser => "adviser",
            Self::Manager => "manager",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name_and_has_it_in_json() {
        for role in Role::ALL {
            assert_eq!(Role::find(role.code()), Some(role));
            assert_eq!(serde_json::json!(role), role.code());
        }
        assert_eq!(Role::find("officer"), None);
        assert!(Role::Adviser < Role::Manager);
    }
}
