package lan

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
)

// TestLeadsTo: a range keeps its ports or ends at one, and what is empty or 0 stands for all.
func TestLeadsTo(t *testing.T) {
	way := func(transport Transport, external, last, port uint16) Forward {
		return Forward{Mapping: Mapping{Transport: transport, External: external, Port: port}, Last: last}
	}
	for _, tt := range []struct {
		way       Forward
		transport Transport
		port      uint16
		want      bool
	}{
		{way(TCP, 8080, 0, 80), TCP, 80, true}, {way(TCP, 8080, 0, 80), TCP, 8080, false}, {way(TCP, 8080, 0, 80), UDP, 80, false},
		{way("", 8080, 0, 80), UDP, 80, true}, {way(UDP, 0, 0, 0), UDP, 53, true}, {way(UDP, 0, 0, 0), TCP, 53, false},
		{way(TCP, 1000, 1010, 20), TCP, 20, true}, {way(TCP, 1000, 1010, 20), TCP, 21, false}, {way(TCP, 1000, 1010, 1000), TCP, 1010, true},
		{way(TCP, 1000, 1010, 1000), TCP, 1011, false}, {way(TCP, 1000, 1010, 1000), TCP, 999, false},
		{way(TCP, 1, 65535, 1), TCP, 65535, true}, {way(TCP, 1000, 999, 20), TCP, 21, false},
	} {
		if got := tt.way.LeadsTo(tt.transport, tt.port); got != tt.want {
			t.Errorf("%+v to %s/%d: %t", tt.way, tt.transport, tt.port, got)
		}
	}
}

// TestRouterJSON: what was not read stays apart from what was read and is empty.
func TestRouterJSON(t *testing.T) {
	for _, r := range []Router{
		{}, {Zones: []Zone{}, Forwards: []Forward{}, Leases: []Forward{}, Flows: []Flow{}},
		{Forwards: []Forward{{Mapping: Mapping{Transport: TCP, External: 22, Port: 22}, By: ByOwner}}, Flows: []Flow{{Client: netip.MustParseAddr("fd00::1"), Transport: UDP, Port: 5683, Count: 2}}},
	} {
		text, err := json.Marshal(r)
		var back Router
		if err != nil || json.Unmarshal(text, &back) != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("%v: %s gives %+v, want %+v", err, text, back, r)
		}
	}
}
