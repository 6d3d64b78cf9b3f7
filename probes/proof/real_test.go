package proof

import (
	"context"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/inetd"
)

// real is the door of auth's on a server of somebody else's, for a user.
func real(addr netip.AddrPort, auth, user, pass string) Door {
	s := lan.Service{Address: addr.Addr(), Transport: lan.TCP, Port: addr.Port(), Name: auth}
	return Of(&probes.Pass{Reach: road{}, Service: s}, logins.Record{
		Auth: auth, Pairs: []logins.Pair{{User: user, Pass: logins.Hide(pass)}}, Inside: regexp.MustCompile(`(?m)[#$>]\s*$`),
	})
}

// plays the accounts that there are through a door; blank is what becomes of a
// wrong password where none is set.
func plays(t *testing.T, addr netip.AddrPort, auth string, blank probes.Outcome) {
	t.Helper()
	for _, tt := range []struct {
		user, pass string
		want       probes.Outcome
	}{
		{inetd.User, inetd.Password, probes.Accepted},
		{inetd.User, "another-word", probes.Rejected},
		{inetd.Blank, "another-word", blank},
	} {
		d := real(addr, auth, tt.user, tt.pass)
		if state, heard, err := d.Look(t.Context()); state != Closed || err != nil {
			t.Errorf("look for %s: %v, %q, %v", tt.user, state, heard, err)
		}
		ctx, cancel := testTime(t)
		got, heard, err := d.Try(ctx, Login{tt.user, tt.pass})
		cancel()
		if got != tt.want || err != nil || strings.Contains(heard, tt.pass) {
			t.Errorf("%s with %q: %v, %q, %v", tt.user, tt.pass, got, heard, err)
		}
	}
}

// TestRealTelnet speaks with telnetd and login(1) of GNU and of BusyBox.
func TestRealTelnet(t *testing.T) {
	t.Run("inetutils", func(t *testing.T) {
		t.Parallel()
		plays(t, inetd.Serve(t, t.TempDir(), "telnetd"), "telnet", probes.Unclear)
	})
	t.Run("busybox", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		login := inetd.File(t, dir, "login", "#!/bin/sh\nexec busybox login\n")
		if err := os.Chmod(login, 0o700); err != nil {
			t.Fatal(err)
		}
		plays(t, inetd.Serve(t, dir, "busybox", "telnetd", "-i", "-l", login), "telnet", probes.Unclear)
	})
}

func TestRealFTP(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := inetd.File(t, dir, "vsftpd.conf", "listen=NO\nlocal_enable=YES\nanonymous_enable=NO\npam_service_name=vsftpd\nseccomp_sandbox=NO\nsecure_chroot_dir=/run/sshd\n")
	plays(t, inetd.Serve(t, dir, "vsftpd", config), "ftp", probes.Accepted) // PAM's pam_unix, nullok
}

func testTime(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 25*time.Second)
}
