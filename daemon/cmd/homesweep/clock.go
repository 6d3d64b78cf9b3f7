package main

import (
	"fmt"
	"io"
	"time"

	"github.com/homesweep/homesweep/daemon/zone"
)

// keepLocal has times said in the household's zone where package time does not know it,
// as on OpenWrt. Where that cannot be read they are said as package time has them.
func keepLocal(root string, talk io.Writer) {
	here, err := zone.Household(root)
	if err != nil {
		fmt.Fprintln(talk, "homesweep:", err)
	}
	if here != nil {
		time.Local = here
	}
}
