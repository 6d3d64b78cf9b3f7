package identify

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes/lan"
)

// The fakes of protocols with one question, laid out as the sources named in
// each protocol's file have it; the particulars are made up.
var (
	_ = fakeUDP("domain/udp", udpAt(53), nameServer, lan.Service{
		Name: "domain", Product: "dnsmasq", Version: "2.90", Heard: lan.Heard{DNSVersion: "dnsmasq-2.90", DNSRecursion: "available"},
	})
	_ = fakeOf("domain", at(53), replying(domainTCP.ask, framed(nameServer([]byte(versionTCP)))), lan.Service{
		Name: "domain", Product: "dnsmasq", Version: "2.90", Heard: lan.Heard{DNSVersion: "dnsmasq-2.90", DNSRecursion: "available"},
	})
	_ = fakeOf("stun", at(3478), replying(stunTCP.ask, string(stunServer([]byte(bindingTCP)))), lan.Service{Name: "stun", Product: "Coturn", Version: "4.6.1"})
	_ = fakeUDP("tftp/udp", udpAt(69), tftpServer, lan.Service{Name: "tftp", Heard: lan.Heard{TFTPError: "File not found"}})
	_ = fakeUDP("ntp/udp", udpAt(123), clock, lan.Service{
		Name: "ntp", Heard: lan.Heard{NTPVersion: "4", NTPStratum: "2", NTPReference: "192.168.1.1"},
	})
	_ = fakeUDP("isakmp/udp", udpAt(500), gateway, lan.Service{Name: "isakmp", Heard: lan.Heard{IKEVersion: "2.0", IKENotify: "14"}})
	_ = fakeUDP("asf-rmcp/udp", udpAt(623), controller, lan.Service{Name: "asf-rmcp", Heard: lan.Heard{RMCPIPMI: "supported", RMCPMaker: "674"}})
	_ = fakeUDP("ms-sql-m/udp", udpAt(1434), sqlBrowser, lan.Service{
		Name: "ms-sql-m", Product: "Microsoft SQL Server", Version: "15.0.2000.5", Heard: lan.Heard{SQLInstance: "SQLEXPRESS"},
	})
	_ = fakeUDP("stun/udp", udpAt(3478), stunServer, lan.Service{Name: "stun", Product: "Coturn", Version: "4.6.1"})
	_ = fakeUDP("efcp/udp", udpAt(3671), knxGateway, lan.Service{Name: "efcp", Heard: lan.Heard{KNXName: "Gästehaus", KNXMAC: "00:24:6d:01:02:03"}})
	_ = fakeUDP("ws-discovery/udp", udpAt(3702), windows, lan.Service{
		Name: "ws-discovery", Heard: lan.Heard{lan.WSDTypes: "Device Computer", lan.WSDXAddrs: "http://192.168.1.20:5357/x"},
	})
	_ = fakeUDP("nat-pmp/udp", udpAt(5351), says1("\x00\x80\x00\x00\x00\x01\x51\x80\xc6\x33\x64\x07"), lan.Service{
		Name: "nat-pmp", Heard: lan.Heard{NATPMPVersion: "0", NATPMPResult: "0"},
	})
	_ = fakeUDP("mdns/udp", udpAt(5353), responder, lan.Service{Name: "mdns", Heard: lan.Heard{lan.MDNSTypes: "_hap._tcp _http._tcp"}})
	_ = fakeUDP("coap/udp", udpAt(5683), coapServer, lan.Service{
		Name: "coap", Heard: lan.Heard{CoAPCode: "2.05", CoAPCore: `</15011>;ct=0,</cit/d>;title="device"`},
	})
	_ = fakeUDP("bacnet/udp", udpAt(47808), bacnetDevices, lan.Service{Name: "bacnet", Heard: lan.Heard{
		"bacnet.object-name": "SimpleServer", "bacnet.vendor-name": "BACnet Stack at SourceForge", "bacnet.firmware-revision": "0.8.2",
	}})

	_ = fakeUDP("kasa/udp", udpAt(9999), says1(kasaPlug), lan.Service{
		Name: "kasa", Heard: lan.Heard{"kasa.model": "HS110(EU)", "kasa.sw_ver": "1.5.6 Build 191125 Rel.083657"},
	})
	_ = fakeUDP("tapo/udp", udpAt(20002), says1("\x02\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04"+
		`{"result":{"device_type":"SMART.TAPOPLUG","device_model":"P110(EU)"},"error_code":0}`),
		lan.Service{Name: "tapo", Heard: lan.Heard{"tapo.device_model": "P110(EU)"}})
	_ = fakeUDP("wiz/udp", udpAt(38899), says1(`{"method":"getSystemConfig","result":{"mac":"a8bb50010203","homeId":4711,"moduleName":"ESP01_SHRGB1C_31","fwVersion":"1.25.0"}}`),
		lan.Service{Name: "wiz", Heard: lan.Heard{"wiz.fwVersion": "1.25.0"}})
	_ = fakeUDP("miio/udp", udpAt(54321), says1("\x21\x31\x00\x20\x00\x00\x00\x00\x04\xd2\x00\x07\x00\x01\x51\x80"+strings.Repeat("\xff", 16)),
		lan.Service{Name: "miio", Heard: lan.Heard{"miio.token": "withheld"}})
	_ = fakeUDP("lifx/udp", udpAt(56700), bulb, lan.Service{Name: "lifx", Heard: lan.Heard{"lifx.mac": "d0:73:d5:01:02:03"}})
	_ = fakeUDP("ubiquiti/udp", udpAt(10001), says1("\x01\x00\x00\x08\x0c\x00\x05U7PG2"), lan.Service{
		Name: "ubiquiti", Heard: lan.Heard{"ubiquiti.platform": "U7PG2"},
	})
	_ = fakeUDP("canon-bjnp1/udp", udpAt(8611), says1("BJNP\x81\x30\x00\x00\x00\x01\x00\x00\x00\x00\x00\x21\x00\x21MFG:Canon;MDL:MG5200;VER:1.050;"), lan.Service{
		Name: "canon-bjnp1", Heard: lan.Heard{"canon.MDL": "MG5200", "canon.VER": "1.050"},
	})
	_ = fakeUDP("dahua/udp", udpAt(37810), camera, lan.Service{Name: "dahua", Heard: lan.Heard{"dahua.DeviceType": "IPC-HFW2431S"}})
	_ = fakeUDP("xiongmai/udp", udpAt(34569), recorderXM, lan.Service{
		Name: "xiongmai", Heard: lan.Heard{"xiongmai.Version": "V5.00.R02.00030747", "xiongmai.mac": "00:12:31:01:02:03"},
	})
	_ = fakeUDP("hf-a11/udp", udpAt(48899), says1("192.168.1.20,ACCF23010203,HF-LPB100"), lan.Service{
		Name: "hf-a11", Heard: lan.Heard{"hiflying.model": "HF-LPB100", "hiflying.mac": "ac:cf:23:01:02:03"},
	})
)

// says1 answers every question with the same words.
func says1(words string) func([]byte) []byte { return func([]byte) []byte { return []byte(words) } }

// dnsAnswer is the answer to the question with that body, of the flags and the
// number of records.
func dnsAnswer(question []byte, flags uint16, records byte, body ...byte) []byte {
	if len(question) < 12 {
		return nil
	}
	b := bytes.Clone(question)
	binary.BigEndian.PutUint16(b[2:], flags)
	b[7] = records
	return append(b, body...)
}

// nameServer answers as dnsmasq does.
func nameServer(question []byte) []byte {
	return dnsAnswer(question, 0x8480, 1, []byte("\xc0\x0c\x00\x10\x00\x03\x00\x00\x00\x00\x00\x0d\x0cdnsmasq-2.90")...)
}

func tftpServer(question []byte) []byte {
	if !bytes.HasPrefix(question, []byte("\x00\x01homesweep-")) || !bytes.HasSuffix(question, []byte("\x00octet\x00")) {
		return nil
	}
	return []byte("\x00\x05\x00\x01File not found\x00")
}

func clock(question []byte) []byte {
	if len(question) != 48 || question[0] != 0x23 {
		return nil
	}
	b := make([]byte, 48)
	copy(b, "\x24\x02\x06\xe8\x00\x00\x01\x00\x00\x00\x02\x00\xc0\xa8\x01\x01\xe9\x00\x00\x00\x00\x00\x00\x00")
	copy(b[24:], question[40:])
	copy(b[32:], "\xe9\x00\x00\x01\x00\x00\x00\x00\xe9\x00\x00\x01\x00\x00\x00\x00")
	return b
}

// ikeAnswer has the question's SPI, and words behind the fixed header.
func ikeAnswer(question []byte, head, words string) []byte {
	if len(question) < 28 || int(binary.BigEndian.Uint32(question[24:])) != len(question) {
		return nil
	}
	b := make([]byte, 28, 64)
	copy(b, question[:8])
	copy(b[16:], head)
	b = append(b, words...)
	binary.BigEndian.PutUint32(b[24:], uint32(len(b)))
	return b
}

// gateway refuses the proposal as strongSwan does.
func gateway(question []byte) []byte {
	return ikeAnswer(question, "\x29\x20\x22\x20", "\x00\x00\x00\x08\x00\x00\x00\x0e")
}

func controller(question []byte) []byte {
	if len(question) != 12 {
		return nil
	}
	b := []byte("\x06\x00\xff\x06\x00\x00\x11\xbe\x40\x00\x00\x10\x00\x00\x02\xa2\x00\x00\x00\x00\x81\x00\x00\x00\x00\x00\x00\x00")
	b[9] = question[9]
	return b
}

func sqlBrowser([]byte) []byte {
	const words = "ServerName;ATTIC;InstanceName;SQLEXPRESS;IsClustered;No;Version;15.0.2000.5;tcp;49770;;"
	return append([]byte{5, byte(len(words)), 0}, words...)
}

func stunServer(question []byte) []byte {
	if len(question) != 20 {
		return nil
	}
	b := append([]byte("\x01\x01\x00\x20"), question[4:]...)
	b = append(b, "\x00\x20\x00\x08\x00\x01\x11\x2b\xe1\xba\xa5\x44"...)
	return append(b, "\x80\x22\x00\x0eCoturn-4.6.1'A\x00\x00"...)
}

func knxGateway([]byte) []byte {
	b := []byte("\x06\x10\x02\x04\x00\x46" + "\x36\x01\x02\x00\xff\x0f\x00\x00\x00\xc5\x01\x02\x03\x04\xe0\x00\x17\x0c\x00\x24\x6d\x01\x02\x03G\xe4stehaus")
	b = append(b, make([]byte, 60-len(b))...)
	return append(b, "\x0a\x02\x02\x01\x03\x01\x04\x01\x05\x01"...)
}

// windows answers a Probe as WSDAPI does.
func windows(question []byte) []byte { return windowsAt(question, "192.168.1.20") }

func windowsAt(question []byte, host string) []byte {
	_, id, _ := strings.Cut(string(question), "<wsa:MessageID>")
	id, _, _ = strings.Cut(id, "<")
	return []byte(`<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header><wsa:RelatesTo>` + id +
		`</wsa:RelatesTo></soap:Header><soap:Body><wsd:ProbeMatches><wsd:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:0a1b2c3d-0000-4000-8000-000000000001</wsa:Address>` +
		`</wsa:EndpointReference><wsd:Types>wsdp:Device pub:Computer</wsd:Types><wsd:XAddrs>http://` + host + `:5357/x</wsd:XAddrs></wsd:ProbeMatch></wsd:ProbeMatches></soap:Body></soap:Envelope>`)
}

// responder lists two types, as avahi does to one that asks from any port.
func responder(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Authoritative = true, true
	for _, t := range []string{"_hap._tcp.local.", "_http._tcp.local."} {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: 10},
			Body:   &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(t)},
		})
	}
	b, _ := m.Pack()
	return b
}

func coapServer(question []byte) []byte {
	if len(question) < 8 {
		return nil
	}
	b := slices.Concat([]byte("\x64\x45"), question[2:8], []byte("\xc1\x28\xff"))
	return append(b, `</15011>;ct=0,</cit/d>;title="device"`...)
}

// bacnetDevices answers as the BACnet stack at SourceForge does; it knows no
// model.
func bacnetDevices(question []byte) []byte {
	if len(question) < 9 {
		return nil
	}
	b := []byte("\x81\x0a\x00\x00\x01\x00\x30\x00\x0e\x0c\x02\x03\xf7\xa1\x1e" +
		"\x29\x4d\x4e\x75\x0d\x00SimpleServer\x4f" +
		"\x29\x79\x4e\x75\x1c\x00BACnet Stack at SourceForge\x4f" +
		"\x29\x46\x5e\x91\x02\x91\x20\x5f" +
		"\x29\x2c\x4e\x75\x06\x000.8.2\x4f\x1f")
	b[3], b[7] = byte(len(b)), question[8]
	return b
}

var kasaPlug = func() string {
	plain := []byte(`{"system":{"get_sysinfo":{"sw_ver":"1.5.6 Build 191125 Rel.083657","model":"HS110(EU)","latitude":51.501364,"longitude":-0.141890}}}`)
	key := byte(171)
	for i, c := range plain {
		key ^= c
		plain[i] = key
	}
	return string(plain)
}()

func bulb(question []byte) []byte {
	if len(question) != 36 {
		return nil
	}
	b := append(bytes.Clone(question), "\x01\x7c\xdd\x00\x00"...)
	b[0], b[3], b[32] = byte(len(b)), 0x14, 3
	copy(b[8:], "\xd0\x73\xd5\x01\x02\x03")
	return b
}

func camera(question []byte) []byte {
	if len(question) < 32 {
		return nil
	}
	body := `{"mac":"b4:4c:3b:01:02:03","method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceType":"IPC-HFW2431S","SerialNo":"SECRET"}}}`
	b := append(bytes.Clone(question[:32]), body...)
	b[16], b[24] = byte(len(body)), byte(len(body))
	return b
}

// recorderXM answers as a camera did whose words were recorded on the wire.
func recorderXM([]byte) []byte {
	body := `{"NetWork.NetCommon":{"BuildDate":"2020-11-24 16:47:14","DeviceType":24,"HostIP":"0x6700A8C0","HostName":"camera_0203","HttpPort":80,"MAC":"00:12:31:01:02:03","SN":"SECRET","TCPPort":34567,"Version":"V5.00.R02.00030747"},"Ret":100,"SessionID":"0x00000000"}` + "\x0a\x00"
	b := make([]byte, 20, 20+len(body))
	b[0], b[14], b[15] = 0xff, 0xfb, 0x05
	binary.LittleEndian.PutUint16(b[16:], uint16(len(body)))
	return append(b, body...)
}

// framed is a DNS message over TCP.
func framed(message []byte) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(message)))) + string(message)
}

func TestParseOverTCP(t *testing.T) {
	dns, stun := framed(nameServer([]byte(versionTCP))), string(stunServer([]byte(bindingTCP)))
	readings(t, parseDNSTCP, dns, "dnsmasq 2.90 dns.recursion=available dns.version=dnsmasq-2.90",
		domainTCP.ask, "no", "\x00\x02hs", "no", "HTTP/1.1 400", "short", "", "short")
	readings(t, parseSTUNTCP, stun, "Coturn 4.6.1 stun.software=Coturn-4.6.1'A", stunTCP.ask, "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseDNSTCP(f *testing.F) {
	fuzzAnswer(f, parseDNSTCP, framed(nameServer([]byte(versionTCP))), domainTCP.ask)
}

func FuzzParseSTUNTCP(f *testing.F) {
	fuzzAnswer(f, parseSTUNTCP, string(stunServer([]byte(bindingTCP))), stunTCP.ask)
}
