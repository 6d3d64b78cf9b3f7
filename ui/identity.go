package ui

import (
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// identity cuts in, the owner's word that two things are one device ("merge") or
// are not ("split"), to what may be kept, or says what is wrong with it. dev is
// the device it is about. The later word on two things undoes the earlier one.
func identity(in *lan.Decision, devices []lan.Device, dev lan.Device, earlier []lan.Decision) (complaint string) {
	in.Value, in.Check = usual(in.Value), ""
	i := slices.IndexFunc(devices, func(d lan.Device) bool { return d.ID == in.Value })
	said := slices.ContainsFunc(earlier, func(d lan.Decision) bool { return undoes(*in, d) })
	switch {
	case in.Value == "" || in.Value == in.Device:
		return "This needs two different things."
	case said:
		return ""
	case i >= 0 && (dev.Self || devices[i].Self):
		return "The machine that homesweep runs on is known for certain."
	case i >= 0:
		return ""
	case in.What == "merge":
		return "The other device is not on the list."
	case !has(dev, in.Value):
		return "This address does not belong to the device."
	case dev.Self:
		return "The machine that homesweep runs on is known for certain."
	case !spares(dev, in.Value):
		return "Without this address nothing would be left of the device."
	}
	return ""
}

// undoes reports whether a and b are opposite words on the same two.
func undoes(a, b lan.Decision) bool {
	opposite := a.What == "merge" && b.What == "split" || a.What == "split" && b.What == "merge"
	return opposite && (a.Device == b.Device && a.Value == b.Value || a.Device == b.Value && a.Value == b.Device)
}

// usual is a hardware address or an address as devices list it; other text is
// left as it is.
func usual(value string) string {
	if mac, err := lan.ParseMAC(value); err == nil {
		return mac.String()
	}
	if a, err := netip.ParseAddr(value); err == nil {
		return a.WithZone("").Unmap().String()
	}
	return value
}

// has reports whether dev has an address, a hardware address or an identity.
func has(dev lan.Device, value string) bool {
	return slices.ContainsFunc(dev.MACs, func(m lan.MAC) bool { return m.String() == value }) ||
		slices.ContainsFunc(dev.Addresses, func(a netip.Addr) bool { return a.String() == value }) ||
		slices.ContainsFunc(dev.Identity, func(f lan.Fact) bool {
			mark := f.Field == lan.FieldMAC || f.Field == lan.FieldAddress || f.Field == lan.FieldIdentity
			return mark && f.Value == value
		})
}

// spares reports whether dev remains a device without value.
func spares(dev lan.Device, value string) bool {
	only := func(n int, first func() string) bool { return n == 1 && first() == value }
	return !only(len(dev.MACs), func() string { return dev.MACs[0].String() }) &&
		!only(len(dev.Addresses), func() string { return dev.Addresses[0].String() })
}
