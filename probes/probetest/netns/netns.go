// Package netns gives a package's tests a network of their own: the test binary
// runs itself again inside a fresh network namespace, and each test joins
// further namespaces to it by virtual cables, as the devices of a small home.
//
// It is for tests only and needs no privilege where the kernel lets ordinary
// users make namespaces; where it does not, Enter skips.
package netns

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/homesweep/homesweep/probes/probetest/space"
)

// denied is why there is no namespace here, nil if there is one.
var denied error

// Main runs the package's tests within a namespace of their own and exits. Call
// it from TestMain. Where namespaces are not permitted, the tests run as they
// are, and those that call Enter are skipped.
func Main(m *testing.M) {
	if space.Inside() {
		denied = space.Settle()
		os.Exit(m.Run())
	}
	code, err := space.Run(space.Command(context.Background(), os.Args[1:]...))
	if err != nil {
		denied = err
		code = m.Run()
	}
	os.Exit(code)
}

// Enter skips the test unless it runs in a namespace made by Main. In CI the
// lack of permission is a failure: a test that never runs guards nothing.
func Enter(t testing.TB) {
	t.Helper()
	switch {
	case denied == nil && space.Inside():
	case space.Denied(denied):
		skip(t, fmt.Sprintf("this user may not make network namespaces: %v", denied))
	default:
		t.Fatalf("no namespace: call netns.Main from TestMain (%v)", denied)
	}
}

func skip(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("CI must allow this: %s", why)
	}
	t.Skip(why)
}
