package identify

import (
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes/lan"
)

// The fakes of the protocols whose own tests have them as scripts.
var (
	_ = fakeOf("ftp", at(21), says("220-Welcome\r\n220 (vsFTPd 3.0.3)\r\n"), lan.Service{Name: "ftp", Product: "vsFTPd", Version: "3.0.3"})
	_ = fakeOf("http", at(80), replies(page), lan.Service{Name: "http", Product: "lighttpd", Version: "1.4.69"})
	_ = fakeOf("http", at(443), inTLS("", replies(page)), lan.Service{Name: "https", Product: "lighttpd", Version: "1.4.69"})
	_ = fakeOf("ipp", at(631), printer("CUPS/2.4 IPP/2.1", printerAnswer), lan.Service{Name: "ipp", Product: "CUPS", Version: "2.4"})
	_ = fakeOf("mqtt", at(1883), mqttBroker(0), lan.Service{Name: "mqtt", Heard: lan.Heard{lan.MQTTConnack: "0"}})
	_ = fakeOf("mysql", at(3306), says("\x4a\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00"+strings.Repeat("x", 60)),
		lan.Service{Name: "mysql", Product: "MariaDB", Version: "10.11.6"})
	_ = fakeOf("rdp", at(3389), remoteDesktop(credssp), lan.Service{Name: "ms-wbt-server", Heard: lan.Heard{RDPProtocol: "credssp"}})
	_ = fakeOf("rfb", at(5900), says("RFB 003.008\n"), lan.Service{Name: "rfb", Version: "3.8"})
	_ = fakeOf("rtsp", at(554), replies(rtspOptions, rtsp401), lan.Service{Name: "rtsp", Product: "Hipcam RealServer", Version: "V1.0"})
	_ = fakeOf("smtp", at(25), says("220 nas ESMTP Exim 4.96 Sun\r\n"), lan.Service{Name: "smtp", Product: "Exim", Version: "4.96"})
	_ = fakeOf("ssh", at(22), says("SSH-2.0-dropbear_2022.83\r\n"), lan.Service{Name: "ssh", Product: "dropbear", Version: "2022.83"})
	_ = fakeOf("telnet", at(23), telnetd("\r\nBCM96318 Broadband Router\r\nLogin: "), lan.Service{Name: "telnet", Heard: lan.Heard{lan.TelnetPrompt: "login"}})

	_ = fakeUDP("llmnr", udpAt(5355), host, lan.Service{Name: "llmnr", Heard: lan.Heard{lan.LLMNRName: "DESKTOP-7QK"}})
	_ = fakeUDP("netbios", udpAt(137), table, lan.Service{Name: "netbios-ns", Heard: lan.Heard{lan.NetBIOSName: "ATTIC"}})
	_ = fakeUDP("sip", udpAt(5060), telephone("200 OK", "Server: Asterisk PBX 18.9\r\n"), lan.Service{Name: "sip", Product: "Asterisk PBX", Version: "18.9"})
	_ = fakeUDP("snmp", udpAt(161), snmpd, lan.Service{Name: "snmp", Heard: lan.Heard{lan.SNMPName: "nas"}})
	_ = fakeUDP("ssdp", udpAt(1900), func([]byte) []byte {
		return []byte("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: Linux/3.10 UPnP/1.0 MiniUPnPd/2.1\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n")
	}, lan.Service{Name: "ssdp", Product: "MiniUPnPd", Version: "2.1"})
)

// host answers a reverse question by LLMNR.
func host(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response = true
	m.Answers = []dnsmessage.Resource{{
		Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName("DESKTOP-7QK.")},
	}}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}

// snmpd answers a GET.
func snmpd(question []byte) []byte {
	message, _, _ := berExpect(question, berSequence)
	_, message, _ = berExpect(message, berInteger)
	_, message, _ = berExpect(message, berOctets)
	pdu, _, ok := berExpect(message, berGet)
	id, _, _ := berExpect(pdu, berInteger)
	if !ok {
		return nil
	}
	return response(id, berEncode(berSequence, berEncode(berOID, []byte{0x2b, 6, 1, 2, 1, 1, 5, 0}), berEncode(berOctets, []byte("nas"))))
}
