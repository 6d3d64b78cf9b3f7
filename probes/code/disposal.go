package code

import (
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxWipe is how many steps a family's way to be wiped has at most, and maxStep
// how many bytes one of them.
const (
	maxWipe = 5
	maxStep = 200
)

// keeps is what a device of some kinds holds that is missed when it is gone, and
// what is done about it.
var keeps = []struct{ kinds, what string }{
	{"camera", "Save the recordings you want to keep, and take its memory card out."},
	{"nvr", "Save the recordings you want to keep; its disks hold them until they are wiped."},
	{"nas server", "Copy all files off it, and see that the copy opens."},
	{"router", "Note its internet access data and Wi-Fi settings; the next one needs them."},
	{"hub", "Note what is paired with it, then unpair each: lamps, locks and sensors keep hold of an old hub."},
	{"printer", "Note its address book and take paper and memory sticks out; it may hold scans and faxes."},
	{"tv media", "Note the apps you use, and log out of each on it."},
	{"console", "Save your games to your account or a stick, and log out on it."},
}

// kept is that of a device of kind k.
func kept(k lan.Kind) string {
	for _, of := range keeps {
		if slices.Contains(strings.Fields(of.kinds), string(k)) {
			return of.what
		}
	}
	return "Save what you want to keep from it: settings, recordings, readings."
}

// disposal is how to part with d without leaving anything of yours in it, one
// line a step. The device is reset after the account let go of it: many can be
// set up anew only by whoever holds the account.
func disposal(d lan.Device, wipe []string) []string {
	steps := []string{
		kept(d.Kind),
		"Remove it from its maker's app and your account, and from your smart-home hub and voice assistant.",
		"Have the maker delete what it keeps of it in its cloud; close the account if nothing else needs it.",
	}
	wipe = wipe[:min(len(wipe), maxWipe)]
	for i, step := range wipe {
		steps = append(steps, fmt.Sprintf("Wipe it, %d of %d: %s", i+1, len(wipe), lan.Printable(step, maxStep)))
	}
	if len(wipe) == 0 {
		steps = append(steps, "Reset it to factory state; its manual says how. Often: hold the reset button for ten seconds or longer.")
	}
	return append(steps,
		"Switch it on again and see that it asks to be set up like a new one, and no longer joins your network.",
		"If it knew your Wi-Fi password and you are not sure that it is wiped, give your Wi-Fi a new password.",
		"Have it forgotten here, in homesweep.")
}
