package ports

import (
	"fmt"
	"slices"
)

// fragile is the list for fragile devices: what a household's device is most
// likely to serve, and where trouble is most likely found.
var fragile = []uint16{
	80, 443, 8080, 554, 22, 23, 21, 1883, 8883, 6668, 9999, 55443, 8008,
	8060, 1400, 7000, 631, 445, 139, 5000, 8443, 8081, 5357, 62078, 502,
}

// home is the list for all others, by group, likely groups first. Names and
// meaning are of the IANA service name registry and the vendors' pages; the
// print ports (515, 9100-9107) are asked like any other because a handshake
// prints nothing: only bytes do.
var home = [][]uint16{
	fragile,
	{ // web administration
		81, 82, 83, 84, 85, 88, 591, 1080, 3128, 4343, 4433, 4443, 5985, 6080, 7080, 7443, 7777,
		8000, 8006, 8083, 8088, 8089, 8090, 8888, 9000, 9080, 9090, 9091, 9443, 20443,
		49154, 55442, 58000, 60001,
	},
	{ // shells and file transfer
		2222, 20022, 2323, 2601, 4719, 60023, 2121, 512, 513, 514, 873, 2000, 5555, 32764,
	},
	{ // cameras and recorders
		8554, 10554, 5543, 37777, 37778, 34567, 34599, 9527, 9530, 8899, 1935, 2020, 40317, 48101,
		6667, 5800, 5900, 5901,
	},
	{ // UPnP and gateways
		5431, 49152, 49153, 52869, 37215, 2869, 1900, 7547, 30005, 4567,
	},
	{ // hubs and servers
		8123, 8291, 8728, 8729, 8096, 32400, 8086, 1880, 10000, 9981, 8181, 8200,
	},
	{ // television and audio
		1443, 8009, 8001, 8002, 3000, 3001, 7001, 7100, 6466, 6467, 9295,
	},
	{ // smart home
		5577, 5540, 5683, 4370, 16021, 10001, 1502,
	},
	{ // files, print, phones
		548, 111, 2049, 3689, 515, 9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107, 5001,
	},
	{ // what should not be there
		3306, 5432, 6379, 9200, 27017, 11211, 2375, 3389, 161, 3478, 9229, 9222, 5005,
	},
}

// likeliest are those of home by which most devices are known, or in the worst
// trouble.
var likeliest = []uint16{
	81, 88, 8000, 8088, 8888, 9000, 9443, // web administration
	2323, 5555, 32764, // shells
	8554, 37777, 34567, 9527, 9530, 8899, 2020, 5900, // cameras and recorders
	49152, 49153, 52869, 37215, 7547, // UPnP and gateways
	8123, 8291, 8096, 32400, // hubs and servers
	8009, 8001, 3000, 3001, 6466, // television and audio
	5577, 16021, // smart home
	548, 111, 2049, 515, 9100, 5001, // files, print
	3306, 6379, 9200, 27017, 2375, 3389, // what should not be there
}

// First is the list for the first look at a device that has just come, the half of
// Home that tells the most: at a careful device's pace it takes three seconds.
func First() []uint16 { return slices.Concat(fragile, likeliest) }

// Home is the list of TCP ports asked of a sturdy or careful device, likely
// ones first. The untouched ports are not on it.
func Home() []uint16 { return slices.Concat(home...) }

// Short is the list for fragile devices.
func Short() []uint16 { return slices.Clone(fragile) }

// untouched are the microcontrollers' update and interface ports, which are on
// no list: touching them has rebooted devices
// (https://github.com/esphome/esphome/issues/13269,
// https://github.com/esphome/issues/issues/5242).
var untouched = []uint16{3232, 6053, 8266}

// Wide is the list of about a thousand ports: Home's first, then whatever else
// is likely to be served somewhere in a home.
func Wide() []uint16 { return beyondHome(wide) }

// All is the list of every port but the untouched ones, Home's first. It takes
// its time: three quarters of an hour of a careful device.
func All() []uint16 { return beyondHome([]uint16{1, 1<<16 - 1}) }

// beyondHome is Home and those of the ranges that are not on it.
func beyondHome(ranges []uint16) []uint16 {
	var seen portSet
	list := Home()
	for _, p := range slices.Concat(list, untouched) {
		seen.add(p)
	}
	for i := 0; i < len(ranges); i += 2 {
		for p := int(ranges[i]); p <= int(ranges[i+1]); p++ {
			if !seen.has(uint16(p)) {
				list = append(list, uint16(p))
				seen.add(uint16(p))
			}
		}
	}
	return list
}

// likely are the ports of the wide list, as a set.
func likely() *portSet {
	var set portSet
	for _, p := range Wide() {
		set.add(p)
	}
	return &set
}

// portSet is a set of ports, a bit for each.
type portSet [1 << 13]byte

func (s *portSet) add(p uint16)      { s[p>>3] |= 1 << (p & 7) }
func (s *portSet) has(p uint16) bool { return s[p>>3]&(1<<(p&7)) != 0 }

// List is which ports are asked of devices that are not fragile. The zero List
// is HomeList.
type List int

// The lists.
const (
	HomeList List = iota // about 150 ports
	WideList             // about a thousand
	AllList              // 65,532
)

var lists = []string{"home", "wide", "all"}

// Ports is Home, Wide or All, as a slice of the caller's own.
func (l List) Ports() []uint16 { return [...]func() []uint16{Home, Wide, All}[l]() }

// String is the list's word: "home", "wide" or "all".
func (l List) String() string { return lists[l] }

// MarshalText is String.
func (l List) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the word of a list.
func (l *List) UnmarshalText(text []byte) error {
	i := slices.Index(lists, string(text))
	if i < 0 {
		return fmt.Errorf("%q is no list of ports: choose home, wide or all", text)
	}
	*l = List(i)
	return nil
}
