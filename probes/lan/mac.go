package lan

import (
	"fmt"
	"net"
)

// MAC is a 48-bit hardware address; the zero MAC means "not known".
type MAC [6]byte

// ParseMAC reads the usual forms ("00:11:22:33:44:55", "0011.2233.4455").
func ParseMAC(s string) (MAC, error) {
	hw, err := net.ParseMAC(s)
	if err != nil {
		return MAC{}, fmt.Errorf("%q is not a hardware address such as 00:11:22:33:44:55", s)
	}
	m, ok := MACFrom(hw)
	if !ok {
		return MAC{}, fmt.Errorf("%q has %d bytes, a hardware address of a home device has 6", s, len(hw))
	}
	return m, nil
}

// MACFrom copies hw; ok is false unless it has six bytes.
func MACFrom(hw []byte) (m MAC, ok bool) {
	if len(hw) != len(m) {
		return m, false
	}
	copy(m[:], hw)
	return m, true
}

// String is "00:11:22:33:44:55", empty for the zero MAC.
func (m MAC) String() string {
	if m.IsZero() {
		return ""
	}
	return net.HardwareAddr(m[:]).String()
}

// MarshalText is String.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is ParseMAC; empty text is the zero MAC.
func (m *MAC) UnmarshalText(text []byte) (err error) {
	*m = MAC{}
	if len(text) > 0 {
		*m, err = ParseMAC(string(text))
	}
	return err
}

// IsZero reports whether the address is not known.
func (m MAC) IsZero() bool { return m == MAC{} }

// IsGroup reports whether m names a group of stations (multicast, broadcast)
// and so never a device (IEEE 802, I/G bit).
func (m MAC) IsGroup() bool { return m[0]&1 != 0 }

// IsLocal reports whether m was made up on the device (IEEE 802, U/L bit): a
// private or virtual address, from which no vendor can be read.
func (m MAC) IsLocal() bool { return m[0]&2 != 0 }
