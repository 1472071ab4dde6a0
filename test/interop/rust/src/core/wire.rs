//! Protobuf in its one encoding, and as any reader takes it.

use super::{MAX_NUMBER, Reason, refuse, varint};

#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    pub fn number(mut self, tag: u8, number: u64) -> Self {
        self.0.push(tag);
        self.0.extend(varint::encode(number));
        self
    }

    pub fn bytes(mut self, tag: u8, bytes: &[u8]) -> Self {
        self = self.number(tag, bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    pub fn filled(self, tag: u8, bytes: &[u8]) -> Self {
        if bytes.is_empty() { self } else { self.bytes(tag, bytes) }
    }
}

/// Takes fields where they must be, with numbers up to 2^53 - 1 that are as short as they can be.
pub struct StrictReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> StrictReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        StrictReader { bytes, at: 0 }
    }

    /// What was read so far.
    pub fn read(&self) -> &'a [u8] {
        &self.bytes[..self.at]
    }

    /// Whether the next field has this tag.
    pub fn is(&self, tag: u8) -> bool {
        self.bytes.get(self.at) == Some(&tag)
    }

    pub fn number(&mut self, tag: u8, field: &str) -> Result<u64, Reason> {
        if !self.is(tag) {
            return refuse(format!("{field} is not where it must be"));
        }
        match varint::decode_minimal(&self.bytes[self.at + 1..]) {
            Some((number, taken)) if number <= MAX_NUMBER => {
                self.at += 1 + taken;
                Ok(number)
            }
            _ => refuse(format!("{field} is cut off, too large or longer than it need be")),
        }
    }

    pub fn bytes(&mut self, tag: u8, field: &str) -> Result<&'a [u8], Reason> {
        let length = self.number(tag, field)?;
        match usize::try_from(length).ok().and_then(|length| self.bytes[self.at..].get(..length)) {
            Some(bytes) => {
                self.at += bytes.len();
                Ok(bytes)
            }
            None => refuse(format!("{field} is cut off")),
        }
    }

    pub fn array<const N: usize>(&mut self, tag: u8, field: &str) -> Result<[u8; N], Reason> {
        self.bytes(tag, field)?.try_into().or_else(|_| refuse(format!("{field} has not {N} bytes")))
    }

    /// A field that is left out when it is empty, and never written so.
    pub fn filled(&mut self, tag: u8, field: &str) -> Result<&'a [u8], Reason> {
        if !self.is(tag) {
            return Ok(&[]);
        }
        match self.bytes(tag, field)? {
            [] => refuse(format!("{field} is written although it is empty")),
            bytes => Ok(bytes),
        }
    }

    pub fn end(&self) -> Result<(), Reason> {
        if self.at == self.bytes.len() { Ok(()) } else { refuse("bytes behind the last field") }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    Varint(u64, usize),
    Bytes(&'a [u8]),
    /// Of 32 or 64 bits.
    Fixed,
}

/// The fields of a message in the order in which they come, as any protobuf reader takes them; groups, field number 0 and what is cut off are refused.
pub fn fields(bytes: &[u8]) -> Result<Vec<(u64, Field<'_>)>, Reason> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (tag, taken) = varint::decode(rest).ok_or("a tag is cut off")?;
        rest = &rest[taken..];
        let number = tag >> 3;
        if number == 0 {
            return refuse("field number 0");
        }
        let (field, length) = match tag & 7 {
            0 => {
                let (value, taken) = varint::decode(rest).ok_or("a number is cut off")?;
                (Field::Varint(value, taken), taken)
            }
            1 => (Field::Fixed, 8),
            5 => (Field::Fixed, 4),
            2 => {
                let (length, taken) = varint::decode(rest).ok_or("a length is cut off")?;
                let length = usize::try_from(length).map_err(|_| "a length is too large")?;
                let bytes = rest[taken..].get(..length).ok_or("a field is cut off")?;
                (Field::Bytes(bytes), taken + length)
            }
            _ => return refuse("proto3 has no groups"),
        };
        rest = rest.get(length..).ok_or("a field is cut off")?;
        found.push((number, field));
    }
    Ok(found)
}
