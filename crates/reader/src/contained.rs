//! The one place where decoders written by others run.

use super::ReadError;

/// PDFs nest, and a decoder that recurses needs room: an overflowing stack cannot be caught.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Runs a decoder on a file we did not write, on a thread of its own.
///
/// Image, PDF and QR decoders are large, and a file made on purpose can make one panic. The
/// panic ends that thread only: the join tells us, and the file is reported as damaged. Nothing
/// the decoder had half built outlives it.
///
/// # Errors
/// [`ReadError::Damaged`] when the decoder panicked, or when no thread could be had for it.
pub fn run<T: Send>(decode: impl FnOnce() -> T + Send) -> Result<T, ReadError> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("reader".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, decode)
            .ok()
            .and_then(|decoding| decoding.join().ok())
            .ok_or(ReadError::Damaged)
    })
}
