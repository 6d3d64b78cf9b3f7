package lab

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// Age is what can be told of a device's firmware.
type Age string

// The three answers.
const (
	Old        Age = "vulnerable"
	Mended     Age = "fixed"
	CannotTell Age = "cannot tell"
)

// AgeOf is the answer that a verdict gives.
func AgeOf(v lan.Verdict) Age {
	switch {
	case v.Problem():
		return Old
	case v == lan.Pass || v == lan.LikelyPass:
		return Mended
	}
	return CannotTell
}

// Planted is a device whose firmware we chose. It describes itself by UPnP, or
// is one of testdata/devices with other words in its mouth.
type Planted struct {
	Why                               string // what is special about it
	Vendor, Model, Hardware, Firmware string // as it says itself; an empty one it does not say
	Like                              string // the folder of a device to alter
	Alter                             []string
	Want                              Age
}

// name is unlike any other's among the first 65,536.
func (p Planted) name(n int) string { return fmt.Sprintf("planted-%d", n) }

// mac is the n-th device's. Its maker's block is nobody's, so that all that is
// known of it is its own word.
func (p Planted) mac(n int) string { return fmt.Sprintf("02:70:6c:00:%02x:%02x", n>>8, n&0xff) }

// Device is p as the n-th device of its house; devices is the folder of
// testdata/devices.
func (p Planted) Device(n int, devices fs.FS) (*probetest.Device, error) {
	dir := fstest.MapFS{}
	if p.Like == "" {
		dir["device.json"] = &fstest.MapFile{Data: []byte(p.definition(n))}
		dir["root.xml"] = &fstest.MapFile{Data: []byte(p.description(n))}
		return probetest.Load(dir)
	}
	files, err := fs.Glob(devices, p.Like+"/*")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := fs.ReadFile(devices, file)
		if err != nil {
			return nil, err
		}
		dir[path.Base(file)] = &fstest.MapFile{Data: []byte(strings.NewReplacer(p.Alter...).Replace(string(text)))}
	}
	d, err := probetest.Load(dir)
	if err == nil {
		err = d.MAC.UnmarshalText([]byte(p.mac(n)))
	}
	return d, err
}

func (p Planted) definition(n int) string {
	return fmt.Sprintf(`{"name": %q, "mac": %q, "truth": {"kind": "unknown"}, "open": [{"transport": "tcp", "port": 1900}],
		"problems": [], "no_problems": [], "source": "built from the UPnP Device Architecture 1.1; planted",
		"listeners": [{"port": 1900, "http": {"server": "UPnP/1.1", "routes": [{"path": "/root.xml", "file": "root.xml"}]}}],
		"ssdp": {"server": "UPnP/1.1", "uuid": "00000000-0000-4000-8000-%012d", "location": "http://{addr}:1900/root.xml", "targets": []}}`,
		p.name(n), p.mac(n), n)
}

func (p Planted) description(n int) string {
	var said strings.Builder
	for _, field := range [][2]string{
		{"manufacturer", p.Vendor}, {"modelName", p.Model}, {"hardwareVersion", p.Hardware}, {"softwareVersion", p.Firmware},
	} {
		if field[1] != "" {
			fmt.Fprintf(&said, "<%s>%s</%[1]s>", field[0], strings.ReplaceAll(field[1], "&", "&amp;"))
		}
	}
	return fmt.Sprintf(`<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
		<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType>%s
		<UDN>uuid:00000000-0000-4000-8000-%012d</UDN></device></root>`, said.String(), n)
}
