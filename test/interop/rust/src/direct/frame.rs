use crate::core::{Reason, refuse, wire::Field, wire::Writer, wire::fields};

pub const REQUEST: u32 = 0;
pub const RESPONSE: u32 = 1;
pub const ITEM: u32 = 2;
pub const END: u32 = 3;
pub const ERROR: u32 = 4;
pub const CANCEL: u32 = 5;
pub const CREDIT: u32 = 6;
pub const NOTIFY: u32 = 7;

/// §6, by their numbers.
pub const ERRORS: [&str; 7] = ["failed", "failed", "refused", "too-large", "malformed", "timeout", "is-stream"];
pub const FAILED: u32 = 1;
pub const TOO_LARGE: u32 = 3;
pub const IS_STREAM: u32 = 6;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    pub kind: u32,
    pub id: u32,
    pub credit: u32,
    pub error: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    pub fn of(kind: u32, id: u32) -> Self {
        Frame { kind, id, ..Frame::default() }
    }

    pub fn with(mut self, payload: Vec<u8>) -> Self {
        self.payload = payload;
        self
    }

    pub fn encode(&self) -> Vec<u8> {
        let numbers = [(0x08, self.kind), (0x10, self.id), (0x18, self.credit), (0x20, self.error)];
        let mut writer = Writer::default();
        for (tag, number) in numbers.into_iter().filter(|(_, number)| *number > 0) {
            writer = writer.number(tag, number.into());
        }
        writer.filled(0x2a, &self.payload).0
    }

    pub fn decode(body: &[u8]) -> Result<Self, Reason> {
        let mut frame = Frame::default();
        for (number, field) in fields(body)? {
            match (number, field) {
                (1..=4, Field::Varint(value, taken)) => {
                    let value = u32::try_from(value).ok().filter(|_| taken <= 5);
                    let Some(value) = value else {
                        return refuse("a number is not of 32 bits");
                    };
                    match number {
                        1 => frame.kind = value,
                        2 => frame.id = value,
                        3 => frame.credit = value,
                        _ => frame.error = value,
                    }
                }
                (5, Field::Bytes(payload)) => frame.payload = payload.to_vec(),
                _ => {}
            }
        }
        Ok(frame)
    }
}
