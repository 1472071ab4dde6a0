//! spec/direct.md

pub mod answerer;
pub mod caller;
pub mod frame;
pub mod request;
pub mod serve;
mod stream;

/// Longest request, and longest answer, unless a protocol says otherwise.
const MAX_PAYLOAD_BYTES: usize = 1_048_576;

/// §3
pub const fn max_frame_bytes(max_payload_bytes: usize) -> usize {
    let payload = if max_payload_bytes > 1_024 { max_payload_bytes } else { 1_024 };
    payload + 22
}
