package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("coap-open",
	twin{name: "tells", service: port("coap", lan.Heard{identify.CoAPCode: "2.05", identify.CoAPCore: "</cit/d>"}), want: lan.Fail},
	twin{name: "wants a key", service: port("coap", lan.Heard{identify.CoAPCode: "4.01"}), want: lan.Pass},
	twin{name: "has no list", service: port("coap", lan.Heard{identify.CoAPCode: "4.04"}), want: lan.Undecided},
	twin{name: "only acknowledges", service: port("coap", nil), want: lan.Undecided})
