//! The tokens that open the administration's door. A token is shown once, when it is made; what is
//! kept of it opens nothing.

use crate::{error::Error, server_key::write_draft, surroundings::Surroundings};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};
use subtle::{Choice, ConstantTimeEq};

/// What a token begins with, so that one that was published by mistake is recognised.
const MARK: &str = "passerelle_";

/// The tokens of one service, kept in a file of its folder that its owner alone can read.
#[derive(Debug, Clone)]
pub struct Tokens {
    file: PathBuf,
}

/// A token, but for the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStanding {
    /// What it was named, by what uses it.
    pub name: String,
    /// Who made it.
    pub officer: String,
    /// When, in Unix seconds.
    pub made_at: u64,
    /// SHA-256 of the token, in hexadecimal. A token is 256 random bits: nothing slower is needed.
    #[serde(rename = "sha256")]
    digest: String,
}

impl Tokens {
    /// The tokens of the service kept in that folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self {
            file: folder.join("admin-tokens.json"),
        }
    }

    /// Makes a token and gives it: it is nowhere else.
    ///
    /// # Errors
    /// The name is taken; the file cannot be written; no chance is to be had.
    pub fn make(&self, name: &str, officer: &str, surroundings: &Surroundings) -> Result<String, Error> {
        let mut tokens = self.list()?;
        if tokens.iter().any(|known| known.name == name) {
            return Err(Error::TokenExists(name.to_owned()));
        }
        let token = MARK.to_owned() + &BASE32_NOPAD.encode(&surroundings.random::<32>()?).to_lowercase();
        tokens.push(TokenStanding {
            name: name.to_owned(),
            officer: officer.to_owned(),
            made_at: surroundings.now(),
            digest: HEXLOWER.encode(&digest(&token)),
        });
        self.write(&tokens)?;
        Ok(token)
    }

    /// Ends a token, from the next request on.
    ///
    /// # Errors
    /// None has that name; the file cannot be written.
    pub fn revoke(&self, name: &str) -> Result<(), Error> {
        let mut tokens = self.list()?;
        let before = tokens.len();
        tokens.retain(|known| known.name != name);
        if tokens.len() == before {
            return Err(Error::NoSuchToken(name.to_owned()));
        }
        self.write(&tokens)
    }

    /// Every token, in the order in which they were made.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self) -> Result<Vec<TokenStanding>, Error> {
        match fs::read(&self.file) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|_| Error::Damaged("the tokens of the administration"))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(Error::file(&self.file)(error)),
        }
    }

    /// Whether a token opens the door. How long it takes to say no tells nothing about those that do.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn admit(&self, token: &str) -> Result<bool, Error> {
        let shown = digest(token);
        let found = self.list()?.iter().fold(Choice::from(0), |found, known| {
            let kept = HEXLOWER.decode(known.digest.as_bytes()).unwrap_or_default();
            found | kept.ct_eq(&shown)
        });
        Ok(found.into())
    }

    fn write(&self, tokens: &[TokenStanding]) -> Result<(), Error> {
        let bytes = serde_json::to_vec_pretty(tokens).expect("plain values");
        let draft = write_draft(&self.file, &bytes)?;
        fs::rename(&draft, &self.file).map_err(Error::file(&self.file))
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chance, clock};

    #[test]
    fn a_token_opens_until_it_is_revoked_and_what_is_kept_of_it_opens_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let tokens = Tokens::of(folder.path());
        let surroundings = Surroundings::new(clock::system(), chance::system());
        assert!(!tokens.admit("").expect("read"));
        let token = tokens.make("prometheus", "camille", &surroundings).expect("made");
        let other = tokens.make("console", "camille", &surroundings).expect("made");
        assert!(tokens.admit(&token).expect("read") && tokens.admit(&other).expect("read"));
        let kept = fs::read_to_string(&tokens.file).expect("kept");
        assert!(!kept.contains(&token) && !kept.contains(token.trim_start_matches(MARK)));
        for known in tokens.list().expect("read") {
            assert!(!tokens.admit(&known.digest).expect("read"));
        }
        assert!(matches!(
            tokens.make("console", "camille", &surroundings),
            Err(Error::TokenExists(_))
        ));
        tokens.revoke("prometheus").expect("revoked");
        assert!(!tokens.admit(&token).expect("read") && tokens.admit(&other).expect("read"));
        assert!(matches!(tokens.revoke("prometheus"), Err(Error::NoSuchToken(_))));
    }

    #[cfg(unix)]
    #[test]
    fn the_tokens_are_for_the_owner_of_the_folder_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let tokens = Tokens::of(folder.path());
        let surroundings = Surroundings::new(clock::system(), chance::system());
        tokens.make("prometheus", "", &surroundings).expect("made");
        let mode = fs::metadata(&tokens.file).expect("kept").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
