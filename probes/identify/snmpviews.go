package identify

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// writeViews is the column vacmAccessWriteViewName of an agent's table of who may
// do what (RFC 3415): 1.3.6.1.6.3.16.1.4.1.6.
var writeViews = []byte{0x2b, 6, 1, 6, 3, 16, 1, 4, 1, 6}

const (
	berGetBulk  = 0xa5
	maxSNMPRows = 16
)

// WriteViews reads, with the community "public" and one question (GetBulk, RFC
// 3416, section 4.2.3), what the agent's own table lets groups of communities
// write: a view's name for each group, which is empty or "none" where it may
// write nothing. Nothing is set, and an agent that keeps silent is waited for 8
// seconds at most, however long ctx has. An agent that does not show its table has no
// views.
func WriteViews(ctx context.Context, r probes.Reach, ep lan.Endpoint) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, maxAnswer)
	defer cancel()
	id := rand.Uint32() >> 1
	answer, err := r.Ask(ctx, ep, snmpBulk(id))
	if err != nil {
		return nil, fmt.Errorf("ask snmp: %w", err)
	}
	views, ok := parseWriteViews(answer, id)
	if !ok {
		return nil, probes.ErrNotMine
	}
	return views, nil
}

func snmpBulk(id uint32) []byte {
	binding := berEncode(berSequence, berEncode(berOID, writeViews), berEncode(berNull))
	pdu := berEncode(berGetBulk, berNumber(id), berNumber(0), berNumber(maxSNMPRows), berEncode(berSequence, binding))
	return berEncode(berSequence, berNumber(1), berEncode(berOctets, []byte(community)), pdu)
}

// parseWriteViews reads the rows of the column. Before a row's last arc, its level,
// stands its model: 1 and 2 are communities, 0 is anybody.
func parseWriteViews(b []byte, id uint32) (views []string, ok bool) {
	bindings, ok := snmpBindings(b, id)
	for range maxSNMPRows {
		binding, rest, whole := berExpect(bindings, berSequence)
		name, value, named := berExpect(binding, berOID)
		index, inside := bytes.CutPrefix(name, writeViews)
		if !ok || !whole || !named || !inside {
			break
		}
		bindings = rest
		if n := len(index); n >= 2 && index[n-2] <= 2 {
			views = append(views, lan.Printable(snmpText(value), lan.MaxName))
		}
	}
	return views, ok
}
