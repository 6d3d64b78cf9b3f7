package probetest

import (
	"errors"
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

// Listener is one port and the one thing it speaks.
type Listener struct {
	Port uint16 `json:"port"`
	TLS  *TLS   `json:"tls"` // wraps whatever TCP thing is spoken

	HTTP   *HTTP   `json:"http"`
	Telnet *Telnet `json:"telnet"`
	FTP    *FTP    `json:"ftp"`
	SSH    *SSH    `json:"ssh"`
	RTSP   *RTSP   `json:"rtsp"`
	MQTT   *MQTT   `json:"mqtt"`
	Raw    *Raw    `json:"raw"`
	SNMP   *SNMP   `json:"snmp"` // the only one over UDP
}

// behaviour is what a TCP listener speaks.
type behaviour interface {
	// check reports what is wrong with the data, in the words of device.json.
	check(d *Device) error
	// serve holds one conversation. It returns when the visitor has gone, has
	// been told enough, or the connection's time is up; the caller closes.
	serve(s *session)
}

// Type check.
var (
	_ behaviour = (*HTTP)(nil)
	_ behaviour = (*Telnet)(nil)
	_ behaviour = (*FTP)(nil)
	_ behaviour = (*SSH)(nil)
	_ behaviour = (*RTSP)(nil)
	_ behaviour = (*MQTT)(nil)
	_ behaviour = (*Raw)(nil)
)

// transport is UDP for SNMP, else TCP.
func (l *Listener) transport() lan.Transport {
	if l.SNMP != nil {
		return lan.UDP
	}
	return lan.TCP
}

func (l *Listener) key() string { return portKey(l.transport(), l.Port) }

// behaviours are the TCP things that the data names; a valid listener names
// one, or only SNMP.
func (l *Listener) behaviours() (all []behaviour) {
	if l.HTTP != nil {
		all = append(all, l.HTTP)
	}
	if l.Telnet != nil {
		all = append(all, l.Telnet)
	}
	if l.FTP != nil {
		all = append(all, l.FTP)
	}
	if l.SSH != nil {
		all = append(all, l.SSH)
	}
	if l.RTSP != nil {
		all = append(all, l.RTSP)
	}
	if l.MQTT != nil {
		all = append(all, l.MQTT)
	}
	if l.Raw != nil {
		all = append(all, l.Raw)
	}
	return all
}

func (l *Listener) check(d *Device) error {
	if l.Port == 0 {
		return errors.New("port is missing")
	}
	tcp := l.behaviours()
	if l.SNMP != nil {
		if len(tcp) > 0 || l.TLS != nil {
			return errors.New("snmp shares its port with another behaviour")
		}
		return l.SNMP.check()
	}
	if len(tcp) != 1 {
		return fmt.Errorf("names %d behaviours, wants one", len(tcp))
	}
	if l.TLS != nil {
		if err := l.TLS.check(); err != nil {
			return err
		}
	}
	return tcp[0].check(d)
}
