package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("tftp-open",
	twin{name: "knows no such file", service: port("tftp", lan.Heard{identify.TFTPError: "File not found"}), want: lan.Fail},
	twin{name: "has one of every name", service: port("tftp", nil), want: lan.Fail},
	twin{name: "somebody else", service: port("ntp", nil), want: lan.NotApplicable})
