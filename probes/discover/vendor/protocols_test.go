package vendor

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// What devices answer, laid out as the sources named in each file have it; the
// particulars are made up.
var (
	kasaPlug = kasaCipher([]byte(`{"system":{"get_sysinfo":{"err_code":0,"sw_ver":"1.5.6 Build 191125 Rel.083657","hw_ver":"2.0","type":"IOT.SMARTPLUGSWITCH","model":"HS110(EU)","mac":"50:C7:BF:01:02:03","deviceId":"8006SECRET","hwId":"45","alias":"Coffee","dev_name":"Wi-Fi Smart Plug With Energy Monitoring","latitude":51.501364,"longitude":-0.141890,"latitude_i":515013,"longitude_i":-1418}}}`))
	kasaCam  = kasaCipher([]byte(`{"system":{"get_sysinfo":{"err_code":0,"system":{"sw_ver":"2.3.6","hw_ver":"4.0","mic_type":"IOT.IPCAMERA","model":"EC60(US)","alias":"Hall"}}}}`))
	tapoPlug = "\x02\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04" + `{"result":{"device_id":"bb5fSECRET","owner":"0a1bSECRET","device_type":"SMART.TAPOPLUG","device_model":"P110(EU)","ip":"192.168.1.40","mac":"48-22-54-01-02-03","is_support_iot_cloud":true,"obd_src":"tplink","factory_default":false,"mgt_encrypt_schm":{"is_support_https":false,"encrypt_type":"KLAP","http_port":80,"lv":2}},"error_code":0}`

	tuyaJSON = `{"ip":"192.168.1.41","gwId":"bf01234567890abcdefg","active":2,"ablilty":0,"encrypt":true,"productKey":"keym9qkuywghyrvs","version":"3.3"}`

	yeelightBulb = "HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nDate: \r\nExt: \r\nLocation: yeelight://192.168.1.42:55443\r\nServer: POSIX UPnP/1.0 YGLC/1\r\nid: 0x000000000015243f\r\nmodel: color\r\nfw_ver: 18\r\nsupport: get_prop set_power\r\npower: on\r\nname: Reading lamp\r\n"

	miioAnswer = "\x21\x31\x00\x20\x00\x00\x00\x00\x04\xd2\x00\x07\x00\x01\x51\x80"

	wizBulb = `{"method":"getSystemConfig","env":"pro","result":{"mac":"a8bb50010203","homeId":4711,"roomId":815,"moduleName":"ESP01_SHRGB1C_31","fwVersion":"1.25.0","groupId":0,"drvConf":[20,2]}}`

	mikrotikRouter = tlv("\x00\x00\x12\x34", 2, 1, "\x74\x4d\x28\x01\x02\x03", 5, "attic", 7, "7.15.3 (stable) 2024-07-24 10:39:01", 8, "MikroTik", 10, "\x10\x20\x00\x00", 11, "SECRET-MXJ3", 12, "RBD52G-5HacD2HnD", 16, "bridge/ether2")

	ubiquitiOne = func() []byte {
		b := tlv("\x01\x00\x00\x00", 1, 2, "\x24\xa4\x3c\x01\x02\x03\xc0\xa8\x01\x2b", 1, "\x24\xa4\x3c\x01\x02\x03", 3, "BZ.qca956x.v6.6.55.15189.231218.0632", 0x0b, "UpstairsAP", 0x0c, "U7PG2", 0x0d, "SECRET wifi", 0x14, "UAP-AC-Pro-Gen2")
		binary.BigEndian.PutUint16(b[2:], uint16(len(b)-4))
		return b
	}()
	ubiquitiTwo = func() []byte {
		b := tlv("\x02\x06\x00\x00", 1, 1, "\x24\xa4\x3c\x01\x02\x04", 0x15, "UCK-v2", 0x16, "1.1.10", 0x0b, "key")
		binary.BigEndian.PutUint16(b[2:], uint16(len(b)-4))
		return b
	}()

	canonFound = "BJNP\x81\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x10" + "\x00\x01\x08\x00\x06\x04\x00\x1e\x8f\x01\x02\x03\xc0\xa8\x01\x2c"
	canonID    = "BJNP\x81\x30\x00\x00\x00\x01\x00\x00\x00\x00\x00\x48" + "\x00\x48MFG:Canon;CMD:BJL,BJRaster3;SOJ:CHMP;MDL:MG5200 series;CLS:PRINTER;DES:Canon MG5200 series;VER:1.050;"

	dahuaCamera = string(dhip([]byte(`{"mac":"b4:4c:3b:01:02:03","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":1,"DeviceClass":"IPC","DeviceType":"IPC-HFW2431S-S-S2","HttpPort":80,"IPv4Address":{"DhcpEnable":true,"IPAddress":"192.168.1.45"},"Init":166,"MachineName":"SECRET2409RH","Manufacturer":"Private","Port":37777,"SerialNo":"SECRET2409RH","Vendor":"Dahua","Version":"2.800.0000000.16.R"}}}` + "\x00\n")))

	hiflyingLamp = "192.168.1.50,ACCF23010203,HF-LPB100-ZJ200"

	// As recorded of a camera, without what is its own.
	xiongmaiCamera = func() string {
		body := `{"NetWork.NetCommon":{"BuildDate":"2020-11-24 16:47:14","ChannelNum":1,"DeviceType":24,"GateWay":"0x0100A8C0","HostIP":"0x6700A8C0","HostName":"camera_0203","HttpPort":80,"MAC":"00:12:31:01:02:03","MonMode":"TCP","NetConnectState":0,"OtherFunction":"D=2026-01-26 09:39:00 V=d7c59c8b475d964","SN":"SECRET","SSLPort":8443,"Submask":"0x00FFFFFF","TCPMaxConn":10,"TCPPort":34567,"UDPPort":34568,"UseHSDownLoad":false,"Version":"V5.00.R02.00030747.10010.349f17.0000000"},"Ret":100,"SessionID":"0x00000000"}` + "\n\x00"
		b := binary.LittleEndian.AppendUint32([]byte("\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xfb\x05"), uint32(len(body)))
		return string(b) + body
	}()

	hikvisionCamera = `<?xml version="1.0" encoding="UTF-8"?><ProbeMatch><Uuid>e8ecfe09</Uuid><Types>inquiry</Types><DeviceType>141945</DeviceType><DeviceDescription>DS-2CD2385G1-I</DeviceDescription><DeviceSN>DS-2CD2385G1-I20200414SECRET</DeviceSN><CommandPort>8000</CommandPort><HttpPort>81</HttpPort><MAC>58-50-ed-01-02-03</MAC><IPv4Address>192.168.1.46</IPv4Address><SoftwareVersion>V5.6.2build 190701</SoftwareVersion><DSPVersion>V7.3 build 190626</DSPVersion><Activated>false</Activated></ProbeMatch>`
)

// tlv is a head followed by fields: numbers and texts by turns.
func tlv(head string, size int, fields ...any) []byte {
	b := []byte(head)
	for i := 0; i < len(fields); i += 2 {
		if size == 2 {
			b = append(b, 0)
		}
		value := fields[i+1].(string)
		b = append(b, byte(fields[i].(int)), byte(len(value)>>8), byte(len(value)))
		b = append(b, value...)
	}
	return b
}

// tuyaFrame is a frame of version 3.1 to 3.4 with that body.
func tuyaFrame(body []byte, code bool) []byte {
	if code {
		body = append(make([]byte, 4), body...)
	}
	b := append(slices.Clone(tuyaPrefix), 0, 0, 0, 1, 0, 0, 0, 0x13)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)+tuyaTail))
	return append(append(b, body...), 1, 2, 3, 4, 0, 0, 0xaa, 0x55)
}

func tuyaECB(text string) []byte {
	block, _ := aes.NewCipher(tuyaKey[:])
	n := aes.BlockSize - len(text)%aes.BlockSize
	b := append([]byte(text), bytes.Repeat([]byte{byte(n)}, n)...)
	for i := 0; i < len(b); i += aes.BlockSize {
		block.Encrypt(b[i:], b[i:])
	}
	return b
}

// tuyaGCM is a frame of version 3.5.
func tuyaGCM(text string) []byte {
	block, _ := aes.NewCipher(tuyaKey[:])
	gcm, _ := cipher.NewGCM(block)
	nonce := []byte("0123456789ab")
	b := append(slices.Clone(tuyaPrefixGCM), 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x13)
	b = binary.BigEndian.AppendUint32(b, uint32(len(nonce)+len(text)+gcm.Overhead()))
	sealed := gcm.Seal(nil, nonce, []byte(text), b[4:])
	return append(append(append(b, nonce...), sealed...), 0, 0, 0x99, 0x66)
}

// lifxState is a bulb's message with that payload.
func lifxState(kind uint16, payload ...byte) []byte {
	b := append(lifxMessage(kind, []byte("\xd0\x73\xd5\x01\x02\x03\x00\x00")), payload...)
	binary.LittleEndian.PutUint16(b, uint16(len(b)))
	return b
}

// heardAs is a sighting in one line: fields in order, then names and endpoints.
func heardAs(s lan.Sighting) string {
	var all []string
	for key, value := range s.Heard {
		all = append(all, key+"="+value)
	}
	slices.Sort(all)
	for _, n := range s.Names {
		all = append(all, "name="+n)
	}
	for _, ep := range s.Endpoints {
		all = append(all, fmt.Sprintf("%s/%d", ep.Transport, ep.Port))
	}
	return strings.Join(all, "; ")
}

// question is what the protocol of that name sends first.
func question(t testing.TB, vendor string) []byte {
	for _, v := range Vendors() {
		if v.Name == vendor {
			return v.Questions()[0]
		}
	}
	t.Fatalf("no vendor %s", vendor)
	return nil
}

func TestHear(t *testing.T) {
	tuya := "tuya.gwId=bf01234567890abcdefg; tuya.productKey=keym9qkuywghyrvs; tuya.version=3.3"
	for _, tt := range []struct {
		what string
		hear func([]byte) (lan.Sighting, bool)
		b    []byte
		want string // empty: not this protocol's device
	}{
		{"a plug", hearKasa, kasaPlug, "kasa.alias=Coffee; kasa.dev_name=Wi-Fi Smart Plug With Energy Monitoring; kasa.hw_ver=2.0; kasa.mac=50:c7:bf:01:02:03; kasa.model=HS110(EU); kasa.sw_ver=1.5.6 Build 191125 Rel.083657; kasa.type=IOT.SMARTPLUGSWITCH; name=Coffee"},
		{"a camera", hearKasa, kasaCam, "kasa.alias=Hall; kasa.hw_ver=4.0; kasa.mic_type=IOT.IPCAMERA; kasa.model=EC60(US); kasa.sw_ver=2.3.6; name=Hall"},
		{"a question", hearKasa, question(t, "kasa"), ""},
		{"plain", hearKasa, []byte(`{"system":{"get_sysinfo":{"model":"x"}}}`), ""},

		{"a plug", hearTapo, []byte(tapoPlug), "tapo.device_model=P110(EU); tapo.device_type=SMART.TAPOPLUG; tapo.encrypt_type=KLAP; tapo.factory_default=false; tapo.mac=48:22:54:01:02:03"},
		{"another version", hearTapo, []byte("\x01" + tapoPlug[1:]), ""},
		{"a question", hearTapo, question(t, "tapo"), ""},
		{"another result", hearTapo, []byte(tapoPlug[:16] + `{"result":[1]}`), ""},

		{"plain", hearTuya, tuyaFrame([]byte(tuyaJSON), true), tuya},
		{"plain without a code", hearTuya, tuyaFrame([]byte(tuyaJSON), false), tuya},
		{"in blocks", hearTuya, tuyaFrame(tuyaECB(tuyaJSON), true), tuya},
		{"in blocks without a code", hearTuya, tuyaFrame(tuyaECB(tuyaJSON), false), tuya},
		{"in blocks without a frame", hearTuya, tuyaECB(tuyaJSON), tuya},
		{"sealed", hearTuya, tuyaGCM(tuyaJSON), tuya},
		{"sealed with a code", hearTuya, tuyaGCM("\x00\x00\x00\x00" + tuyaJSON), tuya},
		{"an app", hearTuya, tuyaGCM(`{"from":"app","ip":"192.168.1.9","gwId":"x"}`), ""},
		{"a broken seal", hearTuya, append(tuyaGCM(tuyaJSON)[:60], tuyaGCM(tuyaJSON)[61:]...), ""},
		{"cut short", hearTuya, tuyaFrame([]byte(tuyaJSON), true)[:50], ""},

		{"a bulb", hearYeelight, []byte(yeelightBulb), "yeelight.fw_ver=18; yeelight.model=color; name=Reading lamp; tcp/55443"},
		{"an announcement", hearYeelight, []byte(strings.Replace(yeelightBulb, "HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1", 1)), "yeelight.fw_ver=18; yeelight.model=color; name=Reading lamp; tcp/55443"},
		{"a question", hearYeelight, question(t, "yeelight"), ""},
		{"another's", hearYeelight, []byte("HTTP/1.1 200 OK\r\nLocation: http://192.168.1.1/\r\nmodel: x\r\n"), ""},

		{"its service", hearLIFX, lifxState(3, 1, 0x7c, 0xdd, 0, 0), "lifx.mac=d0:73:d5:01:02:03"},
		{"its version", hearLIFX, lifxState(33, 1, 0, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0), "lifx.mac=d0:73:d5:01:02:03; lifx.product_id=27; lifx.vendor_id=1"},
		{"its firmware", hearLIFX, lifxState(15, append(binary.LittleEndian.AppendUint64(nil, 1532997580e9), 0, 0, 0, 0, 0, 0, 0, 0, 77, 0, 2, 0)...), "lifx.build=2018-07-31T00:39:40Z; lifx.firmware=2.77; lifx.mac=d0:73:d5:01:02:03"},
		{"a wrong length", hearLIFX, append(lifxState(3, 1, 0x7c, 0xdd, 0), 0), ""},
		{"a question", hearLIFX, question(t, "lifx"), ""},
		{"a question to it", hearLIFX, lifxState(32), ""},
		{"cut short", hearLIFX, lifxState(33, 1, 0, 0, 0)[:38], ""},

		{"set up", hearMiIO, []byte(miioAnswer + strings.Repeat("\xff", 16)), "miio.did=80871431; miio.token=withheld"},
		{"set up, older", hearMiIO, []byte(miioAnswer + strings.Repeat("\x00", 16)), "miio.did=80871431; miio.token=withheld"},
		{"not set up", hearMiIO, []byte(miioAnswer + "SECRETtoken12345"), "miio.did=80871431; miio.token=given"},
		{"a question", hearMiIO, question(t, "miio"), ""},
		{"cut short", hearMiIO, []byte(miioAnswer), ""},

		{"a bulb", hearWiZ, []byte(wizBulb), "wiz.fwVersion=1.25.0; wiz.mac=a8:bb:50:01:02:03; wiz.moduleName=ESP01_SHRGB1C_31"},
		{"switched on", hearWiZ, []byte(`{"method":"firstBeat","env":"pro","params":{"mac":"a8bb50010203","homeId":1,"fwVersion":"1.16.64"}}`), "wiz.fwVersion=1.16.64; wiz.mac=a8:bb:50:01:02:03"},
		{"another answer", hearWiZ, []byte(strings.Replace(wizBulb, "getSystemConfig", "getPilot", 1)), ""},
		{"a question", hearWiZ, question(t, "wiz"), ""},
		{"a refusal", hearWiZ, []byte(`{"method":"getSystemConfig","error":{"code":-32601}}`), ""},

		{"version 1", hearUbiquiti, ubiquitiOne, "ubiquiti.build=BZ.qca956x.v6.6.55.15189.231218.0632; ubiquiti.hostname=UpstairsAP; ubiquiti.mac=24:a4:3c:01:02:03; ubiquiti.model=UAP-AC-Pro-Gen2; ubiquiti.platform=U7PG2; name=UpstairsAP"},
		{"version 2", hearUbiquiti, ubiquitiTwo, "ubiquiti.fwversion=1.1.10; ubiquiti.hostname=key; ubiquiti.mac=24:a4:3c:01:02:04; ubiquiti.model=UCK-v2; name=key"},
		{"a wrong length", hearUbiquiti, append([]byte{ubiquitiOne[0], 0, 0, 9}, ubiquitiOne[4:]...), ""},
		{"a question", hearUbiquiti, question(t, "ubiquiti"), ""},
		{"cut short", hearUbiquiti, ubiquitiOne[:30], ""},

		{"a router", hearMikroTik, mikrotikRouter, "mikrotik.board=RBD52G-5HacD2HnD; mikrotik.identity=attic; mikrotik.mac=74:4d:28:01:02:03; mikrotik.platform=MikroTik; mikrotik.version=7.15.3 (stable) 2024-07-24 10:39:01; name=attic"},
		{"a question", hearMikroTik, make([]byte, 4), ""},
		{"cut short", hearMikroTik, mikrotikRouter[:40], ""},

		{"found", hearCanon, []byte(canonFound), "canon.mac=00:1e:8f:01:02:03"},
		{"its identity", hearCanon, []byte(strings.Replace(canonID, "\x00\x48", fmt.Sprintf("\x00%c", len(canonID)-16), 1)), "canon.DES=Canon MG5200 series; canon.MDL=MG5200 series; canon.MFG=Canon; canon.VER=1.050"},
		{"a computer's", hearCanon, []byte(strings.Replace(canonFound, "\x81", "\x01", 1)), ""},
		{"a question", hearCanon, question(t, "canon"), ""},
		{"cut short", hearCanon, []byte(canonFound[:20]), ""},

		{"a camera", hearDahua, []byte(dahuaCamera), "dahua.DeviceClass=IPC; dahua.DeviceType=IPC-HFW2431S-S-S2; dahua.Vendor=Dahua; dahua.Version=2.800.0000000.16.R; dahua.initialized=yes; dahua.mac=b4:4c:3b:01:02:03"},
		{"not set up", hearDahua, []byte(strings.Replace(dahuaCamera, "166", "165", 1)), "dahua.DeviceClass=IPC; dahua.DeviceType=IPC-HFW2431S-S-S2; dahua.Vendor=Dahua; dahua.Version=2.800.0000000.16.R; dahua.initialized=no; dahua.mac=b4:4c:3b:01:02:03"},
		{"not set up, as read off the wire", hearDahua, dhip([]byte(`{"method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceType":"IPC-B54IR-Z4E-S3","Init":3733}}}`)), "dahua.DeviceType=IPC-B54IR-Z4E-S3; dahua.initialized=no"},
		{"a question", hearDahua, question(t, "dahua"), ""},

		{"a module", hearHiFlying, []byte(hiflyingLamp), "hiflying.mac=ac:cf:23:01:02:03; hiflying.model=HF-LPB100-ZJ200"},
		{"a module without a name", hearHiFlying, []byte("192.168.1.50,ACCF23010203,"), "hiflying.mac=ac:cf:23:01:02:03"},
		{"another module's question", hearHiFlying, []byte("HF-A11ASSISTHREAD"), ""},
		{"no address", hearHiFlying, []byte("a,ACCF23010203,HF-LPB100"), ""},
		{"no hardware address", hearHiFlying, []byte("192.168.1.50,ACCF,HF-LPB100"), ""},
		{"its command mode", hearHiFlying, []byte("+ok"), ""},

		{"a camera", hearXiongmai, []byte(xiongmaiCamera), "xiongmai.BuildDate=2020-11-24 16:47:14; xiongmai.DeviceType=24; xiongmai.Version=V5.00.R02.00030747.10010.349f17.0000000; xiongmai.mac=00:12:31:01:02:03"},
		{"a question", hearXiongmai, dvripSearch, ""},
		{"a wrong length", hearXiongmai, []byte(xiongmaiCamera + "x"), ""},
		{"cut short", hearXiongmai, []byte(xiongmaiCamera[:60]), ""},
		{"another answer", hearXiongmai, []byte(strings.Replace(xiongmaiCamera, "\xfb", "\xe9", 1)), ""},

		{"a camera", hearHikvision, []byte(hikvisionCamera), "hikvision.Activated=false; hikvision.DSPVersion=V7.3 build 190626; hikvision.DeviceDescription=DS-2CD2385G1-I; hikvision.SoftwareVersion=V5.6.2build 190701; hikvision.mac=58:50:ed:01:02:03; tcp/81"},
		{"a question", hearHikvision, question(t, "hikvision"), ""},
		{"with a DTD", hearHikvision, []byte("<!DOCTYPE a>" + hikvisionCamera), ""},
		{"deeper", hearHikvision, []byte("<ProbeMatch><a><DeviceDescription>DS</DeviceDescription></a></ProbeMatch>"), ""},

		{"nothing", hearKasa, nil, ""}, {"nothing", hearTapo, nil, ""}, {"nothing", hearTuya, nil, ""}, {"nothing", hearYeelight, nil, ""},
		{"nothing", hearLIFX, nil, ""}, {"nothing", hearMiIO, nil, ""}, {"nothing", hearWiZ, nil, ""}, {"nothing", hearUbiquiti, nil, ""},
		{"nothing", hearMikroTik, nil, ""}, {"nothing", hearCanon, nil, ""}, {"nothing", hearDahua, nil, ""}, {"nothing", hearHikvision, nil, ""},
	} {
		s, ok := tt.hear(tt.b)
		if got := heardAs(s); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s, %.40q:\n got %s\nwant %s", tt.what, tt.b, got, tt.want)
		}
		for key, value := range s.Heard {
			if strings.Contains(value, "SECRET") || strings.Contains(value, "51.5") || strings.Contains(value, "4711") {
				t.Errorf("%s is kept: %s", key, value)
			}
		}
	}
}

// TestOneDevicesWordsAreNoOthers: no protocol takes another's answer for its
// own, and none its own question for an answer.
func TestOneDevicesWordsAreNoOthers(t *testing.T) {
	answers := map[string][]byte{
		"kasa": kasaPlug, "tapo": []byte(tapoPlug), "tuya": tuyaGCM(tuyaJSON), "yeelight": []byte(yeelightBulb),
		"lifx": lifxState(3, 1, 0, 0, 0, 0), "miio": []byte(miioAnswer + strings.Repeat("\xff", 16)), "wiz": []byte(wizBulb),
		"ubiquiti": ubiquitiOne, "mikrotik": mikrotikRouter, "canon": []byte(canonFound), "dahua": []byte(dahuaCamera),
		"hikvision": []byte(hikvisionCamera), "hiflying": []byte(hiflyingLamp), "xiongmai": []byte(xiongmaiCamera),
	}
	for _, v := range Vendors() {
		if answers[v.Name] == nil {
			t.Errorf("no answer of %s here", v.Name)
		}
		for name, b := range answers {
			if _, ok := v.Hear(b); ok != (v.Name == name) {
				t.Errorf("%s takes an answer of %s: %v", v.Name, name, ok)
			}
		}
		questions := [][]byte{v.Alone}
		if v.Questions != nil {
			questions = append(questions, v.Questions()...)
		}
		for _, q := range questions {
			if s, ok := v.Hear(q); ok {
				t.Errorf("%s takes its own question for %+v", v.Name, s)
			}
		}
	}
}

func TestQuestions(t *testing.T) {
	for vendor, want := range map[string]string{
		"kasa":  "\xd0\xf2\x81\xf8\x8b\xff\x9a\xf7\xd5\xef\x94\xb6\xd1\xb4\xc0\x9f\xec\x95\xe6\x8f\xe1\x87\xe8\xca\xf0\x8b\xf6\x8b\xf6",
		"lifx":  "\x24\x00\x00\x34hwsp" + strings.Repeat("\x00", 15) + "\x01" + strings.Repeat("\x00", 8) + "\x02\x00\x00\x00",
		"miio":  "\x21\x31\x00\x20" + strings.Repeat("\xff", 28),
		"canon": "BJNP\x01\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00",
		"dahua": "\x20\x00\x00\x00DHIP" + strings.Repeat("\x00", 8) + "\x3b\x00\x00\x00\x00\x00\x00\x00\x3b\x00\x00\x00\x00\x00\x00\x00" + `{"method":"DHDiscover.search","params":{"mac":"","uni":1}}` + "\n",
	} {
		if got := string(question(t, vendor)); got != want {
			t.Errorf("%s asks %q, want %q", vendor, got, want)
		}
	}
	if a, b := sadpInquiry()[0], sadpInquiry()[0]; bytes.Equal(a, b) || !bytes.Contains(a, []byte("<Types>inquiry</Types></Probe>")) {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestFollow(t *testing.T) {
	next := followLIFX(lifxState(3, 1, 0, 0, 0, 0))
	if len(next) != 2 || next[0][32] != lifxGetVersion || next[1][32] != lifxGetHostFirmware || string(next[0][8:14]) != "\xd0\x73\xd5\x01\x02\x03" || next[0][3] != 0x14 {
		t.Errorf("%x", next)
	}
	if next := followLIFX(lifxState(33)); next != nil {
		t.Errorf("%x", next)
	}
	if next := followCanon([]byte(canonFound)); len(next) != 1 || next[0][5] != bjnpIdentity {
		t.Errorf("%x", next)
	}
	if next := followCanon([]byte(canonID)); next != nil {
		t.Errorf("%x", next)
	}
}
