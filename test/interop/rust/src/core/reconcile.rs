//! spec/reconcile.md §7: what is refused before the crate negentropy sees it, which takes much of it (a message that is cut off, bounds that go back).

use super::{Reason, refuse};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Initiator,
    Responder,
}

#[derive(Clone, Copy)]
pub struct Limits {
    pub max_message_bytes: usize,
    pub max_ranges: usize,
    pub max_ids: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_message_bytes: 262_128, max_ranges: 87_376, max_ids: 8_191 }
    }
}

const VERSION: u8 = 0x61;
const ID_BYTES: usize = 32;
const FINGERPRINT_BYTES: usize = 16;
const END: u64 = u64::MAX;

/// The reasons are those of the vectors.
pub fn check(message: &[u8], role: Role, limits: Limits) -> Result<(), Reason> {
    if message.len() > limits.max_message_bytes {
        return refuse("too-large");
    }
    match (message.first(), role) {
        (Some(&VERSION), _) => check_ranges(&message[1..], limits),
        (Some(0x60..=0x6f), Role::Responder) => Ok(()),
        (Some(0x60..=0x6f), Role::Initiator) => refuse("unsupported-version"),
        _ => refuse("malformed"),
    }
}

fn check_ranges(bytes: &[u8], limits: Limits) -> Result<(), Reason> {
    let mut reader = Reader(bytes);
    let (mut ranges, mut ids) = (0, 0);
    let mut last = (0, [0; ID_BYTES]);
    while !reader.0.is_empty() {
        let bound = reader.bound(last.0).ok_or("malformed")?;
        if bound < last {
            return refuse("malformed");
        }
        last = bound;
        ids += reader.payload().ok_or("malformed")?;
        ranges += 1;
        if ranges > limits.max_ranges || ids > limits.max_ids {
            return refuse("limit");
        }
    }
    Ok(())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The most significant digit first, and not 0.
    fn varint(&mut self) -> Option<u64> {
        if self.0.first() == Some(&0x80) {
            return None;
        }
        let mut number = 0u64;
        loop {
            let digit = self.take(1)?[0];
            number = number.checked_mul(0x80)? | u64::from(digit & 0x7f);
            if digit < 0x80 {
                return Some(number);
            }
        }
    }

    fn bound(&mut self, last: u64) -> Option<(u64, [u8; ID_BYTES])> {
        let timestamp = match self.varint()? {
            0 => END,
            difference => last.checked_add(difference - 1).filter(|timestamp| *timestamp != END)?,
        };
        let prefix = usize::try_from(self.varint()?).ok().filter(|length| *length <= ID_BYTES)?;
        let mut id = [0; ID_BYTES];
        id[..prefix].copy_from_slice(self.take(prefix)?);
        Some((timestamp, id))
    }

    /// How many ids it lists.
    fn payload(&mut self) -> Option<usize> {
        match self.varint()? {
            0 => Some(0),
            1 => self.take(FINGERPRINT_BYTES).map(|_| 0),
            2 => {
                let count = usize::try_from(self.varint()?).ok()?;
                self.take(count.checked_mul(ID_BYTES)?).map(|_| count)
            }
            _ => None,
        }
    }
}
