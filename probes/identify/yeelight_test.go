package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("yeelight", at(55443), replying(yeelight.ask, "{\"id\":1,\"result\":[\"on\"]}\r\n"), lan.Service{Name: "yeelight"})

func TestParseYeelight(t *testing.T) {
	readings(t, parseYeelight,
		"{\"id\":1, \"result\":[\"on\"]}\r\n", "", "{\"id\":1, \"error\":{\"code\":-1, \"message\":\"method not supported\"}}\r\n", "",
		"{\"method\":\"props\",\"params\":{\"power\":\"on\"}}\r\n", "",
		"{\"id\":2,\"result\":[\"on\"]}\r\n", "no", "{\"id\":1,\"result\":[\r\n", "no", yeelight.ask, "no", "{}\r\n", "no",
		"HTTP/1.1 400", "no", "{\"id\":1", "short", "", "short")
}

func FuzzParseYeelight(f *testing.F) {
	fuzzAnswer(f, parseYeelight, "{\"id\":1,\"result\":[\"on\"]}\r\n", yeelight.ask)
}
