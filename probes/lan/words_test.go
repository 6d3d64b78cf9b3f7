package lan

import (
	"encoding"
	"slices"
	"strings"
	"testing"
)

// TestWords holds schema 1's words, there and back.
func TestWords(t *testing.T) {
	for _, tt := range []struct {
		words string
		make  func(i int) (encoding.TextMarshaler, encoding.TextUnmarshaler, func() bool)
	}{
		{"unknown fail likely_fail pass likely_pass not_tested not_applicable stale", func(i int) (encoding.TextMarshaler, encoding.TextUnmarshaler, func() bool) {
			var back Verdict
			return Verdict(i), &back, func() bool { return back == Verdict(i) }
		}},
		{"for_info when_you_can soon act_now", func(i int) (encoding.TextMarshaler, encoding.TextUnmarshaler, func() bool) {
			var back Severity
			return Severity(i), &back, func() bool { return back == Severity(i) }
		}},
		{"listen look ask login", func(i int) (encoding.TextMarshaler, encoding.TextUnmarshaler, func() bool) {
			var back Touch
			return Touch(i), &back, func() bool { return back == Touch(i) }
		}},
	} {
		words := strings.Fields(tt.words)
		for i, want := range words {
			value, back, same := tt.make(i)
			text, err := value.MarshalText()
			if err != nil || string(text) != want {
				t.Errorf("%T %d is %q, %v; want %q", value, i, text, err, want)
			}
			if err := back.UnmarshalText(text); err != nil || !same() {
				t.Errorf("%q does not come back: %v", text, err)
			}
		}
		for _, beyond := range []int{-1, len(words)} {
			value, _, _ := tt.make(beyond)
			if text, _ := value.MarshalText(); string(text) != words[0] {
				t.Errorf("%T %d is %q", value, beyond, text)
			}
		}
		_, back, _ := tt.make(0)
		for _, wrong := range []string{"", "Fail", "login ", "9"} {
			if err := back.UnmarshalText([]byte(wrong)); err == nil || !strings.Contains(err.Error(), words[1]) {
				t.Errorf("%q is taken: %v", wrong, err)
			}
		}
	}
}

func TestProblem(t *testing.T) {
	for v := Undecided; v <= Stale; v++ {
		if got := v.Problem(); got != (v == Fail || v == LikelyFail) {
			t.Errorf("%v: %v", v, got)
		}
	}
}

func TestKind(t *testing.T) {
	if text, _ := Kind("").MarshalText(); string(text) != "unknown" {
		t.Errorf("%q", text)
	}
	if text, _ := Kind("camera").MarshalText(); string(text) != "camera" {
		t.Errorf("%q", text)
	}
	for kind, want := range map[Kind]bool{"camera": true, "unknown": false, "": false, "toaster": false} {
		if kind.Known() != want {
			t.Errorf("%q: %v", kind, !want)
		}
	}
	sorted := slices.Sorted(slices.Values(Kinds))
	if len(slices.Compact(sorted)) != len(Kinds) {
		t.Error("a kind is there twice")
	}
}

func FuzzWords(f *testing.F) {
	for _, words := range [][]string{verdictWords, severityWords, touchWords} {
		for _, w := range words {
			f.Add(w)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v Verdict
		var s Severity
		var touch Touch
		for _, x := range []interface {
			encoding.TextUnmarshaler
			String() string
		}{&v, &s, &touch} {
			before := x.String()
			if err := x.UnmarshalText([]byte(text)); err == nil && x.String() != text || err != nil && x.String() != before {
				t.Errorf("%q became %q", text, x)
			}
		}
	})
}
