package probes

import (
	"net/url"
	"testing"
)

func TestRequestTarget(t *testing.T) {
	for in, want := range map[string]string{
		"http://10.0.0.1":                    "/",
		"http://10.0.0.1/a b?c=d e HTTP/1.0": "/a%20b?c=d%20e%20HTTP/1.0",
		"http://10.0.0.1:80/?q=%20#part":     "/?q=%20",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := RequestTarget(u); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
