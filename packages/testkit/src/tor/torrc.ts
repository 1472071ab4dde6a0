import type { Authority } from './authority.ts'

/** How often the authority votes: a relay that was too late for one consensus is in the next. */
const VOTING_INTERVAL_S = 30
/** The shortest that Tor takes, twice: for votes, and for the signatures under their outcome. */
const VOTING_DELAY_S = 2
/** From the start of the authority to the first consensus: relays have to have been heard of by the vote, two delays earlier. */
const FIRST_CONSENSUS_S = 10

/** What every Tor of the network needs to be of it, whatever else it does. */
export function memberLines({ orPort, dirPort, v3ident, fingerprint }: Authority): string[] {
  return [
    'TestingTorNetwork 1',
    `DirAuthority authority orport=${orPort} v3ident=${v3ident} 127.0.0.1:${dirPort} ${fingerprint}`,
    // the default asks the kernel how fast each socket drains, every 10 ms: on loopback only the waiting is left of that
    'Schedulers Vanilla',
    // no files of the system
    'GeoIPFile',
    'GeoIPv6File',
  ]
}

/** Nothing is to be learnt of so few circuits, and a lost one is to be given up soon. */
export const CLIENT_LINES = ['LearnCircuitBuildTimeout 0', 'CircuitBuildTimeout 10']

export function relayLines(nickname: string, orPort: number | 'auto'): string[] {
  return [
    `Nickname ${nickname}`,
    `ORPort 127.0.0.1:${orPort}`,
    'Address 127.0.0.1',
    'AssumeReachable 1',
    'SocksPort 0',
    'ExitRelay 0',
    'ContactInfo none@example.invalid',
    // the first consensus is not there before that
    `TestingServerConsensusDownloadInitialDelay ${FIRST_CONSENSUS_S + 1}`,
    // with measured bandwidths paths would prefer a few relays, of so few, and often find no three that differ
    'TestingMinTimeToReportBandwidth 1 day',
  ]
}

export function authorityLines({ orPort, dirPort }: Authority, nowMs: number): string[] {
  const firstConsensusS = Math.ceil(nowMs / 1_000) + FIRST_CONSENSUS_S
  const voting = [`VotingInterval ${VOTING_INTERVAL_S}`, `VoteDelay ${VOTING_DELAY_S}`, `DistDelay ${VOTING_DELAY_S}`]
  return [
    ...relayLines('authority', orPort),
    `DirPort 127.0.0.1:${dirPort}`,
    'AuthoritativeDirectory 1',
    'V3AuthoritativeDirectory 1',
    ...voting.map(line => `V3Auth${line}`),
    ...voting.map(line => `TestingV3AuthInitial${line}`),
    `TestingV3AuthVotingStartOffset ${firstConsensusS % VOTING_INTERVAL_S}`,
    // relays are as good as new: any may be a guard, and keep the descriptors of onion services
    'TestingDirAuthVoteGuard *',
    'TestingDirAuthVoteHSDir *',
    'AuthDirVoteStableGuaranteeMinUptime 0',
    'AuthDirVoteStableGuaranteeMTBF 0',
    // there is nobody to agree on it with
    'AuthDirSharedRandomness 0',
  ]
}
