//! What the protocol asks of `ed25519-dalek`, at the price of a hash.
//!
//! Four fifths of a simulated life are curve arithmetic. The simulation forges nothing: it only ever asks whether
//! a signature is the one made with this key over these bytes, and a hash of both answers that. **Whoever knows
//! the public key can sign here**, so that nothing but the simulation may ever be built with it.

#![forbid(unsafe_code)]

use sha2::{Digest, Sha256, Sha512};

/// Signs by the public half.
#[derive(Clone)]
pub struct SigningKey {
    seed: [u8; 32],
    public: VerifyingKey,
}

impl SigningKey {
    /// The key made of these 32 bytes.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        let public = VerifyingKey(Sha256::digest(seed).into());
        Self { seed: *seed, public }
    }

    /// The 32 bytes that it is made of.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.seed
    }

    /// The half that everybody may know.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public
    }
}

/// What signs.
pub trait Signer<S> {
    /// The signature over `message`.
    fn sign(&self, message: &[u8]) -> S;
}

impl Signer<Signature> for SigningKey {
    fn sign(&self, message: &[u8]) -> Signature {
        self.public.signature(message)
    }
}

/// A public key: any 32 bytes.
#[derive(Debug, Clone, Copy)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Never an error: there is no curve for it to miss.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, SignatureError> {
        Ok(Self(*bytes))
    }

    /// The 32 bytes as they travel.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Whether `signature` is the one that this key makes over `message`.
    pub fn verify_strict(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        (self.signature(message).0 == signature.0).then_some(()).ok_or(SignatureError)
    }

    fn signature(&self, message: &[u8]) -> Signature {
        Signature(Sha512::new().chain_update(self.0).chain_update(message).finalize().into())
    }
}

/// 64 bytes.
#[derive(Debug, Clone, Copy)]
pub struct Signature([u8; 64]);

impl Signature {
    /// The signature that travels as these bytes.
    pub fn from_bytes(bytes: &[u8; 64]) -> Self {
        Self(*bytes)
    }

    /// The bytes that travel.
    pub fn to_bytes(&self) -> [u8; 64] {
        self.0
    }
}

/// That a signature is another one's, or over something else.
#[derive(Debug)]
pub struct SignatureError;
