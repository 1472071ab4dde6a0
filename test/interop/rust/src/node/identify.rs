use super::{Handle, Node};
use crate::failure::Failure;
use libp2p::PeerId;
use libp2p::identify::{Event, Info};
use std::collections::HashMap;

pub type Identified = HashMap<PeerId, Info>;

impl Handle {
    /// What a peer says of itself, as soon as it has.
    pub async fn identify(&self, peer: PeerId) -> Result<Info, Failure> {
        self.until("identify", move |node| node.identified.get(&peer).cloned()).await
    }
}

impl Node {
    pub fn on_identify(&mut self, event: Event) {
        match event {
            Event::Received { peer_id, info, .. } => {
                self.add_to_dht(peer_id, &info);
                self.identified.insert(peer_id, info);
            }
            Event::Error { peer_id, error, .. } => eprintln!("identify {peer_id}: {error}"),
            Event::Sent { .. } | Event::Pushed { .. } => {}
        }
    }
}
