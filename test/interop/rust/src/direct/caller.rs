use super::frame::{CANCEL, CREDIT, END, ERROR, Frame, ITEM, NOTIFY, REQUEST, RESPONSE};
use crate::core::{Reason, refuse};
use std::collections::HashMap;

const ITEM_COST: i64 = 32;

/// The side of a stream that asks.
#[derive(Default)]
pub struct Caller {
    last: u32,
    /// Windows of the requests that have no complete answer; none: one answer was asked for.
    asked: HashMap<u32, Option<i64>>,
}

impl Caller {
    pub fn ask(&mut self, payload: Vec<u8>, credit: u32) -> Frame {
        self.last += 1;
        self.asked.insert(self.last, (credit > 0).then_some(credit.into()));
        Frame { credit, ..Frame::of(REQUEST, self.last).with(payload) }
    }

    /// The credit that an item which was consumed is worth.
    pub fn grant(&mut self, id: u32, item_bytes: usize) -> Frame {
        let credit = item_bytes as i64 + ITEM_COST;
        if let Some(Some(window)) = self.asked.get_mut(&id) {
            *window += credit;
        }
        Frame { credit: credit as u32, ..Frame::of(CREDIT, id) }
    }

    /// The frame, unless it is for what is answered. What breaks §8 ends the stream.
    pub fn read(&mut self, frame: Frame) -> Result<Option<Frame>, Reason> {
        match frame.kind {
            RESPONSE | ITEM | END | ERROR => {}
            REQUEST | CANCEL | CREDIT | NOTIFY => return refuse("only answerers are sent that"),
            _ => return refuse("the kind is unknown"),
        }
        if frame.id == 0 || frame.id > self.last {
            return refuse("the request was never made");
        }
        let Some(window) = self.asked.get_mut(&frame.id) else {
            return Ok(None);
        };
        match (frame.kind, window) {
            (ITEM | END, None) => return refuse("one answer was asked for"),
            (ITEM | RESPONSE, Some(window)) if *window <= 0 => return refuse("more than was granted"),
            (ITEM, Some(window)) => *window -= frame.payload.len() as i64 + ITEM_COST,
            _ => {
                self.asked.remove(&frame.id);
            }
        }
        Ok(Some(frame))
    }
}
