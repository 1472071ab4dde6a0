//! Unsigned varints of protobuf and of framing: the lowest seven bits first.

pub fn encode(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(10);
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

pub fn length(number: u64) -> usize {
    encode(number).len()
}

/// The number that bytes begin with, and how many of them it takes; none when it is cut off or over 64 bits.
pub fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        let digit = u64::from(byte & 0x7f);
        if at == 9 && digit > 1 {
            return None;
        }
        number |= digit << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, at + 1));
        }
    }
    None
}

/// As `decode`, and none when it is longer than it need be.
pub fn decode_minimal(bytes: &[u8]) -> Option<(u64, usize)> {
    decode(bytes).filter(|&(number, taken)| length(number) == taken)
}
