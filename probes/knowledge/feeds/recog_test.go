package feeds

import (
	"maps"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
)

// acmePrints has, besides good ones, one of each sort that cannot be taken over.
const acmePrints = `<?xml version="1.0" encoding="UTF-8"?>
<fingerprints matches="http_header.server" protocol="http">
 <fingerprint pattern="^acmecam/([\d.]+) \((\w+)\)$" flags="REG_ICASE">
  <description>A camera</description>
  <example hw.version="1.2" hw.product="C1">AcmeCam/1.2 (C1)</example>
  <example _encoding="base64">QWNtZUNhbS8zLjQgKEMyKQ==</example>
  <example _filename="elsewhere.txt"/>
  <param pos="0" name="hw.vendor" value="Reolink"/>
  <param pos="0" name="hw.device" value="IP Camera"/>
  <param pos="2" name="hw.product"/>
  <param pos="1" name="hw.version"/>
 </fingerprint>
 <fingerprint pattern="^Only a service$"><description>service</description><example>Only a service</example>
  <param pos="0" name="service.product" value="httpd"/></fingerprint>
 <fingerprint pattern="^(?!x)Ahead$"><description>look-ahead</description><example>Ahead</example>
  <param pos="0" name="hw.vendor" value="Netgear"/></fingerprint>
 <fingerprint pattern="^Fails$"><description>fails</description><example>Something else</example>
  <param pos="0" name="hw.vendor" value="Netgear"/></fingerprint>
 <fingerprint pattern="^Wrong (a|ab)"><description>finds less</description><example hw.product="ab">Wrong ab</example>
  <param pos="0" name="hw.vendor" value="Netgear"/><param pos="1" name="hw.product"/></fingerprint>
 <fingerprint pattern="^Mute$"><description>no example</description><param pos="0" name="hw.vendor" value="Netgear"/></fingerprint>
 <fingerprint pattern="^Router (\S+)$"><description>own system</description><example os.version="7.1">Router 7.1</example>
  <param pos="0" name="hw.vendor" value="MikroTik"/><param pos="0" name="os.vendor" value="MikroTik"/>
  <param pos="1" name="os.version"/><param pos="0" name="hw.cpe23" value="cpe:/h:{hw.vendor}"/></fingerprint>
</fingerprints>`

var acmeSource = Source{Name: "acme", URL: "https://example.org/acme.xml"}

func TestRecog(t *testing.T) {
	l, err := Recog([]byte(acmePrints), acmeSource)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Fingerprints) != 2 {
		t.Fatalf("%d records, want 2: %+v", len(l.Fingerprints), l.Fingerprints)
	}
	camera, router := l.Fingerprints[0], l.Fingerprints[1]
	want := map[string]string{"vendor": "Reolink", "model": "C2", "kind": "camera", "firmware": "3.4"}
	if camera.ID != "acme-http-header-server-1" || len(camera.Examples.Match) != 2 || !maps.Equal(camera.Examples.Match[1].Expect, want) {
		t.Errorf("camera: %+v", camera)
	}
	if router.Firmware != "${http.server.1}" || router.Vendor != "MikroTik" || router.Examples.NotMatch[0]["http.server"] == "Router 7.1" {
		t.Errorf("router: %+v", router)
	}
	left := strings.Join(l.Left, "\n")
	for _, why := range []string{"service: it says nothing of a device", "look-ahead: RE2 cannot take the pattern", "fails: it fails its own example",
		"finds less: it finds \"a\" in its own example", "no example: it has no example"} {
		if !strings.Contains(left, why) {
			t.Errorf("%q is not among\n%s", why, left)
		}
	}
	if _, err := fingerprints.Pack(l.Fingerprints); err != nil {
		t.Errorf("the records cannot be packed: %v", err)
	}
}

func TestRecogRefuses(t *testing.T) {
	for _, text := range []string{
		"", "<a>", "<fingerprints/>", `<fingerprints matches="tls.jarm"><fingerprint pattern="x"/></fingerprints>`,
		`<!DOCTYPE x [<!ENTITY a "aaaa">]><fingerprints matches="ftp.banner"><fingerprint pattern="&a;"/></fingerprints>`,
	} {
		if _, err := Recog([]byte(text), acmeSource); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func FuzzRecog(f *testing.F) {
	f.Add([]byte(acmePrints))
	f.Add([]byte(`<fingerprints matches="ftp.banner"><fingerprint pattern="^$"><example/><param pos="9" name="hw.vendor"/></fingerprint></fingerprints>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Recog(data, acmeSource)
		if err != nil {
			return
		}
		for _, r := range l.Fingerprints {
			if len(r.Examples.Match) == 0 || len(r.Examples.NotMatch) == 0 || r.ID == "" {
				t.Errorf("record %+v has no examples", r)
			}
		}
	})
}
