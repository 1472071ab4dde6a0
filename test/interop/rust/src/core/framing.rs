//! spec/framing.md

use super::varint;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramingError {
    Malformed,
    TooLarge,
    Truncated,
}

impl FramingError {
    pub fn code(self) -> &'static str {
        match self {
            FramingError::Malformed => "malformed",
            FramingError::TooLarge => "too-large",
            FramingError::Truncated => "truncated",
        }
    }
}

/// Longest length, in bytes.
const MAX_LENGTH_BYTES: usize = 4;

/// Frames of a stream that arrives in any pieces.
pub struct FrameReader {
    max_frame_bytes: usize,
    buffer: Vec<u8>,
}

impl FrameReader {
    pub fn new(max_frame_bytes: usize) -> Self {
        FrameReader { max_frame_bytes, buffer: Vec::new() }
    }

    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend(chunk);
    }

    /// The next whole frame, or none until more arrives.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, FramingError> {
        let prefix = &self.buffer[..self.buffer.len().min(MAX_LENGTH_BYTES)];
        if !prefix.iter().any(|byte| byte & 0x80 == 0) {
            return if prefix.len() == MAX_LENGTH_BYTES { Err(FramingError::Malformed) } else { Ok(None) };
        }
        let (length, taken) = varint::decode_minimal(prefix).ok_or(FramingError::Malformed)?;
        let length = length as usize;
        if length > self.max_frame_bytes {
            return Err(FramingError::TooLarge);
        }
        if self.buffer.len() < taken + length {
            return Ok(None);
        }
        let rest = self.buffer.split_off(taken + length);
        let frame = self.buffer.split_off(taken);
        self.buffer = rest;
        Ok(Some(frame))
    }

    /// The stream has ended cleanly.
    pub fn finish(&self) -> Result<(), FramingError> {
        if self.buffer.is_empty() { Ok(()) } else { Err(FramingError::Truncated) }
    }
}

pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut frame = varint::encode(body.len() as u64);
    frame.extend(body);
    frame
}
