package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("adb-open",
	twin{name: "lets anybody in", service: port("adb", lan.Heard{identify.ADBAnswer: "CNXN"}), want: lan.Fail},
	twin{name: "wants a key", service: port("adb", lan.Heard{identify.ADBAnswer: "AUTH"}), want: lan.Pass},
	twin{name: "wants to be paired", service: port("adb", lan.Heard{identify.ADBAnswer: "STLS"}), want: lan.Pass},
	twin{name: "keeps silent", service: port("adb", nil), want: lan.Undecided},
	twin{name: "somebody else", service: port(lan.Unknown, nil), want: lan.NotApplicable})
