package pages

import "github.com/homesweep/homesweep/probes/knowledge/packing"

// Packed is what the program carries, as Pack writes it.
func Packed() []byte { return packing.Text(zipped) }
