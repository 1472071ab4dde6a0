//! spec/replica.md §3 to §6: which entries a node holds.

use super::{MAX_NUMBER, Reason, hash::sha256, refuse};
use std::collections::HashMap;

pub const MAX_CLOCK_SKEW_MS: u64 = 120_000;

fn ceil_log2(number: u64) -> u32 {
    if number <= 1 { 0 } else { u64::BITS - (number - 1).leading_zeros() }
}

pub fn size_class(bytes: u64) -> u32 {
    ceil_log2(bytes).max(8)
}

pub fn time_class(ms: u64) -> u32 {
    ceil_log2(ms)
}

/// What all entries of a rank and below may take together, in bytes.
pub fn capacity(budget_bytes: u64, rank: i64) -> u64 {
    let tenths = match rank {
        ..=-22 => 5,
        -21..=-18 => (rank + 27) as u64,
        _ => 10,
    };
    budget_bytes * tenths / 10
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub size_class: u32,
    pub from_ms: u64,
    pub until_ms: u64,
    pub nonce: [u8; 8],
}

impl Stamp {
    pub fn new(size_class: u64, from_ms: u64, until_ms: u64, nonce: &[u8]) -> Result<Self, Reason> {
        if !(8..=17).contains(&size_class) {
            return refuse("size class");
        }
        if from_ms >= until_ms || until_ms > MAX_NUMBER {
            return refuse("times");
        }
        let nonce = nonce.try_into().map_err(|_| "nonce")?;
        Ok(Stamp { size_class: size_class as u32, from_ms, until_ms, nonce })
    }

    pub fn hash(&self, key: &[u8; 32]) -> [u8; 32] {
        sha256(&[
            b"stoa-stamp/1",
            key,
            &[self.size_class as u8],
            &self.from_ms.to_be_bytes(),
            &self.until_ms.to_be_bytes(),
            &self.nonce,
        ])
    }

    pub fn bits(&self, key: &[u8; 32]) -> u32 {
        let hash = self.hash(key);
        let zeros = hash.iter().take_while(|byte| **byte == 0).count();
        8 * zeros as u32 + hash.get(zeros).map_or(0, |byte| byte.leading_zeros())
    }

    pub fn rank(&self, key: &[u8; 32]) -> i64 {
        i64::from(self.bits(key)) - i64::from(self.size_class) - i64::from(time_class(self.until_ms - self.from_ms))
    }

    pub fn covers(&self, size_bytes: u64, created_ms: u64, holds_ms: u64) -> bool {
        size_class(size_bytes) <= self.size_class && self.from_ms <= created_ms && holds_ms <= self.until_ms
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    pub charge: u64,
    pub rank: i64,
    /// Which of the stamps it uses.
    pub uses: Option<usize>,
}

pub fn place(key: &[u8; 32], size_bytes: u64, created_ms: u64, holds_ms: u64, stamps: &[Stamp]) -> Place {
    let class = size_class(size_bytes);
    let rank = -i64::from(class) - i64::from(time_class(holds_ms - created_ms));
    let free = Place { charge: 1 << class, rank, uses: None };
    let best = stamps
        .iter()
        .enumerate()
        .filter(|(_, stamp)| stamp.covers(size_bytes, created_ms, holds_ms) && stamp.rank(key) > rank)
        .max_by_key(|(_, stamp)| (stamp.rank(key), std::cmp::Reverse(stamp.hash(key))));
    best.map_or(free, |(at, stamp)| Place { charge: 1 << stamp.size_class, rank: stamp.rank(key), uses: Some(at) })
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub id: [u8; 32],
    pub key: [u8; 32],
    pub group: String,
    pub seq: u64,
    pub is_final: bool,
    pub size_bytes: u64,
    pub created_ms: u64,
    pub expires_ms: u64,
    pub holds_ms: u64,
    pub stamp: Option<Stamp>,
}

pub struct Parameters {
    pub max_per_group: usize,
    pub max_ttl_ms: u64,
    pub budget_bytes: u64,
}

impl Entry {
    /// None when an empty set takes it at this time; the reasons are those of the vectors.
    pub fn refusal(&self, now_ms: u64, max_ttl_ms: u64) -> Option<&'static str> {
        if ![self.created_ms, self.expires_ms, self.holds_ms].is_sorted()
            || self.holds_ms - self.created_ms > max_ttl_ms
        {
            Some("malformed")
        } else if self.created_ms > now_ms + MAX_CLOCK_SKEW_MS {
            Some("future")
        } else if now_ms >= self.holds_ms {
            Some("expired")
        } else {
            None
        }
    }

    fn version(&self) -> (u64, bool, [u8; 32]) {
        (self.seq, self.is_final, self.id)
    }
}

/// Those of the entries that a set holds in the end, whatever the order in which they came.
pub fn held(entries: &[Entry], parameters: &Parameters) -> Vec<Entry> {
    let mut ranked: Vec<(i64, u64, Entry)> = newest(entries).into_iter().map(placed).collect();
    ranked.sort_by_key(|(rank, _, entry)| std::cmp::Reverse((*rank, entry.version())));

    let mut in_group: HashMap<String, usize> = HashMap::new();
    ranked.retain(|(_, _, entry)| {
        let count = in_group.entry(entry.group.clone()).or_default();
        *count += 1;
        *count <= parameters.max_per_group
    });

    let mut held: Vec<(i64, u64, Entry)> = Vec::new();
    for candidate in ranked {
        held.push(candidate);
        if !fits(&held, parameters.budget_bytes) {
            held.pop();
        }
    }
    held.into_iter().map(|(_, _, entry)| entry).collect()
}

/// One version of each key, with all stamps that came for it.
fn newest(entries: &[Entry]) -> Vec<(Entry, Vec<Stamp>)> {
    let mut keys: HashMap<[u8; 32], (Entry, Vec<Stamp>)> = HashMap::new();
    for entry in entries {
        let (newest, stamps) = keys.entry(entry.key).or_insert_with(|| (entry.clone(), Vec::new()));
        stamps.extend(entry.stamp.clone());
        if entry.version() > newest.version() {
            *newest = entry.clone();
        }
    }
    keys.into_values().collect()
}

fn placed((entry, stamps): (Entry, Vec<Stamp>)) -> (i64, u64, Entry) {
    let place = place(&entry.key, entry.size_bytes, entry.created_ms, entry.holds_ms, &stamps);
    (place.rank, place.charge, entry)
}

/// For every rank, what is of it and below is within its capacity.
fn fits(held: &[(i64, u64, Entry)], budget_bytes: u64) -> bool {
    held.iter().map(|(rank, ..)| *rank).chain(-22..=-17).all(|rank| {
        let charges: u64 = held.iter().filter(|(other, ..)| *other <= rank).map(|(_, charge, _)| charge).sum();
        charges <= capacity(budget_bytes, rank)
    })
}
