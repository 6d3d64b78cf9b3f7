package proof

import (
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// dvripDoor is Xiongmai's DVRIP, also called Sofia or NetSurveillance, on port
// 34567: JSON behind a head of 20 bytes (github.com/alexshpilkin/dvrip,
// dvrip/login.py; return codes: gist.github.com/ekwoodrich/a6d7b8db8f82adf107c3c366e61fd36f).
type dvripDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	next  uint32 // number of the next question
}

var _ = register("dvrip", func(p *probes.Pass, _ logins.Record) Door {
	return &dvripDoor{reach: p.Reach, ep: p.Service.Endpoint()}
})

// Questions of DVRIP; the answer to each has the next number.
const (
	dvripLogin  = 1000
	dvripLogout = 1002
	dvripInfo   = 1020
)

// dvripOutcomes are the return codes of a login: done; wrong password or user;
// locked or banned.
var dvripOutcomes = map[string]probes.Outcome{
	"100": probes.Accepted, "106": probes.Rejected, "203": probes.Rejected, "205": probes.Locked, "206": probes.Locked,
}

func (d *dvripDoor) Name() string { return "DVRIP" }

// Look needs no packet: the first message of every conversation is the login.
func (d *dvripDoor) Look(context.Context) (State, string, error) {
	return Closed, "DVRIP asks for a login by design", nil
}

func (d *dvripDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	said, err := d.ask(conn, dvripLogin, "0x00000000",
		`"EncryptType":"MD5","LoginType":"DVRIP-Web","UserName":`+asJSON(l.User)+`,"PassWord":"`+sofia(l.Password)+`"`)
	ret, session := said.text("Ret"), said.text("SessionID")
	outcome := dvripOutcomes[ret]
	if err != nil || outcome != probes.Accepted {
		return outcome, "login: Ret " + code(ret), err
	}
	said, err = d.ask(conn, dvripInfo, session, `"Name":"SystemInfo"`)
	_, _ = d.ask(conn, dvripLogout, session, `"Name":""`)
	if err != nil || said.text("Ret") != "100" || said.at("SystemInfo").of == nil {
		return probes.Unclear, "takes the login, but does not say what it is", err
	}
	return probes.Accepted, "takes the login and says what it is", nil
}

// ask sends one question and reads its answer; messages of other kinds that
// come between are passed over.
func (d *dvripDoor) ask(conn net.Conn, kind uint16, session, fields string) (value, error) {
	body := "{" + fields + `,"SessionID":` + asJSON(session) + "}\n\x00"
	number, _ := strconv.ParseUint(strings.TrimPrefix(session, "0x"), 16, 32) // as in "0x0000000A"
	head := make([]byte, 20, 20+len(body))
	head[0] = 0xff
	binary.LittleEndian.PutUint32(head[4:], uint32(number))
	binary.LittleEndian.PutUint32(head[8:], d.next)
	binary.LittleEndian.PutUint16(head[14:], kind)
	binary.LittleEndian.PutUint32(head[16:], uint32(len(body))) //nolint:gosec // our own, short
	d.next++
	if _, err := conn.Write(append(head, body...)); err != nil {
		return value{}, fmt.Errorf("DVRIP: %w", err)
	}
	for range 8 {
		got, answer, err := readDVRIP(conn)
		if err != nil || got == kind+1 {
			return answer, err
		}
	}
	return value{}, fmt.Errorf("DVRIP: no answer to question %d", kind)
}

// readDVRIP reads one message of at most maxPage bytes.
func readDVRIP(r io.Reader) (kind uint16, body value, err error) {
	var head [20]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, value{}, fmt.Errorf("DVRIP: %w", err)
	}
	size := binary.LittleEndian.Uint32(head[16:])
	if head[0] != 0xff || size > maxPage {
		return 0, value{}, errors.New("DVRIP: not a message of this protocol")
	}
	text := make([]byte, size)
	if _, err = io.ReadFull(r, text); err != nil {
		return 0, value{}, fmt.Errorf("DVRIP: %w", err)
	}
	return binary.LittleEndian.Uint16(head[14:]), readJSON(text), nil
}

// sofia is the vendor's own digest: MD5, two bytes a letter.
func sofia(password string) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := md5.Sum([]byte(password)) //nolint:gosec // the device chooses it
	var b strings.Builder
	for i := 0; i < len(sum); i += 2 {
		b.WriteByte(letters[(int(sum[i])+int(sum[i+1]))%len(letters)])
	}
	return b.String()
}
