use super::frame::{CANCEL, CREDIT, END, ERROR, Frame, ITEM, NOTIFY, REQUEST, RESPONSE};
use crate::core::{Reason, refuse};
use std::collections::{HashMap, VecDeque};

/// An ITEM takes this from the window beside its payload.
const ITEM_COST: i64 = 32;

/// The side of a stream that answers: what it was asked, and what it may send.
#[derive(Default)]
pub struct Answerer {
    last: u32,
    /// Streamed answers that are not complete.
    streams: HashMap<u32, Streamed>,
}

struct Streamed {
    window: i64,
    items: VecDeque<Vec<u8>>,
    is_complete: bool,
}

pub enum Asked {
    One(u32, Vec<u8>),
    Stream(u32, Vec<u8>),
    Notified,
    /// There may be something to send now.
    Nothing,
}

impl Answerer {
    /// What breaks §8 ends the stream.
    pub fn read(&mut self, frame: Frame) -> Result<Asked, Reason> {
        match frame.kind {
            REQUEST if frame.id <= self.last => refuse("ids count up"),
            REQUEST => {
                self.last = frame.id;
                if frame.credit == 0 {
                    return Ok(Asked::One(frame.id, frame.payload));
                }
                let streamed = Streamed { window: frame.credit.into(), items: VecDeque::new(), is_complete: false };
                self.streams.insert(frame.id, streamed);
                Ok(Asked::Stream(frame.id, frame.payload))
            }
            NOTIFY if frame.id != 0 => refuse("a notification has no id"),
            NOTIFY => Ok(Asked::Notified),
            CANCEL | CREDIT if frame.id == 0 || frame.id > self.last => refuse("the request was never made"),
            CANCEL => {
                self.streams.remove(&frame.id);
                Ok(Asked::Nothing)
            }
            CREDIT => {
                if let Some(streamed) = self.streams.get_mut(&frame.id) {
                    streamed.window += i64::from(frame.credit);
                    if streamed.window > u32::MAX.into() {
                        return refuse("the window is over 2^32 - 1");
                    }
                }
                Ok(Asked::Nothing)
            }
            RESPONSE | ITEM | END | ERROR => refuse("only callers are sent that"),
            _ => refuse("the kind is unknown"),
        }
    }

    /// One answer, or an error, in place of items too.
    pub fn close(&mut self, id: u32) {
        self.streams.remove(&id);
    }

    /// The whole of a streamed answer.
    pub fn answer(&mut self, id: u32, items: Vec<Vec<u8>>) {
        if let Some(streamed) = self.streams.get_mut(&id) {
            streamed.items.extend(items);
            streamed.is_complete = true;
        }
    }

    /// What windows allow to be sent.
    pub fn sendable(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        self.streams.retain(|&id, streamed| {
            while streamed.window > 0 {
                let Some(item) = streamed.items.pop_front() else { break };
                streamed.window -= item.len() as i64 + ITEM_COST;
                frames.push(Frame::of(ITEM, id).with(item));
            }
            let is_done = streamed.is_complete && streamed.items.is_empty();
            if is_done {
                frames.push(Frame::of(END, id));
            }
            !is_done
        });
        frames
    }
}
