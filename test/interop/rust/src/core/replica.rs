//! spec/replica.md §9: the frames of a sync session.

use super::{MAX_NUMBER, Reason, place::Stamp, refuse, wire::Field, wire::Writer, wire::fields};

const ID_BYTES: usize = 32;
const MAX_IDS: usize = 1_024;
/// BAD_MESSAGE
const MAX_END_CODE: u64 = 5;
const MAX_RECONCILE_BYTES: usize = 262_128;

#[derive(Debug, PartialEq, Eq)]
pub struct EntryMessage {
    pub entry: Vec<u8>,
    pub stamp: Option<Stamp>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum SyncMessage {
    Hello { now_ms: u64, entries: u64, price_rank: Option<i32> },
    Reconcile(Vec<u8>),
    Offer(Vec<u8>),
    Want(Vec<u8>),
    Entries(Vec<EntryMessage>),
    End(u64),
}

impl EntryMessage {
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let mut message = EntryMessage { entry: Vec::new(), stamp: None };
        for (field, value) in fields(bytes)? {
            match (field, value) {
                (1, Field::Bytes(entry)) => message.entry = entry.to_vec(),
                (2, Field::Bytes(stamp)) => message.stamp = Some(decode_stamp(stamp)?),
                _ => {}
            }
        }
        Ok(message)
    }

    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::default().filled(0x0a, &self.entry);
        match &self.stamp {
            None => writer.0,
            Some(stamp) => writer.bytes(0x12, &encode_stamp(stamp)).0,
        }
    }
}

fn decode_stamp(bytes: &[u8]) -> Result<Stamp, Reason> {
    let (mut numbers, mut nonce) = ([0; 4], &[][..]);
    for (field, value) in fields(bytes)? {
        match (field, value) {
            (1..=3, Field::Varint(number, _)) => numbers[field as usize] = number,
            (4, Field::Bytes(bytes)) => nonce = bytes,
            _ => {}
        }
    }
    Stamp::new(numbers[1], numbers[2], numbers[3], nonce)
}

fn encode_stamp(stamp: &Stamp) -> Vec<u8> {
    let times = [(0x10, stamp.from_ms), (0x18, stamp.until_ms)];
    let mut writer = Writer::default().number(0x08, stamp.size_class.into());
    for (tag, time) in times.into_iter().filter(|(_, time)| *time > 0) {
        writer = writer.number(tag, time);
    }
    writer.bytes(0x22, &stamp.nonce).0
}

impl SyncMessage {
    pub fn decode(body: &[u8]) -> Result<Self, Reason> {
        let mut message = None;
        for (field, value) in fields(body)? {
            let Field::Bytes(bytes) = value else { continue };
            message = Some(match field {
                1 => decode_hello(bytes)?,
                2 if bytes.len() <= MAX_RECONCILE_BYTES => SyncMessage::Reconcile(bytes.to_vec()),
                2 => return refuse("a Reconcile over its limit"),
                3 => SyncMessage::Offer(ids(bytes)?),
                4 => SyncMessage::Want(ids(bytes)?),
                5 => SyncMessage::Entries(decode_entries(bytes)?),
                6 => SyncMessage::End(decode_end(bytes)?),
                _ => continue,
            });
        }
        message.ok_or_else(|| "it has no message of this version".into())
    }

    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::default();
        match self {
            SyncMessage::Hello { now_ms, entries, price_rank } => {
                let mut hello = Writer::default();
                if *now_ms > 0 {
                    hello = hello.number(0x08, *now_ms);
                }
                if *entries > 0 {
                    hello = hello.number(0x10, *entries);
                }
                if let Some(rank) = price_rank {
                    hello = hello.number(0x18, u64::from(((rank << 1) ^ (rank >> 31)) as u32));
                }
                writer.bytes(0x0a, &hello.0).0
            }
            SyncMessage::Reconcile(bytes) => writer.bytes(0x12, bytes).0,
            SyncMessage::Offer(ids) => writer.bytes(0x1a, ids).0,
            SyncMessage::Want(ids) => writer.bytes(0x22, ids).0,
            SyncMessage::Entries(entries) => {
                let each = |inner: Writer, entry: &EntryMessage| inner.bytes(0x0a, &entry.encode());
                writer.bytes(0x2a, &entries.iter().fold(Writer::default(), each).0).0
            }
            SyncMessage::End(0) => writer.bytes(0x32, &[]).0,
            SyncMessage::End(code) => writer.bytes(0x32, &Writer::default().number(0x08, *code).0).0,
        }
    }
}

fn decode_hello(bytes: &[u8]) -> Result<SyncMessage, Reason> {
    let (mut now_ms, mut entries, mut price_rank) = (0, 0, None);
    for (field, value) in fields(bytes)? {
        match (field, value) {
            (1 | 2, Field::Varint(number, _)) if number > MAX_NUMBER => return refuse("a number over 2^53 - 1"),
            (1, Field::Varint(number, _)) => now_ms = number,
            (2, Field::Varint(number, _)) => entries = number,
            (3, Field::Varint(number, _)) => {
                let number = number as u32;
                price_rank = Some((number >> 1) as i32 ^ -((number & 1) as i32));
            }
            _ => {}
        }
    }
    Ok(SyncMessage::Hello { now_ms, entries, price_rank })
}

fn ids(bytes: &[u8]) -> Result<Vec<u8>, Reason> {
    if !bytes.len().is_multiple_of(ID_BYTES) {
        return refuse("ids have 32 bytes");
    }
    if bytes.len() > MAX_IDS * ID_BYTES {
        return refuse("over 1,024 ids");
    }
    Ok(bytes.to_vec())
}

fn decode_entries(bytes: &[u8]) -> Result<Vec<EntryMessage>, Reason> {
    let entry = |(field, value)| match (field, value) {
        (1, Field::Bytes(bytes)) => Some(EntryMessage::decode(bytes)),
        _ => None,
    };
    fields(bytes)?.into_iter().filter_map(entry).collect()
}

fn decode_end(bytes: &[u8]) -> Result<u64, Reason> {
    let code = |(field, value)| match (field, value) {
        (1, Field::Varint(code, _)) => Some(code),
        _ => None,
    };
    match fields(bytes)?.into_iter().filter_map(code).next_back().unwrap_or(0) {
        code @ 0..=MAX_END_CODE => Ok(code),
        _ => refuse("a code that there is not"),
    }
}
