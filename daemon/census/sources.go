package census

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// self is the source of what we know of our own interfaces.
const self = "self"

// books are the sources that read what somebody wrote down earlier: they add to
// a device that is there but never show that it is.
var books = map[string]bool{"leases": true, "hosts": true, "hints": true, "ethers": true, "memory": true}

// asks are the sources that hear of an address only that it is answered for.
var asks = map[string]bool{"arp": true, "neigh": true, "knock": true, "ndp": true}

// departures are the sources whose goodbye means that the device itself left,
// and not one of its services.
var departures = map[string]bool{"wifi": true, "dhcp": true}

// shows reports whether a sighting by source means that the device itself was
// heard. A multicast answer of which no frame was seen may be somebody else's.
func shows(source string, framed bool) bool {
	return !books[source] && (framed || source != "mdns")
}

// weight puts sources in the order in which their words are believed.
func weight(source string) int {
	switch {
	case source == self:
		return 0
	case books[source]:
		return 2
	}
	return 1
}

// How sure we are of an attribute, by how it came to us.
const (
	sureAnswered = 0.99 // it answered under it just now
	sureTable    = 0.9  // the kernel remembers that it did; its own word
	sureBook     = 0.6  // the router's books
	sureHint     = 0.8  // a name in the router's books
	sureMade     = 0.8  // worked out of an address made from it
	sureShared   = 0.3  // others say the same of themselves
	sureClaimed  = 0.3  // only somebody else says so
)

// wordLists are the fields that hold words of which every sighting may add one.
var wordLists = map[string]bool{
	lan.MDNSTypes: true, lan.UPnPDeviceType: true, lan.UPnPServices: true, lan.WSDTypes: true, lan.WSDScopes: true,
}

// fieldRank says which fields are kept when a device says too many: TXT records
// may hold anything and go last.
func fieldRank(key string) int {
	if strings.HasPrefix(key, "mdns._") {
		return 1
	}
	return 0
}
