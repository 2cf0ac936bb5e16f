//! What a guess costs: the parameters of Argon2id, measured on this computer.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// What a lock is opened with: 256 bits.
pub type WrappingKey = Zeroizing<[u8; 32]>;

/// How long one guess takes on the computer that made the lock.
const AIM: Duration = Duration::from_millis(500);

/// Memory of one guess: what OWASP and RFC 9106 (its second choice) ask for, and what a PC with 2 GiB spares.
const MEMORY_KIB: u32 = 64 * 1024;

/// Passes over that memory, at least: RFC 9106, section 4.
const LEAST_PASSES: u32 = 3;

/// Passes beyond which a computer is not believed: at [`MEMORY_KIB`] some seconds on a slow one.
const MOST_PASSES: u32 = 24;

/// How dear a guess is. Kept beside each lock: another computer may open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// Of a PIN, which is tried here alone and is to take its person in at once: OWASP's second choice, a twentieth of
    /// a second on an old PC.
    pub const OF_A_PIN: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };

    /// Of half a second here, or three passes where these take longer.
    #[must_use]
    pub fn measured() -> Self {
        let least = Self {
            memory_kib: MEMORY_KIB,
            passes: LEAST_PASSES,
        };
        let started = Instant::now();
        let _ = least.derive(b"as long as a passphrase", &[0; 16]);
        let one_pass = started.elapsed().as_secs_f64() / f64::from(LEAST_PASSES);
        // A float too large for the integer becomes its largest.
        let passes = (AIM.as_secs_f64() / one_pass) as u32;
        Self {
            passes: passes.clamp(LEAST_PASSES, MOST_PASSES),
            ..least
        }
    }

    /// For tests, which open hundreds.
    #[must_use]
    pub const fn least() -> Self {
        Self {
            memory_kib: 32,
            passes: 1,
        }
    }

    /// The wrapping key of this secret and salt; `None` when the cost is none that this application sets, so that
    /// a file cannot take the memory of the computer.
    pub fn derive(self, secret: &[u8], salt: &[u8; 16]) -> Option<WrappingKey> {
        if self.memory_kib > MEMORY_KIB || self.passes > MOST_PASSES {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, salt, &mut *key)
            .ok()?;
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_within_its_bounds() {
        let cost = Cost::measured();
        assert_eq!(cost.memory_kib, MEMORY_KIB);
        assert!((LEAST_PASSES..=MOST_PASSES).contains(&cost.passes), "{cost:?}");
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_this_application_does() {
        let dear = Cost {
            memory_kib: MEMORY_KIB + 1,
            passes: 3,
        };
        let slow = Cost {
            memory_kib: 32,
            passes: MOST_PASSES + 1,
        };
        let none = Cost {
            memory_kib: 0,
            passes: 0,
        };
        for cost in [dear, slow, none] {
            assert!(cost.derive(b"secret", &[0; 16]).is_none(), "{cost:?}");
        }
    }
}
