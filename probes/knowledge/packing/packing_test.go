package packing

import "testing"

func TestLines(t *testing.T) {
	type record struct {
		ID   string `json:"id"`
		Note string `json:"note,omitempty"`
	}
	text, err := Lines([]record{{"a", "<b>"}, {ID: "b"}})
	if want := "[{\"id\":\"a\",\"note\":\"<b>\"}\n,{\"id\":\"b\"}\n]\n"; err != nil || string(text) != want {
		t.Errorf("%q, %v; want %q", text, err, want)
	}
	if text, err := Lines([]record{}); err != nil || string(text) != "[]\n" {
		t.Errorf("of nothing: %q, %v", text, err)
	}
	if _, err := Lines([]any{func() {}}); err == nil {
		t.Error("a function is no record")
	}
}
