package identify

import (
	"bytes"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(mysql{}, greets)

// mysql reads the server's first packet (MySQL client/server protocol,
// Protocol::HandshakeV10) and goes.
type mysql struct{}

// Name is "mysql".
func (mysql) Name() string { return "mysql" }

// Likely claims a first packet, be it a handshake or a refusal.
func (mysql) Likely(_ lan.Endpoint, said []byte) bool {
	_, _, ok := parseMySQL(said)
	return ok
}

// Identify reads the packet.
func (mysql) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, func(said []byte) bool {
		return len(said) >= 4 && len(said) >= 4+int(said[0])
	})
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if _, _, ok := parseMySQL(said); !ok {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return mysql{}.overhear(ep, said), nil
}

func (mysql) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "mysql")
	svc.Product, svc.Version, _ = parseMySQL(said)
	return svc
}

// parseMySQL reads the version out of a first packet. MariaDB puts "5.5.5-"
// before its own for the sake of old replicas. An error packet ("Host … is not
// allowed to connect") names the protocol and nothing more.
func parseMySQL(said []byte) (product, version string, ok bool) {
	if len(said) < 7 || said[1] != 0 || said[2] != 0 || said[3] != 0 || said[0] < 7 {
		return "", "", false
	}
	switch said[4] {
	case 0xff:
		code := int(said[5]) | int(said[6])<<8
		return "", "", code >= 1000 && code < 5000
	case 10:
		text, _, whole := bytes.Cut(said[5:min(len(said), 70)], []byte{0})
		version = string(text)
		if !whole || !startsVersion(version) {
			return "", "", false
		}
		if strings.Contains(version, "MariaDB") {
			version = strings.TrimPrefix(version, "5.5.5-")
			version, _, _ = strings.Cut(version, "-")
			return "MariaDB", version, true
		}
		return "MySQL", version, true
	}
	return "", "", false
}
