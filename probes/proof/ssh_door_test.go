package proof

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// sshServer is somebody else's SSH server on every connection.
func sshServer(t *testing.T, config *ssh.ServerConfig) lan.Service {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(signer)
	return scripted(t, "ssh", nil, func(c *talk) {
		conn, channels, requests, err := ssh.NewServerConn(c.Conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for range channels {
			t.Error("a channel was asked for")
		}
		conn.Close()
	})
}

// takes is a server's callback for one password, which counts the wrong ones.
func takes(right string, wrong *int) func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
	return func(c ssh.ConnMetadata, p []byte) (*ssh.Permissions, error) {
		if c.User() == "root" && string(p) == right {
			return nil, nil
		}
		*wrong++
		return nil, errors.New("no")
	}
}

func sshDoorOn(s lan.Service) Door {
	return Of(&probes.Pass{Reach: road{}, Service: s}, logins.Record{
		Auth: "ssh", Pairs: []logins.Pair{{User: "root", Pass: logins.Hide(telnetPass)}},
	})
}

func TestSSHDoor(t *testing.T) {
	var wrong int
	ask := func(answer string, before ...string) func(ssh.ConnMetadata, ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		return func(_ ssh.ConnMetadata, question ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			for _, text := range before {
				if _, err := question("", text, nil, nil); err != nil {
					return nil, err
				}
			}
			got, err := question("", "", []string{"Password: "}, []bool{false})
			if err != nil || got[0] != answer {
				return nil, errors.New("no")
			}
			return nil, nil
		}
	}
	twice := &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{KeyboardInteractiveCallback: ask("123456")}}
	for name, tt := range map[string]struct {
		config ssh.ServerConfig
		state  State
		want   probes.Outcome
		heard  string
	}{
		"right":        {ssh.ServerConfig{PasswordCallback: takes(telnetPass, &wrong)}, Closed, probes.Accepted, "taken"},
		"wrong":        {ssh.ServerConfig{PasswordCallback: takes("own", &wrong)}, Closed, probes.Rejected, "refused"},
		"right, asked": {ssh.ServerConfig{KeyboardInteractiveCallback: ask(telnetPass)}, Closed, probes.Accepted, "taken"},
		"wrong, asked": {ssh.ServerConfig{KeyboardInteractiveCallback: ask("own")}, Closed, probes.Rejected, "refused"},
		"locked, asked": {ssh.ServerConfig{KeyboardInteractiveCallback: ask("own", "The account is locked due to 3 failed logins.")},
			Closed, probes.Locked, "locked"},
		"a second factor": {ssh.ServerConfig{PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) { return nil, twice }},
			Closed, probes.Unclear, "more than the password"},
		"keys only": {ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }},
			Unclear, probes.Unclear, "publickey"},
		"a banner of warnings": {ssh.ServerConfig{PasswordCallback: takes(telnetPass, &wrong),
			BannerCallback: func(ssh.ConnMetadata) string { return "Intruders are blocked and locked out" }}, Closed, probes.Accepted, "taken"},
		"open":           {ssh.ServerConfig{NoClientAuth: true, ServerVersion: "SSH-2.0-dropbear_2022.83"}, Open, probes.Unclear, "no login"},
		"open, a switch": {ssh.ServerConfig{NoClientAuth: true, ServerVersion: "SSH-2.0-OpenRG"}, Unclear, probes.Unclear, "no login"},
		"guesses once":   {ssh.ServerConfig{PasswordCallback: takes("own", &wrong), MaxAuthTries: 1}, Closed, probes.Locked, "too many"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong = 0
			s := sshServer(t, &tt.config)
			d := sshDoorOn(s)
			if state, heard, err := d.Look(t.Context()); state != tt.state || err != nil || wrong > 0 {
				t.Errorf("look: %v, %q, %v", state, heard, err)
			}
			got, heard, err := d.Try(t.Context(), Login{"root", telnetPass})
			if got != tt.want || err != nil || !strings.Contains(heard, tt.heard) || wrong > 1 || strings.Contains(heard, telnetPass) {
				t.Errorf("try: %v, %q, %v, %d wrong passwords", got, heard, err, wrong)
			}
		})
	}
}

// TestSSHTurnedAway: who says so has locked us out; who just goes has not.
func TestSSHTurnedAway(t *testing.T) {
	for said, want := range map[string]probes.Outcome{
		"Not allowed at this time\r\n":       probes.Locked,
		"Your address is blocked\r\n":        probes.Locked,
		"Exceeded MaxStartups\r\n":           probes.Locked,
		"No room\r\n":                        probes.Unclear,
		"":                                   probes.Unclear,
		"SSH-2.0-x\r\n" + "\x00\x00\x00\x0c": probes.Unclear,
	} {
		s := scripted(t, "ssh", nil, func(c *talk) {
			c.say(said)
			_ = c.Conn.(*net.TCPConn).CloseWrite()
			_, _ = c.in.WriteTo(deaf{})
		})
		got, heard, _ := sshDoorOn(s).Try(t.Context(), Login{"root", telnetPass})
		if got != want {
			t.Errorf("%q: %v, %q", said, got, heard)
		}
	}
}

// TestSSHProof is the whole proof against a server that counts.
func TestSSHProof(t *testing.T) {
	for right, want := range map[string]lan.Verdict{telnetPass: lan.Fail, "own": lan.Pass} {
		var wrong int
		s := sshServer(t, &ssh.ServerConfig{PasswordCallback: takes(right, &wrong)})
		l := &ledger{grants: 9}
		p := &probes.Pass{Reach: road{}, Service: s, Try: l.try}
		got, err := Prove(t.Context(), p, []logins.Record{{
			ID: "a", Auth: "ssh", Fix: "Change it.", Pairs: []logins.Pair{{User: "root", Pass: logins.Hide(telnetPass)}},
		}})
		if got != want || err != nil || wrong != 1 {
			t.Errorf("%v, %v; %d wrong passwords\n%s", got, err, wrong, words(p))
		}
		if strings.Contains(words(p), telnetPass) {
			t.Errorf("the password is in\n%s", words(p))
		}
	}
}

// TestSSHHangsUp when its time is over, in the middle of the key exchange.
func TestSSHHangsUp(t *testing.T) {
	left := make(chan struct{})
	met := make(chan struct{})
	s := scripted(t, "ssh", nil, func(c *talk) {
		c.say("SSH-2.0-tarpit\r\n")
		c.line()
		close(met)
		_, _ = c.in.WriteTo(deaf{})
		close(left)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-met; cancel() }()
	if got, _, err := sshDoorOn(s).Try(ctx, Login{"root", telnetPass}); got != probes.Unclear || err == nil {
		t.Errorf("%v, %v", got, err)
	}
	<-left
}
