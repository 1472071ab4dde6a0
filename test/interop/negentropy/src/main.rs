//! Both sides of a Negentropy session in the crate `negentropy`, driven line by line over stdin and stdout; bytes in hex.
//!
//! ours T ID | theirs T ID    one item of the initiator's or the responder's set, with a decimal timestamp
//! start OURS THEIRS          a session over these sets with these frame limits; answers `message M`, the first message
//! next M                     to the initiator; answers any `have ID` and `need ID`, then `message M` or `done`
//! respond M                  to the responder; answers `message M`
//! clear                      forgets both sets
//!
//! What fails answers `error REASON`.

use negentropy::{Id, Negentropy, NegentropyStorageVector};
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};

type Failure = Box<dyn std::error::Error>;
type Session = Negentropy<'static, NegentropyStorageVector>;

#[derive(Default)]
struct Peer {
    ours: Vec<(u64, Id)>,
    theirs: Vec<(u64, Id)>,
    initiator: Option<Session>,
    responder: Option<Session>,
}

fn main() -> io::Result<()> {
    let mut peer = Peer::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        match peer.run(&line?) {
            Ok(answer) => out.write_all(answer.as_bytes())?,
            Err(reason) => writeln!(out, "error {reason}")?,
        }
        out.flush()?;
    }
    Ok(())
}

impl Peer {
    fn run(&mut self, line: &str) -> Result<String, Failure> {
        let words: Vec<&str> = line.split(' ').collect();
        let mut answer = String::new();
        match words[..] {
            ["ours", timestamp, id] => self.ours.push((timestamp.parse()?, parse_id(id)?)),
            ["theirs", timestamp, id] => self.theirs.push((timestamp.parse()?, parse_id(id)?)),
            ["clear"] => *self = Peer::default(),
            ["start", our_limit, their_limit] => {
                let mut initiator = session(&self.ours, our_limit.parse()?)?;
                writeln!(answer, "message {}", to_hex(&initiator.initiate()?))?;
                self.initiator = Some(initiator);
                self.responder = Some(session(&self.theirs, their_limit.parse()?)?);
            }
            ["next", message] => {
                let initiator = self.initiator.as_mut().ok_or("no session")?;
                let (mut have, mut need) = (Vec::new(), Vec::new());
                let next = initiator.reconcile_with_ids(&from_hex(message)?, &mut have, &mut need)?;
                for id in have {
                    writeln!(answer, "have {}", to_hex(id.as_bytes()))?;
                }
                for id in need {
                    writeln!(answer, "need {}", to_hex(id.as_bytes()))?;
                }
                match next {
                    Some(message) => writeln!(answer, "message {}", to_hex(&message))?,
                    None => writeln!(answer, "done")?,
                }
            }
            ["respond", message] => {
                let responder = self.responder.as_mut().ok_or("no session")?;
                let message = responder.reconcile(&from_hex(message)?)?;
                writeln!(answer, "message {}", to_hex(&message))?;
            }
            _ => return Err("unknown command".into()),
        }
        Ok(answer)
    }
}

fn session(items: &[(u64, Id)], frame_limit: u64) -> Result<Session, Failure> {
    let mut storage = NegentropyStorageVector::with_capacity(items.len());
    for (timestamp, id) in items {
        storage.insert(*timestamp, *id)?;
    }
    storage.seal()?;
    Ok(Negentropy::owned(storage, frame_limit)?)
}

fn parse_id(text: &str) -> Result<Id, Failure> {
    Ok(Id::from_slice(&from_hex(text)?)?)
}

fn from_hex(text: &str) -> Result<Vec<u8>, Failure> {
    (0..text.len()).step_by(2).map(|at| Ok(u8::from_str_radix(text.get(at..at + 2).ok_or("half a byte")?, 16)?)).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
