package checks

import "github.com/homesweep/homesweep/probes/lan"

var _ = hold("pairing-open",
	twin{name: "HomeKit, not paired", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "1"}}, want: lan.Fail},
	twin{name: "HomeKit over Thread, not paired", device: lan.Device{Heard: lan.Heard{"mdns._hap._udp.sf": "0x01"}}, want: lan.Fail},
	twin{name: "HomeKit, not paired and with another flag", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "5"}}, want: lan.Fail},
	twin{name: "HomeKit, paired", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "0"}}, want: lan.Pass},
	twin{name: "HomeKit, paired, another flag", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "4"}}, want: lan.Pass},
	twin{name: "HomeKit says nonsense", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "one"}}, want: lan.Undecided},
	twin{name: "Matter, new", device: lan.Device{Heard: lan.Heard{"mdns._matterc._udp.CM": "1"}}, want: lan.Fail},
	twin{name: "Matter, opened by its owner", device: lan.Device{Heard: lan.Heard{"mdns._matterc._udp.CM": "2"}}, want: lan.Fail},
	twin{name: "Matter, found but closed", device: lan.Device{Heard: lan.Heard{"mdns._matterc._udp.CM": "0"}}, want: lan.Pass},
	twin{name: "open for one, closed for the other", device: lan.Device{Heard: lan.Heard{"mdns._hap._tcp.sf": "1", "mdns._matterc._udp.CM": "0"}}, want: lan.Fail},
	twin{name: "a bulb without either", device: lan.Device{Kind: "bulb"}, want: lan.NotApplicable})
