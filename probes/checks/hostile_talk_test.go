package checks

import (
	"context"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestHostileTalk: whoever answers a check's own question with anything but an
// answer is found neither open nor closed, and holds up nobody.
func TestHostileTalk(t *testing.T) {
	services := map[string]lan.Service{
		"vnc-open": port("rfb", nil), "rsync-open": folders("films"), "smb-guest": port("microsoft-ds", nil),
		"database-open": port("mongodb", nil), "docker-open": named("Docker", nil), "proxy-open": named("squid", nil),
		"nfs-open": port("nfs", nil), "upnp-mapping": {},
		"onvif-open": port("http", nil), "setup-unfinished": leads("/setup"), "stream-open": port("http", nil),
	}
	plays := map[string]func(*talk){
		"hangs up": func(*talk) {},
		"garbage":  func(c *talk) { go io.Copy(io.Discard, c.in); c.say(strings.Repeat("\x01\xfe\x80 garbage\r\n", 64)) },
		"zeros":    func(c *talk) { go io.Copy(io.Discard, c.in); c.say(strings.Repeat("\x00", 1<<16)) },
		"huge":     func(c *talk) { go io.Copy(io.Discard, c.in); c.say(strings.Repeat("\xff", 1<<20)) },
		"silence":  func(c *talk) { _, _ = io.Copy(io.Discard, c.in) },
		"drip": func(c *talk) {
			heard := make(chan struct{})
			go func() {
				defer close(heard)
				_, _ = io.Copy(io.Discard, c.in)
			}()
			for range 100 {
				if _, err := io.WriteString(c, "x"); err != nil {
					break
				}
			}
			<-heard
		},
		"an echo": func(c *talk) { _, _ = io.Copy(c, c.in) },
	}
	for id, service := range services {
		for name, play := range plays {
			t.Run(id+"/"+name, func(t *testing.T) {
				t.Parallel()
				at := scripted(t, "", nil, play)
				p := &probes.Pass{Service: service, Reach: road{}, Knowledge: known(t)}
				p.Service.Address, p.Service.Port = at.Address, at.Port
				p.Device.Services = []lan.Service{{Heard: lan.Heard{identify.RPCMountd: portText(at.Port)}}}
				p.Device.Addresses = []netip.Addr{at.Address}
				p.Device.Kind, p.Device.Vendor = "camera", "Axis"
				p.Device.Heard = lan.Heard{lan.WSDTypes: "tdn:NetworkVideoTransmitter", lan.UPnPLocation: "http://127.0.0.1:" + portText(at.Port) + "/"}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
				defer cancel()
				got, _ := check(t, id).Run(ctx, p)
				if got != lan.Undecided {
					t.Errorf("%v\n%s", got, words(p))
				}
			})
		}
	}
}

func portText(n uint16) string { return strconv.Itoa(int(n)) }
