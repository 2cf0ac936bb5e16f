//! The process is killed, or the disk fails, at each call of the very first start. The next one is a first
//! start too, or goes on from it: never a ledger without its key.

use super::{desk_at, tell};
use crate::support::strace::{Strike, strikes};
use std::fs;

#[test]
fn a_first_start_cut_short_at_any_call_is_made_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let profile = folder.path().join("now");
    let open = |strike: Option<&Strike>| {
        let _ = fs::remove_dir_all(&profile);
        tell(&profile, &["open".to_owned()], strike)
    };
    let calm = open(None);
    assert_eq!(calm.said_yes, ["open"], "{:?}", calm.said_no);
    for strike in strikes("a first start", &calm.points) {
        let told = open(Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        let key = fs::read(profile.join("ledger.key")).ok();
        drop(desk_at(&profile));
        assert_eq!(
            desk_at(&profile).check().expect("the ledger").faults,
            [],
            "{strike}"
        );
        let kept = fs::read(profile.join("ledger.key")).ok();
        assert!(key.is_none() || key == kept, "{strike}: another key");
    }
}
