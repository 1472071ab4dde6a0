//! spec/offers.md §7: offers in a file.

use super::{
    Reason,
    framing::{FrameReader, FramingError},
    refuse,
    replica::EntryMessage,
    wire::{Field, fields},
};

const MAGIC: &[u8] = b"stoa-offers\x01";
const MAX_FRAME_BYTES: usize = 65_536;

#[derive(Default)]
pub struct OffersFile {
    pub network: String,
    pub market: String,
    pub created_ms: u64,
    /// None for what is no entry.
    pub entries: Vec<Option<EntryMessage>>,
    /// Whether it ends as it should.
    pub is_complete: bool,
}

pub fn read(bytes: &[u8], network: &str) -> Result<OffersFile, Reason> {
    let Some(frames) = bytes.strip_prefix(MAGIC) else {
        return refuse("another magic or version");
    };
    let mut reader = FrameReader::new(MAX_FRAME_BYTES);
    reader.push(frames);
    let header = reader.next().map_err(FramingError::code)?.ok_or("the header is cut off")?;
    let mut file = read_header(&header)?;
    if file.network != network {
        return refuse("a file of another network");
    }
    loop {
        match reader.next() {
            Ok(None) => return Ok(file),
            Ok(Some(frame)) if frame.is_empty() => {
                file.is_complete = true;
                return Ok(file);
            }
            Ok(Some(frame)) => file.entries.push(EntryMessage::decode(&frame).ok()),
            // what broke framing counts as an entry that is none
            Err(_) => {
                file.entries.push(None);
                return Ok(file);
            }
        }
    }
}

fn read_header(bytes: &[u8]) -> Result<OffersFile, Reason> {
    let mut file = OffersFile::default();
    for (field, value) in fields(bytes)? {
        match (field, value) {
            (1, Field::Bytes(text)) => file.network = String::from_utf8_lossy(text).into_owned(),
            (2, Field::Bytes(text)) => file.market = String::from_utf8_lossy(text).into_owned(),
            (3, Field::Varint(number, _)) => file.created_ms = number,
            _ => {}
        }
    }
    Ok(file)
}
