package ssh

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// TestInteractive answers one hidden question and no other.
func TestInteractive(t *testing.T) {
	type ask struct {
		instruction string
		questions   []string
		shown       []bool
	}
	for name, tt := range map[string]struct {
		asks   []ask
		in     bool
		partly bool
		said   string
		given  []string
	}{
		"right":           {[]ask{{"", []string{"Password: "}, []bool{false}}, {"welcome", nil, nil}}, true, false, "welcome", []string{right}},
		"a text before":   {[]ask{{"notice", nil, nil}, {"", []string{"Password: "}, []bool{false}}}, true, false, "notice", []string{right}},
		"a code as well":  {[]ask{{"", []string{"Password: "}, []bool{false}}, {"", []string{"Code: "}, []bool{false}}}, false, true, "Code:", []string{right}},
		"two at once":     {[]ask{{"", []string{"Password: ", "Code: "}, []bool{false, false}}}, false, true, "", nil},
		"a shown one":     {[]ask{{"", []string{"Are you a robot? "}, []bool{true}}}, false, true, "robot", nil},
		"endless notices": {slices.Repeat([]ask{{"hm", nil, nil}}, 20), false, false, "hm", nil},
	} {
		t.Run(name, func(t *testing.T) {
			given := make(chan []string, 1)
			s := &ssh.ServerConfig{KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, question ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
				var all []string
				defer func() { given <- all }()
				for _, a := range tt.asks {
					answers, err := question("", a.instruction, a.questions, a.shown)
					if all = append(all, answers...); err != nil {
						return nil, err
					}
				}
				return nil, nil
			}}
			conn := server(t, s)
			a, err := opened(t, conn).Interactive("root", right)
			if a.In != tt.in || a.Partly != tt.partly || !strings.Contains(a.Said, tt.said) || (err != nil) != (name == "endless notices") {
				t.Errorf("%+v, %v", a, err)
			}
			conn.Close()
			if got := <-given; !slices.Equal(got, tt.given) {
				t.Errorf("gave %q", got)
			}
		})
	}
}

// TestSecondFactor: a right password that does not suffice is no way in.
func TestSecondFactor(t *testing.T) {
	s := &ssh.ServerConfig{
		BannerCallback: func(ssh.ConnMetadata) string { return "Authorised users only" },
		PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
			return nil, &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{
				PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil },
			}}
		},
	}
	c := opened(t, server(t, s))
	if a, err := c.None("root"); err != nil || !strings.Contains(a.Said, "Authorised") {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := c.Password("root", right); err != nil || a.In || !a.Partly || !a.Takes("publickey") {
		t.Errorf("%+v, %v", a, err)
	}
}
