package rtnl

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// attribute is one with its padding.
func attribute(kind uint16, value ...byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(attributeHeader+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func TestAttributes(t *testing.T) {
	short := binary.NativeEndian.AppendUint16(nil, 513)
	long := binary.NativeEndian.AppendUint32(nil, 1<<30+1)
	a := AttributesOf(slices.Concat(
		attribute(1, 9), attribute(2, short...), attribute(3, long...), attribute(4, []byte("br-lan\x00tail")...),
		attribute(5|unix.NLA_F_NESTED, attribute(60, 8)...), attribute(6)))
	for want := uint16(1); a.Next(); want++ {
		if a.Kind() != want {
			t.Fatalf("attribute %d instead of %d", a.Kind(), want)
		}
		ok := true
		switch want {
		case 1:
			ok = a.Uint8() == 9
		case 2:
			ok = a.Uint16() == 513
		case 3:
			ok = a.Uint32() == 1<<30+1
		case 4:
			ok = a.Text() == "br-lan"
		case 5:
			ok = false
			a.Nested(func(in *Attributes) { ok = in.Next() && in.Kind() == 60 && in.Uint8() == 8 && !in.Next() })
		case 6:
			ok = len(a.Bytes()) == 0
		}
		if !ok {
			t.Errorf("attribute %d: %x", want, a.Bytes())
		}
	}
	if a.Err() != nil {
		t.Error(a.Err())
	}
}

func TestTornAttributes(t *testing.T) {
	for name, b := range map[string][]byte{
		"no whole header": {4, 0, 1},
		"length 0":        {0, 0, 0, 0},
		"length 3":        binary.NativeEndian.AppendUint32(nil, 3|3<<16),
		"too long":        attribute(1, 1)[:4],
		"wrong size":      attribute(1, 1, 2),
		"nested":          attribute(2, 1, 2),
	} {
		a := AttributesOf(b)
		for a.Next() {
			if a.Kind() == 2 {
				a.Nested(func(in *Attributes) { in.Next() })
			} else if n := a.Uint8(); n != 0 {
				t.Errorf("%s: %d", name, n)
			}
		}
		if !errors.Is(a.Err(), errTorn) {
			t.Errorf("%s: %v", name, a.Err())
		}
	}
}

func FuzzAttributes(f *testing.F) {
	f.Add(attribute(1, 1, 2, 3, 4))
	f.Add(attribute(2, attribute(1, 0)...))
	f.Add([]byte{0xff, 0xff, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		size := 0
		for a := AttributesOf(b); a.Next(); size += attributeHeader + len(a.Bytes()) {
			_, _, _, _ = a.Uint8(), a.Uint16(), a.Uint32(), a.Text()
			a.Nested(func(in *Attributes) {
				for in.Next() {
					_ = in.Text()
				}
			})
		}
		if size > len(b) {
			t.Fatalf("attributes of %d bytes out of %d", size, len(b))
		}
	})
}
