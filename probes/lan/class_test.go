package lan

import (
	"testing"
	"time"
)

// TestClass: what nobody recognises is as fragile as the microcontroller in it,
// and what suffered once stays so, whatever it is.
func TestClass(t *testing.T) {
	from := func(holder string) Heard { return Heard{OUIVendor: holder} }
	for _, c := range []struct {
		device Device
		want   Class
	}{
		{Device{}, Careful},
		{Device{Heard: from("Espressif Inc.")}, Fragile},
		{Device{Heard: from("Tuya Smart Inc."), Kind: Unknown}, Fragile},
		{Device{Heard: from("Realtek Semiconductor Corp.")}, Fragile},
		{Device{Heard: from("Realtek Semiconductor Corp."), Kind: "computer"}, Sturdy},
		{Device{Heard: from("Espressif Inc."), Kind: "camera"}, Careful},
		{Device{Heard: from("Samsung Electronics Co.,Ltd")}, Careful},
		{Device{Kind: "plug"}, Fragile},
		{Device{Kind: "nas"}, Sturdy},
		{Device{Kind: "nas", Suffered: Suffering{At: time.Now().AddDate(-1, 0, 0)}}, Fragile},
	} {
		if got := c.device.Class(); got != c.want {
			t.Errorf("%s from a block of %q is %s, want %s", c.device.Kind, c.device.Heard[OUIVendor], got, c.want)
		}
	}
}
