use super::gossip::Counting;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{gossipsub, identify, kad, ping};

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    pub gossipsub: gossipsub::Behaviour<Counting>,
    pub identify: identify::Behaviour,
    pub kad: kad::Behaviour<kad::store::MemoryStore>,
    pub ping: ping::Behaviour,
    pub stream: libp2p_stream::Behaviour,
}
