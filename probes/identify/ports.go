package identify

import (
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// NameOf is the name, by its number alone, of a port that is recorded but never
// talked to: IANA's, or the maker's whose recorders have it open (37777: Dahua
// and its brands; 34567: Xiongmai). It is "" for any other port and where the
// registry's owner is not who is found there in a home: 6053 is no X display,
// and 9101 on a printer is not Bacula.
func NameOf(transport lan.Transport, port uint16) string {
	if transport != lan.TCP {
		return ""
	}
	return untouchedNames[port]
}

var untouchedNames = map[uint16]string{515: "printer", 9100: "pdl-datastream", 37777: "dahua-dvr", 34567: "xiongmai-dvr"}

// untouched reports whether a port is recorded as open without a connection, at
// a device that has announced this of itself.
func untouched(port uint16, announced lan.Heard) bool {
	switch port {
	case 6053: // ESPHome's API: other firmware there reboots on a stray connect
		return !saysField(announced, "mdns._esphomelib.")
	case 515, // LPD prints what it is sent
		37777,      // a malformed packet crashes Amcrest cameras (CVE-2020-5735)
		34567,      // Xiongmai: the first message is a login attempt
		9530,       // Xiongmai's hidden telnet opener
		32764,      // the backdoor of old Linksys and Netgear routers
		3232, 8266: // ESP over-the-air updates break on open and close
		return true
	}
	return port >= 9100 && port <= 9116 // JetDirect prints every byte
}

// mute reports whether a port is listened to and never written to, at a device
// that has announced this of itself.
func mute(port uint16, announced lan.Heard) bool {
	switch port {
	case 9999: // HP's PJL prints from here too
		return !saysField(announced, "kasa.")
	case 7547: // TR-069: the provider's door, not ours
		return true
	}
	return false
}

// saysField reports whether a device has announced a field of that prefix.
func saysField(announced lan.Heard, prefix string) bool {
	for field := range announced {
		if strings.HasPrefix(field, prefix) {
			return true
		}
	}
	return false
}

// listenOnly are ports whose owners take a line of text for a login or a command,
// pass every byte on, or are too frail for a stray one: they are never sent the
// default question, not even when they keep silent. The servers of desktops,
// databases and files, which hang up on it, are asked when neither a greeting
// nor an answer to their own question has come: then somebody else lives there.
var listenOnly = portSet(
	21, 22, // they greet
	23, 2323, 2601, 4719, 60023, 9527, // a GET would be typed in as a user name
	25, 110, 143, 465, 587, 990, 992, 993, 995, // mail and wrapped telnet
	512, 513, 514, // r-services
	853, 636, 135, 137, // DNS, directories, files
	4567, 30005, 7547, // TR-069 connection requests
	8729,                                // MikroTik's API in TLS
	8009, 6466, 6467, 9295, 7100, 62078, // Cast, Android TV, PlayStation, AirPlay mirror, iOS
	37778, 34599, 40317, 48101, // cameras' own protocols
	8883, 6668, 9999, 5577, 5540, 5683, 55443, 4370, 10001, // smart home
	502, 1502, 8899, 44818, // Modbus, loggers that pass bytes on to a serial bus, EtherNet/IP
)

// moved reports whether port is one to which people move a service that is
// usually found at the other: beside it, or with a digit before.
func moved(port, usual uint16) bool {
	switch {
	case webPorts[port]:
		return false
	case usual < 1000:
		return port == 1000+usual || port == 10000+usual
	case port > 10000 && usual < 10000:
		port %= 10000
	}
	return port == usual || port == usual+1
}

// tlsFirst are ports where TLS is begun at once.
var tlsFirst = portSet(
	443, 4343, 4433, 4443, 7443, 8443, 9443, 20443, // web
	1443, 3001, 5001, 5986, 8002, 8006, // Sonos, LG, Synology, WinRM, Samsung, Proxmox
	465, 636, 853, 990, 992, 993, 995, // mail, directory, DNS, files, telnet in TLS
	8729, 8883, 2376, 5061, 5223, 5671, 6697, // MikroTik's API, MQTT, Docker, telephones, XMPP, AMQP, IRC
	8009, 6466, 6467, // Cast, Android TV's remote control
)

// insideTLS are the names of ports whose owners keep silent in TLS until they
// are spoken to in their own protocol (DNS-SD's names of them).
var insideTLS = map[uint16]string{8009: "googlecast", 6466: "androidtvremote2", 6467: "androidtvremote2"}

// wrapped reports whether TLS is begun at once at a port. Where there are two
// connections, a question in clear finds out as well. With one the numbers that
// people choose for TLS decide: a web server in clear answers even a handshake
// with words of its own, while one in TLS says no more to a GET than that it is.
func wrapped(port uint16, connections int) bool {
	switch {
	case tlsFirst[port]:
		return true
	case listenOnly[port] || webPorts[port]:
		return false
	case port > 10000 && tlsFirst[port%10000], port > 1000 && port < 2000 && tlsFirst[port-1000]:
		return true
	}
	return port%1000 == 443 || connections < 2 && (port/10 == 844 || port/10 == 884 || port/10 == 944)
}

// webPorts are ports of services that wait for a request (design's port list;
// service names of IANA and of the makers' own pages).
var webPorts = portSet(
	80, 81, 82, 83, 84, 85, 88, 443, 591, 1080, 3128, 4343, 4433, 4443, 5985, 5986,
	6080, 7080, 7443, 8000, 8006, 8080, 8081, 8083, 8088, 8089, 8090, 8443,
	8888, 9000, 9080, 9090, 9091, 9443, 20443, 49154, 55442, 58000, 60001,
	5431, 49152, 49153, 52869, 37215, 2869, 1900, 49000, // UPnP
	8123, 8096, 32400, 8086, 1880, 10000, 9981, 8181, 8200, 9200, 2375, // servers
	1400, 1443, 8060, 8008, 8001, 8002, 3000, 3001, 7000, 7001, // TV and audio
	3689, 5000, 5001, 5357, 5800, 2020, 16021,
)

// shortPatience is for who waits for a question.
const shortPatience = 300 * time.Millisecond

// patience is how long a service is given to speak first: longest where it
// usually does and may be asleep, shortest where it waits for a question. Words
// that come later are heard while the question waits for its answer.
func patience(ep lan.Endpoint) time.Duration {
	switch ep.Port {
	case 21, 2121, 22, 2222, 23, 2323, 9527, 25:
		return 2500 * time.Millisecond
	}
	if webPorts[ep.Port] {
		return shortPatience
	}
	for _, id := range identifiers {
		if id.rank == asks && id.Likely(ep, nil) {
			return shortPatience
		}
	}
	return 800 * time.Millisecond
}

func portSet(ports ...uint16) map[uint16]bool {
	set := make(map[uint16]bool, len(ports))
	for _, p := range ports {
		set[p] = true
	}
	return set
}
