//! The file that is being read: how far it has come is told to the page, which may stop it.

use passerelle_desk::reader::Progress;
use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tauri::{AppHandle, Emitter};

/// The event by which the page hears how far a reading has come.
const READING: &str = "reading";

/// Which reading goes on, by its number: one at a time, the youngest.
#[derive(Default)]
pub struct Readings(Arc<AtomicU64>);

/// One reading.
pub struct Reading {
    number: u64,
    youngest: Arc<AtomicU64>,
    page: AppHandle,
}

impl Readings {
    /// Begins one for the page, and stops the one before.
    pub fn begin(&self, page: AppHandle) -> Reading {
        Reading {
            number: self.0.fetch_add(1, Ordering::SeqCst) + 1,
            youngest: Arc::clone(&self.0),
            page,
        }
    }

    /// Stops the one that goes on, if there is one.
    pub fn stop(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Reading {
    /// Tells how far it has come, and whether to go on.
    pub fn tell(&self, progress: Progress) -> ControlFlow<()> {
        if self.youngest.load(Ordering::SeqCst) != self.number {
            return ControlFlow::Break(());
        }
        // Whether the page listens or not, the reading goes on.
        let _ = self.page.emit(READING, progress);
        ControlFlow::Continue(())
    }
}
