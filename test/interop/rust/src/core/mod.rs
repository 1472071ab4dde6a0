//! What the pages of spec/ say of bytes: no network, no clock.

pub mod broadcast;
pub mod ed25519;
pub mod framing;
pub mod hash;
pub mod mailbox;
pub mod offers;
pub mod offers_file;
pub mod place;
pub mod reconcile;
pub mod record;
pub mod replica;
pub mod space;
pub mod varint;
pub mod wire;

/// Why bytes are refused.
pub type Reason = String;

/// The largest integer below which a double has no gaps: numbers of the specification end there.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

pub fn refuse<T>(reason: impl Into<Reason>) -> Result<T, Reason> {
    Err(reason.into())
}
