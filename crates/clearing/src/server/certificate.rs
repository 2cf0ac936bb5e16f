//! The certificate that the service shows, read again when its files change.

use crate::error::Error;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::ServerSessionMemoryCache,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

/// How many sessions can be taken up again without a whole handshake: every desk of a town.
const SESSIONS: usize = 4_096;

/// A chain of certificates and its key, in two PEM files.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    shown: RwLock<Shown>,
}

/// What was read of the files last.
#[derive(Debug)]
struct Shown {
    read: Read,
    config: Arc<ServerConfig>,
}

/// The bytes of both files.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// One cannot be read; they are not a chain and its key.
    pub fn open(chain: &Path, key: &Path) -> Result<Self, Error> {
        let read = Read::from(chain, key)?;
        let config = Arc::new(configure(&read).map_err(unusable(chain))?);
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            shown: RwLock::new(Shown { read, config }),
        })
    }

    /// What a connection that begins now is shown.
    #[must_use]
    pub fn current(&self) -> Arc<ServerConfig> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.config.clone()
    }

    /// Reads the files again, and says whether they had changed. Connections that are open keep what
    /// they were shown.
    ///
    /// # Errors
    /// As [`Certificate::open`]; what was shown before is shown on.
    pub fn reload(&self) -> Result<bool, Error> {
        let read = Read::from(&self.chain, &self.key)?;
        let is_known = {
            let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
            shown.read == read
        };
        if is_known {
            return Ok(false);
        }
        let config = Arc::new(configure(&read).map_err(unusable(&self.chain))?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Shown { read, config };
        Ok(true)
    }
}

impl Read {
    fn from(chain: &Path, key: &Path) -> Result<Self, Error> {
        Ok(Self {
            chain: fs::read(chain).map_err(Error::file(chain))?,
            key: fs::read(key).map_err(Error::file(key))?,
        })
    }
}

/// Why two files cannot be shown.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

fn unusable(chain: &Path) -> impl FnOnce(Fault) -> Error {
    let path = chain.to_owned();
    move |fault| Error::Certificate {
        path,
        detail: fault.to_string(),
    }
}

fn configure(read: &Read) -> Result<ServerConfig, Fault> {
    let chain = CertificateDer::pem_slice_iter(&read.chain).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(&read.key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    Ok(config)
}
