package logins

import "github.com/homesweep/homesweep/probes/knowledge/packing"

// Packed is what the program carries of documented logins, as Pack writes it.
func Packed() []byte { return packing.Text(zipped) }

// PackedCommon is the same of the generic pairs, as PackCommon writes them.
func PackedCommon() []byte { return packing.Text(zippedCommon) }
