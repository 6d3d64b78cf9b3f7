package logins

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
)

// kinds of records, each as goodRecord with other words.
var (
	goodForm = strings.NewReplacer(`{"type":"basic","path":"/"}`, `{"type":"form","path":"/status","fields":{"user":"u","pass":"p"},"logout":"POST /bye"}`,
		`{"status":200},"lockout":{"max":5,"window":"30m"}`, `{"status":200,"inside":"uptime"},"refused":"wrong","lockout":{"says":"wait"}`,
		`"success":[{"status":200}],"failure":[{"status":401}]`, `"success":[{"status":200,"body":"uptime 3"}],"failure":[{"status":200,"body":"wrong!"}]`).Replace(goodRecord)
	goodJSON = strings.NewReplacer(`"type":"form","path":"/status","fields":{"user":"u","pass":"p"}`,
		`"type":"json","path":"/api","login":"/login","fields":{"user":"a.u","pass":"a.p"},"body":{"n":1,"b":true},"token":"t","header":"X-T: *"`).Replace(goodForm)
	goodSSH = strings.NewReplacer(`"protocol":"http","match":{"http.realm":"^Acme$"}`, `"protocol":"ssh","match":{"ssh.banner":"^Acme$"}`,
		`{"type":"basic","path":"/"}`, `{"type":"ssh"}`, `http.realm`, `ssh.banner`, `"success":{"status":200}`, `"success":{"status":52}`,
		`"success":[{"status":200}],"failure":[{"status":401}]`, `"success":[{"status":52}],"failure":[{"status":51}]`).Replace(goodRecord)
)

func loadOne(record string) error {
	_, err := LoadFS(fstest.MapFS{"data/a.json": {Data: []byte("[" + record + "]")}})
	return err
}

func TestEachWayToLogIn(t *testing.T) {
	family := strings.Replace(goodRecord, `"type":"basic","path":"/"`, `"type":"acme-rpc"`, 1)
	for name, record := range map[string]string{"basic": goodRecord, "form": goodForm, "json": goodJSON, "a family": family} {
		if err := loadOne(record); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range [][4]string{
		{goodForm, `"path":"/status",`, ``, "path"},
		{goodForm, `"path":"/status"`, `"path":"/a b"`, "no path"},
		{goodForm, `"inside":"uptime"`, `"inside":""`, "logged-in visitor"},
		{goodForm, `"inside":"uptime"`, `"inside":"wrong|uptime"`, "passes for a success"},
		{goodForm, `"inside":"uptime"`, `"inside":"users"`, "does not pass for one"},
		{goodForm, `"refused":"wrong"`, `"refused":"uptime"`, "does not pass for one"},
		{goodForm, `"refused":"wrong"`, `"refused":"never said"`, "what refused looks for"},
		{goodForm, `"refused":"wrong"`, `"refused":"("`, "refused"},
		{goodForm, `"says":"wait"`, `"says":"("`, "says"},
		{goodForm, `"POST /bye"`, `"DELETE /bye"`, "path"},
		{goodForm, `"fields":{"user":"u","pass":"p"}`, `"fields":{"user":"u"},"action":"/x"`, "password's field"},
		{goodForm, `"fields":{"user":"u","pass":"p"}`, `"body":{"a":"b"}`, "action"},
		{goodForm, `"fields":{"user":"u","pass":"p"}`, `"fields":{"pass":"p"},"action":"/x","body":{"a":1}`, "not a text"},
		{goodForm, `"fields":{"user":"u","pass":"p"}`, `"token":"x"`, "does not know"},
		{goodForm, `"success":[{"status":200,"body":"uptime 3"}]`, `"success":[]`, "success and one of failure"},
		{goodForm, `"failure":[{"status":200,"body":"wrong!"}]`, `"failure":[]`, "success and one of failure"},
		{goodJSON, `"login":"/login",`, ``, "login"},
		{goodJSON, `"header":"X-T: *"`, `"header":"X-T: *\r\nY: *"`, "header"},
		{goodJSON, `"token":"t",`, ``, "header"},
		{goodJSON, `"b":true`, `"b":{"c":1}`, "not a text"},
		{goodJSON, `"b":true`, `"a.p":"x"`, "fields' place"},
		{goodRecord, `"type":"basic"`, `"type":"basic","login":"/x"`, "does not know"},
		{goodRecord, `"type":"basic"`, `"type":"telnet"`, "auth type"},
		{goodRecord, `"http.realm":"^Acme$"`, `"oui.vendor":"Acme","http.realm":"A"`, "registry"},
		{goodRecord, `"http.realm":"^Acme$"`, `"mqtt.connack":"5"`, "family"},
		{goodRecord, `"protocol":"http"`, `"protocol":"gopher"`, "gopher"},
	} {
		if !strings.Contains(c[0], c[1]) {
			t.Fatalf("%s is not in %s", c[1], c[0])
		}
		if err := loadOne(strings.Replace(c[0], c[1], c[2], 1)); err == nil || !strings.Contains(err.Error(), c[3]) {
			t.Errorf("%s → %s: error %v", c[1], c[2], err)
		}
	}
}

// TestFormIsGivenOut: what the record says of the form reaches who sends it.
func TestFormIsGivenOut(t *testing.T) {
	s, err := LoadFS(fstest.MapFS{"data/a.json": {Data: []byte("[" + goodJSON + "]")}})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Documented(lan.Device{}, web(lan.Heard{lan.HTTPRealm: "Acme", lan.HTTPStatus: "200"}))
	if len(got) != 1 {
		t.Fatalf("%v", ids(got))
	}
	f := got[0].Form
	if f.Login != "/login" || f.User != "a.u" || f.Pass != "a.p" || f.Token != "t" || f.Header != "X-T: *" || f.Body["n"] != 1.0 || f.Body["b"] != true {
		t.Errorf("%+v", f)
	}
	if !got[0].Refused.MatchString("wrong") || !got[0].Lockout.Says.MatchString("wait") || got[0].Logout != "POST /bye" {
		t.Errorf("%+v", got[0])
	}
}

// TestEachProtocolHasServices: a service of each protocol opens its gates, and
// none of another.
func TestEachProtocolHasServices(t *testing.T) {
	names := map[string]string{
		"http": "http", "https": "http", "telnet": "telnet", "ftp": "ftp", "ssh": "ssh", "rtsp": "rtsp", "mqtt": "mqtt", "secure-mqtt": "mqtt",
		"redis": "redis", "snmp": "snmp", "smtp": "", "": "",
	}
	for name, want := range names {
		if got := protocolOf(lan.Service{Name: name}); got != want || Speaks(lan.Service{Name: name}) != (want != "") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if err := loadOne(goodSSH); err != nil {
		t.Error(err)
	}
}
