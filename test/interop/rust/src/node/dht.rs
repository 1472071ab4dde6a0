use super::{Handle, Node};
use crate::failure::{Failure, failed};
use libp2p::kad::{self, GetClosestPeersError, GetClosestPeersOk, QueryId, QueryResult, store::MemoryStore};
use libp2p::{Multiaddr, PeerId, StreamProtocol, identify};
use std::collections::HashMap;
use tokio::sync::oneshot;

pub struct Lookup {
    peer: PeerId,
    found: oneshot::Sender<Vec<Multiaddr>>,
}

pub type Lookups = HashMap<QueryId, Lookup>;

fn protocol(network: &str) -> Result<StreamProtocol, Failure> {
    Ok(StreamProtocol::try_from_owned(format!("/stoa/{network}/kad/1.0.0"))?)
}

/// A client until `serve_dht`.
pub fn behaviour(peer: PeerId, network: &str) -> Result<kad::Behaviour<MemoryStore>, Failure> {
    let mut config = kad::Config::new(protocol(network)?);
    config.set_periodic_bootstrap_interval(None).set_record_filtering(kad::StoreInserts::FilterBoth);
    let mut behaviour = kad::Behaviour::with_config(peer, MemoryStore::new(peer), config);
    behaviour.set_mode(Some(kad::Mode::Client));
    Ok(behaviour)
}

impl Handle {
    pub async fn serve_dht(&self, name: String) -> Result<(), Failure> {
        self.call(move |node| {
            if protocol(&node.network)?.as_ref() != name {
                return Err(failed(format!("{name} is not the DHT of {}", node.network)));
            }
            node.swarm.behaviour_mut().kad.set_mode(Some(kad::Mode::Server));
            Ok(())
        })
        .await?
    }

    pub async fn find_peer(&self, peer: PeerId) -> Result<Vec<Multiaddr>, Failure> {
        // a lookup needs somebody to ask
        let begin = move |node: &mut Node| node.look_up(peer);
        let found = self.until("a peer of the DHT", begin).await?;
        let addrs = found.await?;
        if addrs.is_empty() { Err(Failure::new("not-found", format!("nobody knows {peer}"))) } else { Ok(addrs) }
    }
}

impl Node {
    /// Identify tells who is of the DHT; the behaviour does not listen to it by itself.
    pub fn add_to_dht(&mut self, peer: PeerId, info: &identify::Info) {
        let kad = &mut self.swarm.behaviour_mut().kad;
        if info.protocols.iter().any(|protocol| kad.protocol_names().contains(protocol)) {
            for addr in &info.listen_addrs {
                kad.add_address(&peer, addr.clone());
            }
        }
    }

    fn look_up(&mut self, peer: PeerId) -> Option<oneshot::Receiver<Vec<Multiaddr>>> {
        let kad = &mut self.swarm.behaviour_mut().kad;
        kad.kbuckets().next()?;
        let query = kad.get_closest_peers(peer);
        let (found, result) = oneshot::channel();
        self.lookups.insert(query, Lookup { peer, found });
        Some(result)
    }

    pub fn on_kad(&mut self, event: kad::Event) {
        let kad::Event::OutboundQueryProgressed { id, result: QueryResult::GetClosestPeers(result), step, .. } = event
        else {
            return;
        };
        let peers = match result {
            Ok(GetClosestPeersOk { peers, .. }) | Err(GetClosestPeersError::Timeout { peers, .. }) => peers,
        };
        let Some(lookup) = self.lookups.get(&id) else { return };
        let addrs: Vec<_> =
            peers.into_iter().filter(|info| info.peer_id == lookup.peer).flat_map(|info| info.addrs).collect();
        if !addrs.is_empty() || step.last {
            let lookup = self.lookups.remove(&id).expect("it was there");
            let _ = lookup.found.send(addrs);
        }
    }
}
