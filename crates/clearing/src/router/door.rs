//! What every request finds: the service, the gate before it, and a number for the request.

use crate::{chance, clearing::Clearing, gate::Gate, limits::Limits};
use axum::extract::FromRef;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// What the routes share.
#[derive(Clone)]
pub struct Door {
    pub clearing: Arc<Clearing>,
    pub gate: Arc<Gate>,
    /// In which a body must have come.
    pub body_time: Duration,
    numbers: Arc<Numbers>,
}

/// Numbers of requests: the life of the process, then which request of it.
struct Numbers {
    life: [u8; 4],
    last: AtomicU64,
}

impl Door {
    pub fn new(clearing: Arc<Clearing>, limits: &Limits) -> Self {
        let mut life = [0; 4];
        // A number that another life has used too does no harm.
        let _ = chance::system()(&mut life);
        Self {
            clearing,
            gate: Arc::new(Gate::new(limits)),
            body_time: limits.body,
            numbers: Arc::new(Numbers {
                life,
                last: AtomicU64::new(0),
            }),
        }
    }

    /// A number that no other request of this process has.
    pub fn number(&self) -> String {
        let number = self.numbers.last.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{:08x}-{number}", u32::from_be_bytes(self.numbers.life))
    }
}

impl FromRef<Door> for Arc<Clearing> {
    fn from_ref(door: &Door) -> Self {
        door.clearing.clone()
    }
}
