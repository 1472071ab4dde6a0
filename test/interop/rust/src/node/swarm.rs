use super::{Options, behaviour::Behaviour, dht, gossip};
use crate::failure::{Failure, failed};
use futures::StreamExt;
use libp2p::core::{Transport, muxing::StreamMuxerBox, transport::Boxed, upgrade::Version};
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, identify, identity::Keypair, noise, ping, tcp, yamux};
use std::error::Error;
use std::time::Duration;

/// Who is connected to whom is for the test to say.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3_600);

pub async fn build(
    keypair: Keypair,
    options: &Options,
    received: gossip::Received,
) -> Result<Swarm<Behaviour>, Failure> {
    let peer = keypair.public().to_peer_id();
    let behaviour = Behaviour {
        gossipsub: gossip::behaviour(options.is_outside_mesh, received)?,
        // not with a signed peer record: rust-libp2p signs it in a domain of its own, and js-libp2p then takes all of identify for invalid
        identify: identify::Behaviour::new(identify::Config::new("stoa/1".into(), keypair.public())),
        kad: dht::behaviour(peer, &options.network)?,
        ping: ping::Behaviour::default(),
        stream: libp2p_stream::Behaviour::new(),
    };
    let swarm = SwarmBuilder::with_existing_identity(keypair)
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)?
        .with_other_transport(websocket)?
        .with_behaviour(|_| behaviour)?
        .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE_TIMEOUT))
        .build();
    Ok(swarm)
}

/// The builder's own asks for a DNS resolver, which loopback has no use for: libp2p 0.57.1 does not compile with `websocket` and without `dns`.
fn websocket(keypair: &Keypair) -> Result<Boxed<(PeerId, StreamMuxerBox)>, Box<dyn Error + Send + Sync>> {
    Ok(libp2p_websocket::Config::new(tcp::tokio::Transport::new(tcp::Config::default()))
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(keypair)?)
        .multiplex(yamux::Config::default())
        .boxed())
}

/// The addresses at which it then listens, with its peer id.
pub async fn listen(swarm: &mut Swarm<Behaviour>, addrs: Vec<Multiaddr>) -> Result<Vec<Multiaddr>, Failure> {
    let mut found = Vec::new();
    for addr in addrs {
        let listener = swarm.listen_on(addr)?;
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { listener_id, address } if listener_id == listener => {
                    // what the DHT tells of
                    swarm.add_external_address(address.clone());
                    found.push(address.with_p2p(*swarm.local_peer_id()).expect("it has no peer id yet"));
                    break;
                }
                SwarmEvent::ListenerError { error, .. } => return Err(error.into()),
                SwarmEvent::ListenerClosed { reason, .. } => return Err(failed(format!("no listener: {reason:?}"))),
                _ => {}
            }
        }
    }
    Ok(found)
}
