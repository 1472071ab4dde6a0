package replica

import (
	"github.com/libp2p/go-libp2p/core/network"

	"stoa.test/interop/reconcile"
)

// Synchronize is a session that this side began.
func (r *Replica) Synchronize(stream network.Stream) (Stats, error) {
	l := newLink(r, stream)
	err := (&initiator{link: l}).run()
	l.close(err)
	return l.stats, err
}

type initiator struct {
	*link
	side       *reconcile.Side
	reconciled bool
	want       [][32]byte // not asked for yet
	have       [][32]byte // not offered yet
	offered    [][][32]byte
}

func (i *initiator) run() error {
	i.send(i.replica.hello())
	side, first := reconcile.NewInitiator(i.replica.items(), reconcileFrameBytes, reconcileLimits)
	i.side = side
	i.send(Message{Reconcile: first})
	i.stats.Rounds = 1
	if err := i.hello(); err != nil {
		return err
	}
	for {
		m, err := i.read()
		if err != nil {
			return err
		}
		if err := i.take(m); err != nil {
			return err
		}
		if i.ask() {
			break
		}
	}
	code := EndDone
	if !i.reconciled {
		code = EndLimit
	}
	i.send(end(code))
	m, err := i.read()
	if err == nil && m.End == nil {
		err = errBroken
	}
	return err
}

func (i *initiator) take(m Message) error {
	switch {
	case m.End != nil:
		return &EndedError{Code: *m.End}
	case m.Reconcile != nil:
		return i.reconcile(m.Reconcile)
	case m.Entries != nil:
		return i.takeEntries(m.Entries)
	case m.Want != nil:
		if len(i.offered) == 0 || len(m.Want) > len(i.offered[0]) {
			return errBroken
		}
		i.offered = i.offered[1:]
		i.sendEntries(m.Want)
		return nil
	}
	return errBroken
}

func (i *initiator) reconcile(message []byte) error {
	if i.reconciled {
		return errBroken
	}
	answer, have, need, err := i.side.Answer(message)
	if err != nil {
		return err
	}
	i.want = append(i.want, i.missing(need)...)
	i.have = append(i.have, have...)
	if answer == nil || i.stats.Rounds == maxRounds {
		i.reconciled = true
		return nil
	}
	i.stats.Rounds++
	i.send(Message{Reconcile: answer})
	return nil
}

// ask goes on with what may be asked and offered now, and tells whether all is answered.
func (i *initiator) ask() bool {
	for len(i.want) > 0 && len(i.awaited) <= maxUnansweredIDs-maxIDs {
		batch := i.want[:min(len(i.want), maxIDs)]
		i.want = i.want[len(batch):]
		i.awaited = append(i.awaited, batch...)
		i.send(Message{Want: batch})
	}
	if !i.reconciled || len(i.want) > 0 || len(i.awaited) > 0 {
		return false
	}
	for len(i.have) > 0 && len(i.offered) < maxUnansweredIDs/maxIDs {
		batch := i.have[:min(len(i.have), maxIDs)]
		i.have = i.have[len(batch):]
		i.offered = append(i.offered, batch)
		i.send(Message{Offer: batch})
	}
	return len(i.have) == 0 && len(i.offered) == 0
}
