//! What clearing has of a device's own log, for a desk that went on from an old copy or that has a double.

use super::heard::{Head, join_heads, read_heads};
use crate::id::{DeviceId, ServerId};
use minicbor::{Decode, Encode, bytes::ByteVec};

/// Asks for the pieces of the asker's own log after those heads: path and query, exactly as signed.
#[must_use]
pub fn log_path(heads: &[Head]) -> String {
    if heads.is_empty() {
        return "/v1/log".to_owned();
    }
    format!("/v1/log?heads={}", join_heads(heads))
}

/// Reads [`log_path`]; `None` for anything else.
#[must_use]
pub fn read_log_path(path: &str) -> Option<Vec<Head>> {
    match path.strip_prefix("/v1/log")? {
        "" => Some(Vec::new()),
        query => read_heads(query.strip_prefix("?heads=")?),
    }
}

/// A signed part of a device's log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Log {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// Whose log.
    #[n(1)]
    pub device: DeviceId,
    /// Its batches, in the order of each life.
    #[n(2)]
    pub pieces: Vec<Piece>,
    /// Whether there are more after them.
    #[n(3)]
    pub more: bool,
}

/// A batch as its device signed it, and the receipt that answered it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Piece {
    /// The parcel of the batch.
    #[n(0)]
    pub batch: ByteVec,
    /// The parcel of the receipt.
    #[n(1)]
    pub receipt: ByteVec,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Epoch, wire::Trace};

    #[test]
    fn a_question_comes_back_from_its_path_and_another_is_not_understood() {
        let head = Head {
            epoch: Epoch(7),
            first_seq: 1,
            last_seq: 41,
            receipt: Trace([9; 8]),
        };
        for heads in [vec![], vec![head], vec![head, head]] {
            assert_eq!(read_log_path(&log_path(&heads)), Some(heads));
        }
        for path in ["/v1/logs", "/v1/log?heads=", "/v1/log?since=1", "/v1/state"] {
            assert_eq!(read_log_path(path), None, "{path}");
        }
    }
}
