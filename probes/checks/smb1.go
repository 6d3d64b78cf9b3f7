package checks

import (
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// Version 1 of SMB (dialect NT LM 0.12, [MS-CIFS]) is what WannaCry and its kin
// spread by; Microsoft no longer installs it.
var _ = register(probes.Check{
	ID:        "smb1",
	Topic:     "Old file sharing (SMB 1)",
	Title:     "It still shares files in the old way that worms spread by (SMB 1)",
	Advice:    "The first version of Windows file sharing has holes that cannot be mended. In the device's file sharing settings choose SMB 2 or SMB 3 as the oldest version (\"min protocol\"). If something old of yours can then no longer open its files, update that, too.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Ask,
	Applies: fileServer,
	Run:     byAnswer(identify.SMB1, "offered to speak nothing but SMB 1", "it agreed:", "yes", "no"),
})

// fileServer applies a check to the one port at which a device shares files: the
// old one only where there is no other.
func fileServer(d lan.Device, s lan.Service) bool {
	return s.Name == "microsoft-ds" || s.Name == "netbios-ssn" &&
		!slices.ContainsFunc(d.Services, func(other lan.Service) bool { return other.Name == "microsoft-ds" })
}
