// Package logins knows the factory logins that makers document, and which of
// them may be tried on a device.
//
// Rule zero: a pair ships only with a named public source that says it for the
// model family: the maker's own manual or support page (grade A), or another
// public source that names the model (grade B). A record whose source somebody
// has read is Verified; only such a record is ever given out by Documented. The
// others are listed by All, so that a plan can show them, and are never tried.
// Hidden maintenance accounts and passwords derived from a serial number or a
// hardware address are not in the data at all.
//
// The records are data/*.json, the generic pairs data/common/*.json. The program
// carries both packed, without their examples: run "go generate
// ./probes/knowledge" after a change.
//
// A record belongs to a device only if its gate matches what the device said of
// itself; an address registry's guess at the maker opens no gate.
package logins

import (
	"cmp"
	_ "embed" // the packed records
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed records.json.gz
var zipped []byte

//go:embed common.json.gz
var zippedCommon []byte

// Set is the loaded records. It is safe for concurrent use and never changes.
type Set struct {
	entries []*entry // sorted by ID
	generic []*generic
}

// Load is the records that the program carries. It fails only if they are
// damaged.
func Load() (*Set, error) {
	var records []meta
	var common []*generic
	if err := errors.Join(json.Unmarshal(Packed(), &records), json.Unmarshal(PackedCommon(), &common)); err != nil {
		return nil, fmt.Errorf("logins: the packed records are damaged: %w", err)
	}
	return ready(records, common), nil
}

// LoadFS is the records of data/*.json and data/common/*.json in fsys, checked.
// An error names the file and the record.
func LoadFS(fsys fs.FS) (*Set, error) {
	records, common, err := read(fsys)
	if err != nil {
		return nil, err
	}
	return ready(records, common), nil
}

// All are the documented records, tried or not, sorted by ID, as written:
// Auth may be "auto", and no pair is left out for a firmware.
func (s *Set) All() []Record {
	all := make([]Record, 0, len(s.entries))
	for _, e := range s.entries {
		all = append(all, e.record())
	}
	return all
}

// Documented are the verified records whose gate matches service svc of device
// d and that speak its protocol, the maker's own word (grade A) first. Pairs
// that d's firmware is known to have outgrown are left out, and so are all
// records for the families on which a login is never tried (Spared).
func (s *Set) Documented(d lan.Device, svc lan.Service) []Record {
	protocol := protocolOf(svc)
	if protocol == "" || Spared(d, svc) {
		return nil
	}
	said := hearing{device: d, service: svc}
	var records []Record
	for _, e := range s.entries {
		if !e.Verified || e.Gate.Protocol != protocol || !e.matches(said) {
			continue
		}
		r := e.record()
		r.Auth = resolve(r.Auth, svc.Heard[lan.HTTPAuth])
		r.Pairs = current(r.Pairs, d.Firmware)
		if r.Auth != "" && len(r.Pairs) > 0 {
			records = append(records, r)
		}
	}
	lan.Sort(records, func(a, b Record) int { return cmp.Compare(a.Grade, b.Grade) })
	return records
}

// Common are the few generic pairs for svc's protocol and d's kind, at most two
// an account. They rest on no source for the model, so they are given out only
// when the owner asked for them, and only where the service asks for a login (or
// is a web page that may do so by a form, which who sends it finds out) and the
// device said something of itself.
func (s *Set) Common(d lan.Device, svc lan.Service) []Record {
	protocol := protocolOf(svc)
	if protocol == "" || Spared(d, svc) || !asksForLogin(svc) || silent(d, svc) {
		return nil
	}
	kind := d.Kind
	if !kind.Known() {
		kind = lan.Unknown
	}
	var records []Record
	for _, g := range s.generic {
		if g.Protocol != protocol || !slices.Contains(g.Kinds, string(kind)) {
			continue
		}
		r := g.record()
		if r.Auth = resolve(r.Auth, svc.Heard[lan.HTTPAuth]); r.Auth != "" {
			records = append(records, r)
		}
	}
	return records
}

// Speaks reports whether svc speaks a protocol for which there are records at
// all.
func Speaks(svc lan.Service) bool { return protocolOf(svc) != "" }

// protocolOf is the gate's word for svc's protocol, empty when no login of ours
// speaks it.
func protocolOf(svc lan.Service) string {
	switch svc.Name {
	case "http", "https", "http-alt", "https-alt":
		return "http"
	case "telnet", "telnets":
		return "telnet"
	case "ftp", "ftps":
		return "ftp"
	case "rtsp", "rtsps":
		return "rtsp"
	case "mqtt", "secure-mqtt":
		return "mqtt"
	case "ssh", "redis", "snmp":
		return svc.Name
	}
	return ""
}

// resolve picks the scheme to answer with. heard is what the front page asked
// for, empty when it asked for nothing; a record that does not know its scheme
// is then left alone, and so is one that knows another.
func resolve(auth, heard string) string {
	switch {
	case auth == "auto" && (heard == "basic" || heard == "digest"):
		return heard
	case auth == "auto":
		return ""
	case (auth == "basic" || auth == "digest" || auth == "form") && heard != "" && heard != auth:
		return ""
	}
	return auth
}

// asksForLogin reports whether svc showed that it wants a name and password.
func asksForLogin(svc lan.Service) bool {
	switch protocolOf(svc) {
	case "http": // a form is looked for by who would send it
		return svc.Heard[lan.HTTPAuth] != "" || svc.Heard[lan.HTTPStatus] != ""
	case "telnet":
		return svc.Heard[lan.TelnetPrompt] == "login"
	case "ftp":
		return svc.Heard[lan.FTPBanner] != ""
	case "ssh":
		return svc.Heard[lan.SSHBanner] != ""
	case "rtsp":
		return svc.Heard[lan.RTSPAuth] != ""
	case "mqtt":
		return svc.Heard[lan.MQTTConnack] == "4" || svc.Heard[lan.MQTTConnack] == "5"
	}
	return false
}

// compiled is a pattern, which the loader has seen to compile; nil for none.
func compiled(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	return regexp.MustCompile(pattern)
}
