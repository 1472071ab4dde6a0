package replica

import (
	"github.com/libp2p/go-libp2p/core/network"

	"stoa.test/interop/reconcile"
)

// Respond is a session that another node began.
func (r *Replica) Respond(stream network.Stream) (Stats, error) {
	l := newLink(r, stream)
	err := l.respond()
	l.close(err)
	return l.stats, err
}

func (l *link) respond() error {
	l.send(l.replica.hello())
	side := reconcile.NewResponder(l.replica.items(), reconcileFrameBytes, reconcileLimits)
	if err := l.hello(); err != nil {
		return err
	}
	for {
		m, err := l.read()
		if err != nil {
			return err
		}
		switch {
		case m.Reconcile != nil:
			l.stats.Rounds++
			if l.stats.Rounds > maxRounds {
				return errBroken
			}
			answer, _, _, err := side.Answer(m.Reconcile)
			if err != nil {
				return err
			}
			l.send(Message{Reconcile: answer})
		case m.Want != nil:
			if len(m.Want) == 0 {
				return errBroken
			}
			l.sendEntries(m.Want)
		case m.Offer != nil:
			if len(m.Offer) == 0 {
				return errBroken
			}
			want := l.missing(m.Offer)
			l.awaited = append(l.awaited, want...)
			l.send(Message{Want: want})
		case m.Entries != nil:
			if err := l.takeEntries(m.Entries); err != nil {
				return err
			}
		case m.End != nil:
			if *m.End != EndBadMessage {
				l.send(end(EndDone))
			}
			return nil
		default:
			return errBroken
		}
	}
}
