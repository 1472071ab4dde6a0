package main

import (
	"math"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
)

// The weights of spec/broadcast.md §7.

func scoreThresholds() *pubsub.PeerScoreThresholds {
	return &pubsub.PeerScoreThresholds{
		GossipThreshold:   -10,
		PublishThreshold:  -50,
		GraylistThreshold: -80,
		// nobody's peers are followed (§1)
		AcceptPXThreshold: math.MaxFloat64,
	}
}

func nodeScore() *pubsub.PeerScoreParams {
	return &pubsub.PeerScoreParams{
		SkipAtomicValidation: true,
		// each is set when it is opened; without a map go-libp2p-pubsub panics then
		Topics:                      map[string]*pubsub.TopicScoreParams{},
		TopicScoreCap:               10,
		IPColocationFactorWeight:    -5,
		IPColocationFactorThreshold: 32,
		BehaviourPenaltyWeight:      -5,
		BehaviourPenaltyThreshold:   6,
		BehaviourPenaltyDecay:       halvesIn(60 * time.Second),
		DecayInterval:               time.Second,
		DecayToZero:                 0.01,
		RetainScore:                 10 * time.Minute,
	}
}

func topicScore() *pubsub.TopicScoreParams {
	return &pubsub.TopicScoreParams{
		SkipAtomicValidation: true,
		TopicWeight:          1,
		// +3 after five minutes
		TimeInMeshWeight:  0.01,
		TimeInMeshQuantum: time.Second,
		TimeInMeshCap:     300,
		// +5 for ten messages
		FirstMessageDeliveriesWeight:   0.5,
		FirstMessageDeliveriesDecay:    halvesIn(60 * time.Second),
		FirstMessageDeliveriesCap:      10,
		InvalidMessageDeliveriesWeight: -4,
		InvalidMessageDeliveriesDecay:  halvesIn(90 * time.Second),
	}
}

// halvesIn is the factor a second.
func halvesIn(time time.Duration) float64 { return math.Pow(0.5, 1/time.Seconds()) }
