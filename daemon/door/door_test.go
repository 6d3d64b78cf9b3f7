package door

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

// paper is a journal in memory that can be full.
type paper struct {
	lines []json.RawMessage
	full  bool
}

func (p *paper) Append(k string, value any) error {
	if p.full || k != kind {
		return errors.New("no space left on device")
	}
	raw, err := json.Marshal(value)
	p.lines = append(p.lines, raw)
	return err
}

func (p *paper) Replay(_ string, each func(time.Time, json.RawMessage) error) error {
	for _, l := range p.lines {
		if err := each(time.Time{}, l); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T, p *paper) *Door {
	t.Helper()
	d, err := Open(p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const good = "correct horse battery"

// TestCodeAsTyped: the code counts as it is typed off a log by hand. That it was
// right shows in what is said of the password.
func TestCodeAsTyped(t *testing.T) {
	d := open(t, &paper{})
	code := d.Code()
	if !regexp.MustCompile(`^[A-Z2-7]{4}-[A-Z2-7]{4}$`).MatchString(code) {
		t.Fatalf("code %q", code)
	}
	for _, typed := range []string{
		code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.Join(strings.Split(code, ""), " ") + " ",
	} {
		if err := d.Open(typed, "short"); !errors.Is(err, ErrShort) {
			t.Errorf("%q for %q: %v", typed, code, err)
		}
	}
}

// TestFirstPassword: whoever has the code sets it, and nobody does it twice.
func TestFirstPassword(t *testing.T) {
	d := open(t, &paper{})
	code := d.Code()
	if err := d.Check(good); d.Locked() || !errors.Is(err, ErrWrong) {
		t.Errorf("a door without a password: locked %v, %v", d.Locked(), err)
	}
	if err := d.Open(code, good); err != nil {
		t.Fatal(err)
	}
	if !d.Locked() || d.Code() != "" {
		t.Errorf("locked %v, code %q", d.Locked(), d.Code())
	}
	for _, again := range []string{code, ""} {
		if err := d.Open(again, "another password"); !errors.Is(err, ErrLocked) {
			t.Errorf("code %q served twice: %v", again, err)
		}
	}
	if err := d.Check(good); err != nil {
		t.Error(err)
	}
}

func TestWrongCode(t *testing.T) {
	p := &paper{}
	d := open(t, p)
	code := d.Code()
	last := "A"
	if strings.HasSuffix(code, last) {
		last = "B"
	}
	for _, wrong := range []string{"", "-", code[:8], code + "A", code[:8] + last, "AAAA-AAAA", open(t, &paper{}).Code()} {
		if err := d.Open(wrong, good); !errors.Is(err, ErrCode) {
			t.Errorf("%q for %q: %v", wrong, code, err)
		}
	}
	if d.Locked() || len(p.lines) != 0 || d.Code() != code {
		t.Error("a wrong code changed something")
	}
}

// TestLength counts characters at the lower end, bytes at the upper one.
func TestLength(t *testing.T) {
	for _, c := range []struct {
		password string
		want     error
	}{
		{"", ErrShort},
		{"elevenchars", ErrShort},
		{"twelve chars", nil},
		{strings.Repeat("ü", 11), ErrShort}, // 22 bytes
		{strings.Repeat("ü", 12), nil},
		{strings.Repeat("火", 24), nil}, // exactly 72 bytes
		{strings.Repeat("火", 25), ErrTooLong},
		{strings.Repeat("x", 72), nil},
		{strings.Repeat("x", 73), ErrTooLong},
	} {
		d := open(t, &paper{})
		code := d.Code()
		if err := d.Open(code, c.password); !errors.Is(err, c.want) {
			t.Errorf("%d bytes: %v, want %v", len(c.password), err, c.want)
		}
		if d.Locked() != (c.want == nil) || (d.Code() == code) == d.Locked() {
			t.Errorf("%d bytes: locked %v, code %q", len(c.password), d.Locked(), d.Code())
		}
	}
}

func TestCheck(t *testing.T) {
	d := open(t, &paper{})
	long := strings.Repeat("火", maxBytes/3)
	for password, wrong := range map[string][]string{
		good: {"", strings.ToUpper(good), good + "\x00"},
		long: {long[:maxBytes-1], long + "x"}, // bcrypt itself reads no further
	} {
		if err := d.Set(password); err != nil {
			t.Fatal(err)
		}
		if err := d.Check(password); err != nil {
			t.Errorf("%q does not open: %v", password, err)
		}
		for _, w := range wrong {
			if err := d.Check(w); !errors.Is(err, ErrWrong) {
				t.Errorf("%q opens for %q: %v", w, password, err)
			}
		}
	}
}

// TestChange: who knows the old password sets another, unless somebody at the
// machine did so meanwhile.
func TestChange(t *testing.T) {
	p := &paper{}
	d := open(t, p)
	if err := d.Set(good); err != nil {
		t.Fatal(err)
	}
	if err := d.Change("not it at all", "a later password"); !errors.Is(err, ErrOld) {
		t.Error(err)
	}
	if err := d.Change(good, "short"); !errors.Is(err, ErrShort) {
		t.Error(err)
	}
	before := d.Epoch()
	if err := d.Change(good, "a later password"); err != nil || d.Check("a later password") != nil || d.Epoch() != before+1 {
		t.Errorf("%v, epoch %d after %d", err, d.Epoch(), before)
	}
	won := make(chan error)
	for i := range 4 { // all know the old one; one of them comes first
		go func() { won <- d.Change("a later password", strings.Repeat("password ", 2+i)) }()
	}
	wins := 0
	for range 4 {
		if err := <-won; err == nil {
			wins++
		} else if !errors.Is(err, ErrOld) {
			t.Error(err)
		}
	}
	if wins != 1 {
		t.Errorf("%d changed it", wins)
	}
}

// TestReopened: the latest password holds after a restart, and no code is made.
func TestReopened(t *testing.T) {
	p := &paper{}
	d := open(t, p)
	if err := d.Open(d.Code(), good); err != nil {
		t.Fatal(err)
	}
	if err := d.Set("a later password"); err != nil {
		t.Fatal(err)
	}
	d = open(t, p)
	if !d.Locked() || d.Code() != "" {
		t.Errorf("locked %v, code %q", d.Locked(), d.Code())
	}
	if err := d.Check("a later password"); err != nil {
		t.Error(err)
	}
	if err := d.Check(good); !errors.Is(err, ErrWrong) {
		t.Errorf("the earlier password: %v", err)
	}
}

// TestCodeIsNewEachTime: a code in an old log is worth nothing.
func TestCodeIsNewEachTime(t *testing.T) {
	p := &paper{}
	old := open(t, p).Code()
	if err := open(t, p).Open(old, good); !errors.Is(err, ErrCode) {
		t.Errorf("the code of an earlier start: %v", err)
	}
}

// TestNotKept: what could not be written down is not in force.
func TestNotKept(t *testing.T) {
	p := &paper{full: true}
	d := open(t, p)
	code := d.Code()
	if err := d.Open(code, good); err == nil || !strings.Contains(err.Error(), "could not be kept") {
		t.Errorf("error %v", err)
	}
	if d.Locked() || d.Code() != code {
		t.Error("locked by a password that was not kept")
	}
	p.full = false
	if err := d.Open(code, good); err != nil {
		t.Fatal(err)
	}
	p.full = true
	if err := d.Set("a later password"); err == nil || d.Check(good) != nil || d.Check("a later password") == nil {
		t.Errorf("after a password that was not kept (%v) the earlier one holds no more", err)
	}
}

// TestOnlyTheHashIsKept: neither password nor code reach the journal, and the
// same password twice looks different.
func TestOnlyTheHashIsKept(t *testing.T) {
	p := &paper{}
	d := open(t, p)
	code := d.Code()
	if err := errors.Join(d.Open(code, good), d.Set(good)); err != nil {
		t.Fatal(err)
	}
	var hashes [2][]byte
	for i, l := range p.lines {
		if err := json.Unmarshal(l, &hashes[i]); err != nil || !bytes.HasPrefix(hashes[i], []byte("$2a$10$")) {
			t.Errorf("kept %q: %v", hashes[i], err)
		}
		if bytes.Contains(hashes[i], []byte(good)) || bytes.Contains(l, []byte(code)) {
			t.Error("a secret is in the journal")
		}
	}
	if len(p.lines) != 2 || bytes.Equal(hashes[0], hashes[1]) {
		t.Errorf("%d lines without salt", len(p.lines))
	}
}

func TestUnreadableJournal(t *testing.T) {
	_, err := Open(&paper{lines: []json.RawMessage{json.RawMessage(`{"not":"a hash"}`)}})
	if err == nil || !strings.Contains(err.Error(), "reading the dashboard's password") {
		t.Errorf("opened with a damaged hash: %v", err)
	}
}
