package checks

import (
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// The Android Debug Bridge answers a greeting with CNXN when it lets anybody in,
// and with AUTH or STLS when it wants a key that the owner has allowed
// (protocol.txt of Android's adb). No shell was asked for.
var _ = register(probes.Check{
	ID:        "adb-open",
	Topic:     "Android's debug door",
	Title:     "Anyone on your network can take over this Android device",
	Advice:    "Its debug door (ADB) lets in whoever connects, without asking: they can install apps, see the screen and read what is stored. On the device open Settings, Developer options, and turn off USB debugging and wireless debugging (ADB over network). Then restart it. If there is no such setting, keep the device on a guest network.",
	Guideline: 6, Provision: "5.6-4A", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: onService("adb"),
	Run:     byAnswer(identify.ADBAnswer, "asked the debug door to connect", "it said", "CNXN", "AUTH STLS"),
})
