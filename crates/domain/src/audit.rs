//! The record of who did what when: each entry is bound to the one before, so that none can be taken out or
//! rewritten afterwards without all that follow.

use crate::id::{AccountId, DeviceId};
use sha2::{Digest, Sha256};

/// What a person has done, by rows of the ledger alone: erasing somebody's name changes no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who; nobody when the application did it, or somebody who had not said who they are.
    pub account: Option<AccountId>,
    /// The act's name.
    pub act: String,
    /// The row that it was done to, if it was one.
    pub subject: Option<i64>,
    /// When, in Unix seconds.
    pub done_at: i64,
}

/// What binds an entry to all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// What the first entry of a device's record is bound to.
    #[must_use]
    pub fn root(device: DeviceId) -> Self {
        let digest = Sha256::new()
            .chain_update(b"passerelle/audit/1\0")
            .chain_update(device.0);
        Self(digest.finalize().into())
    }

    /// The link after that entry.
    #[must_use]
    pub fn then(self, entry: &Entry) -> Self {
        let number = |row: Option<i64>| {
            row.map_or([0; 9], |row| {
                let mut bytes = [1; 9];
                bytes[1..].copy_from_slice(&row.to_be_bytes());
                bytes
            })
        };
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update(number(entry.account.map(|account| account.0)))
            .chain_update(number(entry.subject))
            .chain_update(entry.done_at.to_be_bytes())
            // Last: of all that stands here its length alone may differ.
            .chain_update(&entry.act);
        Self(digest.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            account: Some(AccountId(1)),
            act: "sign_in".into(),
            subject: Some(1),
            done_at: 1_795_000_000,
        }
    }

    #[test]
    fn whatever_is_changed_in_an_entry_changes_its_link() {
        let root = Link::root(DeviceId([7; 16]));
        let link = root.then(&entry());
        let changes: [fn(&mut Entry); 6] = [
            |it| it.account = None,
            |it| it.account = Some(AccountId(2)),
            |it| it.act.push('n'),
            |it| it.subject = None,
            |it| it.subject = Some(0),
            |it| it.done_at += 1,
        ];
        for change in changes {
            let mut other = entry();
            change(&mut other);
            assert_ne!(root.then(&other), link, "{other:?}");
        }
        assert_ne!(Link::root(DeviceId([8; 16])).then(&entry()), link);
        assert_ne!(link.then(&entry()), link);
    }

    #[test]
    fn a_link_is_what_it_was() {
        let link = Link::root(DeviceId([7; 16])).then(&entry());
        insta::assert_snapshot!(data_encoding::HEXLOWER.encode(&link.0));
    }
}
