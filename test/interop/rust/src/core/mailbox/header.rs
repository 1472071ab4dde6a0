use crate::core::{Reason, refuse, wire::StrictReader, wire::Writer};

pub const X25519: u64 = 0x0020;
const MLKEM768_X25519: u64 = 0x647a;
pub const MINUTE_MS: u64 = 60_000;
const MAX_TTL_MIN: u64 = 15 * 24 * 60;
/// Of the padded envelope.
pub const PADDED_SIZES: [usize; 8] = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 49_152];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub lock: [u8; 32],
    pub created_ms: u64,
    pub expires_ms: u64,
    pub bucket: u64,
    pub suite: u64,
    pub size: usize,
    pub sealed_hash: [u8; 32],
}

impl Header {
    /// All that is known before something is sealed: it is sealed and signed with it.
    pub fn draft(&self) -> Writer {
        Writer::default()
            .bytes(0x0a, &self.lock)
            .number(0x10, self.created_ms / MINUTE_MS)
            .number(0x18, self.expires_ms / MINUTE_MS)
            .number(0x20, self.bucket)
            .number(0x28, self.suite)
            .number(0x30, self.size as u64)
    }

    pub fn encode(&self) -> Vec<u8> {
        self.draft().bytes(0x3a, &self.sealed_hash).0
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let mut reader = StrictReader::new(bytes);
        let lock = reader.array(0x0a, "lock")?;
        let mut number = |tag, field| match reader.number(tag, field)? {
            number if number <= u64::from(u32::MAX) => Ok(number),
            _ => refuse(format!("{field} is above 2^32 - 1")),
        };
        let (created_min, expires_min) = (number(0x10, "created_min")?, number(0x18, "expires_min")?);
        let (bucket, suite, size) = (number(0x20, "bucket")?, number(0x28, "suite")?, number(0x30, "size")? as usize);
        let sealed_hash = reader.array(0x3a, "sealed_hash")?;
        reader.end()?;
        if created_min == 0 || expires_min < created_min || expires_min - created_min > MAX_TTL_MIN {
            return refuse("its times are out of order, or it lives for more than 15 days");
        }
        if ![X25519, MLKEM768_X25519].contains(&suite) || !PADDED_SIZES.contains(&size) {
            return refuse("no suite or size of letters");
        }
        let (created_ms, expires_ms) = (created_min * MINUTE_MS, expires_min * MINUTE_MS);
        Ok(Header { lock, created_ms, expires_ms, bucket, suite, size, sealed_hash })
    }

    pub fn enc_bytes(&self) -> usize {
        if self.suite == X25519 { 32 } else { 1_120 }
    }

    pub fn slot_bytes(&self) -> usize {
        self.enc_bytes() + super::seal::KEY_BYTES + super::seal::TAG_BYTES
    }
}
