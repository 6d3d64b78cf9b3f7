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

// listenOnly are ports whose owners speak binary protocols or take a line of
// text for a login or a command: they are never sent the default question.
var listenOnly = portSet(
	21, 2121, 22, 2222, 20022, // FTP, SSH: they greet, or are somebody else
	23, 2323, 2601, 4719, 60023, 9527, // a GET would be typed in as a user name
	25, 110, 143, 465, 587, 990, 992, 993, 995, // mail and wrapped telnet
	512, 513, 514, 873, 2000, 5555, // r-services, rsync, MikroTik, ADB
	53, 853, 389, 636, 111, 135, 137, 139, 445, 548, 2049, // DNS, directories, files
	1433, 1521, 3306, 5432, 6379, 11211, 27017, 5672, 61616, // databases, queues
	3389, 5900, 5901, 5902, 1723, 3478, 5060, 5061, // desktops, tunnels, telephones
	4567, 30005, 7547, // TR-069 connection requests
	8291, 8728, 8729, // MikroTik WinBox and API
	8009, 6466, 6467, 9295, 7100, 62078, // Cast, Android TV, PlayStation, AirPlay mirror, iOS
	1935, 37778, 34599, 40317, 48101, 6667, // RTMP, cameras' own protocols
	1883, 8883, 6668, 9999, 5577, 5540, 5683, 55443, 4370, 10001, // smart home
	502, 1502, 8899, 44818, // Modbus, loggers that pass bytes on to a serial bus, EtherNet/IP
	3260, 3493, 6000, 9418, // iSCSI, NUT, X11, git
)

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
	}
	return port%1000 == 443 || connections < 2 && (port/10 == 844 || port/10 == 884 || port/10 == 944)
}

// webPorts are ports of services that wait for a request (design's port list;
// service names of IANA and of the makers' own pages).
var webPorts = portSet(
	80, 81, 82, 83, 84, 85, 88, 443, 591, 1080, 3128, 4343, 4433, 4443, 5985, 5986,
	6080, 7080, 7443, 7777, 8000, 8006, 8080, 8081, 8083, 8088, 8089, 8090, 8443,
	8888, 9000, 9080, 9090, 9091, 9443, 20443, 49154, 55442, 58000, 60001,
	5431, 49152, 49153, 52869, 37215, 2869, 1900, 49000, // UPnP
	8123, 8096, 32400, 8086, 1880, 10000, 9981, 8181, 8200, 9200, 2375, // servers
	1400, 1443, 8060, 8008, 8001, 8002, 3000, 3001, 7000, 7001, // TV and audio
	3689, 5000, 5001, 5357, 5800, 2020, 16021,
)

// patience is how long a service is given to speak first: longest where it
// usually does and may be asleep, shortest where it waits for a question. Words
// that come later are heard while the question waits for its answer.
func patience(ep lan.Endpoint) time.Duration {
	switch ep.Port {
	case 21, 2121, 22, 2222, 23, 2323, 9527, 25:
		return 2500 * time.Millisecond
	}
	if webPorts[ep.Port] {
		return 300 * time.Millisecond
	}
	for _, id := range identifiers {
		if id.rank == asks && id.Likely(ep, nil) {
			return 300 * time.Millisecond
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
