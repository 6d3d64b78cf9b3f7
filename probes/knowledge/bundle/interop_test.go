package bundle

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tool finds one of the programs that others check signatures with. Debian has
// them in packages signify-openbsd and minisign.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%v must be there in CI", names)
	}
	t.Skipf("none of %v is installed", names)
	return ""
}

// folder writes files into a folder of the test's own and runs programs there.
type folder struct {
	t   *testing.T
	dir string
}

func (f folder) put(name string, text []byte) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), text, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) get(name string) []byte {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

func (f folder) run(program string, args ...string) error {
	f.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = f.dir
	said, err := cmd.CombinedOutput()
	if err != nil {
		f.t.Logf("%v: %s", args, said)
	}
	return err
}

// TestSignifyChecksOurs: what we sign, OpenBSD's signify accepts, in one piece
// ("-e") and as two files, which is what OpenWrt's usign takes; and nothing else.
func TestSignifyChecksOurs(t *testing.T) {
	signify := tool(t, "signify-openbsd", "signify")
	f := folder{t, t.TempDir()}
	k := key(t, 1)
	file := signed(t, k)
	payload, err := Payload(file)
	if err != nil {
		t.Fatal(err)
	}
	f.put("acme.pub", k.Public().File("acme public key"))
	f.put("x.sig", file)
	if err := f.run(signify, "-V", "-e", "-q", "-p", "acme.pub", "-x", "x.sig", "-m", "out"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.get("out"), payload) {
		t.Error("signify takes something else for the payload")
	}
	f.put("payload", payload)
	f.put("payload.sig", file[:len(file)-len(payload)])
	if err := f.run(signify, "-V", "-q", "-p", "acme.pub", "-x", "payload.sig", "-m", "payload"); err != nil {
		t.Error(err)
	}
	f.put("x.sig", flipped(bytes.Clone(file), -3))
	if err := f.run(signify, "-V", "-e", "-q", "-p", "acme.pub", "-x", "x.sig", "-m", "out"); err == nil {
		t.Error("signify accepts a damaged file")
	}
}

// TestWeCheckSignifys: keys and signatures that signify made are ours too, and it
// signs with a key that we made.
func TestWeCheckSignifys(t *testing.T) {
	signify := tool(t, "signify-openbsd", "signify")
	f := folder{t, t.TempDir()}
	payload, err := some().Payload()
	if err != nil {
		t.Fatal(err)
	}
	f.put("payload", payload)
	if err := f.run(signify, "-G", "-n", "-p", "acme.pub", "-s", "acme.sec"); err != nil {
		t.Fatal(err)
	}
	f.put("ours.sec", key(t, 1).File("ours secret key"))
	f.put("ours.pub", key(t, 1).Public().File("ours public key"))
	for _, name := range []string{"acme", "ours"} {
		public, err := ParsePublic(f.get(name + ".pub"))
		if err != nil {
			t.Fatal(err)
		}
		secret, err := ParseSecret(f.get(name + ".sec"))
		if err != nil || secret.Public() != public {
			t.Fatal(secret.Public(), err)
		}
		if err := f.run(signify, "-S", "-e", "-s", name+".sec", "-m", "payload", "-x", name+".bundle"); err != nil {
			t.Fatal(err)
		}
		b, by, err := Open(f.get(name+".bundle"), []PublicKey{public})
		if err != nil || by != public || b.Serial != 7 {
			t.Errorf("%s: %+v, %v, %v", name, b, by, err)
		}
		about := bytes.IndexByte(f.get(name+".bundle"), '\n')
		if ours := Sign(secret, "x", payload); !bytes.Equal(ours[bytes.IndexByte(ours, '\n'):], f.get(name + ".bundle")[about:]) {
			t.Error("signify signs otherwise than we do")
		}
	}
}

// TestMinisignChecksOurs: so does minisign, with the four-line file of its own.
func TestMinisignChecksOurs(t *testing.T) {
	minisign := tool(t, "minisign")
	f := folder{t, t.TempDir()}
	k := key(t, 1)
	payload, err := some().Payload()
	if err != nil {
		t.Fatal(err)
	}
	f.put("acme.pub", k.Public().File("acme public key"))
	f.put("payload", payload)
	f.put("payload.minisig", Minisig(k, "serial 7", payload))
	if err := f.run(minisign, "-V", "-p", "acme.pub", "-m", "payload"); err != nil {
		t.Error(err)
	}
	f.put("payload", flipped(bytes.Clone(payload), -3))
	if err := f.run(minisign, "-V", "-p", "acme.pub", "-m", "payload"); err == nil {
		t.Error("minisign accepts a damaged payload")
	}
}
