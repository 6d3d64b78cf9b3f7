package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// sharing is a device that shares files at the new port.
var sharing = lan.Device{Services: []lan.Service{{Name: "microsoft-ds", Port: 445}}}

var _ = hold("smb1",
	twin{name: "speaks it", service: port("microsoft-ds", lan.Heard{identify.SMB1: "yes"}), want: lan.Fail},
	twin{name: "at the old port alone", service: port("netbios-ssn", lan.Heard{identify.SMB1: "yes"}), want: lan.Fail},
	twin{name: "at both ports, told once", device: sharing, service: port("netbios-ssn", lan.Heard{identify.SMB1: "yes"}), want: lan.NotApplicable},
	twin{name: "has it off", service: port("microsoft-ds", lan.Heard{identify.SMB1: "no"}), want: lan.Pass},
	twin{name: "does not say", service: port("microsoft-ds", nil), want: lan.Undecided})
