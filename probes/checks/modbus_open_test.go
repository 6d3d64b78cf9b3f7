package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("modbus-open",
	twin{name: "says who it is", service: port("mbap", lan.Heard{identify.ModbusVendor: "Attic Energy", identify.ModbusProduct: "INV-5"}), want: lan.Fail},
	twin{name: "has no identification", service: port("mbap", nil), want: lan.Fail},
	twin{name: "keeps silent at its port", service: port(lan.Unknown, nil), want: lan.NotApplicable})
