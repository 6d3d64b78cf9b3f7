package identify

import (
	"cmp"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// rank orders the identifiers: a service's own words count before its port,
// and a port's usual owner before the question that anybody may be asked.
type rank int

const (
	greets    rank = iota // knows its protocol by the greeting alone
	asks                  // has a question for certain ports or answers
	byDefault             // is asked where nobody else wants to try
)

// ranked is a registered identifier.
type ranked struct {
	probes.Identifier
	rank rank
}

// identifiers are all that registered, by rank and then by name, so that the
// order of files and of their initialisation makes no difference.
var identifiers []ranked

// register adds an identifier; a protocol's file does so in a package-level
// variable: var _ = register(ssh{}, greets).
func register(id probes.Identifier, r rank) bool {
	identifiers = append(identifiers, ranked{id, r})
	lan.Sort(identifiers, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Name(), b.Name()))
	})
	return true
}

// overhearer is an identifier that can also read its protocol out of words said
// in answer to somebody else's question, when there is no connection left to
// ask again. The words are at most maxGreeting bytes and may be cut short.
type overhearer interface {
	overhear(ep lan.Endpoint, said []byte) lan.Service
}

// datagrams is an identifier whose question is a datagram.
type datagrams interface {
	udpPort() uint16
}

// everyday is one of them whose question microcontrollers may be used to.
type everyday interface {
	everyday() bool
}

// UDPPorts are the ports worth one datagram at each device of that class, in
// rising order: a fragile one is asked only what its like speak and are asked by
// phones every day. Whether one is open only Service can tell: silence is
// silence.
func UDPPorts(class lan.Class) []uint16 {
	var ports []uint16
	for _, id := range identifiers {
		d, ok := id.Identifier.(datagrams)
		small, _ := id.Identifier.(everyday)
		if ok && (class != lan.Fragile || small != nil && small.everyday()) {
			ports = append(ports, d.udpPort())
		}
	}
	slices.Sort(ports)
	return ports
}
