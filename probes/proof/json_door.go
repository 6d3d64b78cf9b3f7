package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// jsonDoor is something behind a login that a script posts as a JSON object (RFC
// 8259), of which the record knows the path and the fields. The session is a
// cookie, or a token in the answer.
type jsonDoor struct {
	pass *probes.Pass
	logins.Record
}

var _ = register("json", func(p *probes.Pass, r logins.Record) Door { return &jsonDoor{pass: p, Record: r} })

func (d *jsonDoor) Name() string { return "POST " + d.Form.Login }

func (d *jsonDoor) Look(ctx context.Context) (State, string, error) {
	p, err := visit(d.pass).get(ctx, d.Path)
	switch {
	case err != nil:
		return Unclear, "", err
	case p.turnsAway():
		return Unclear, p.line + ", a sign of locking", nil
	case p.inside(d.Record) && p.path == d.Path:
		return Open, p.line + ", the protected answer", nil
	case p.denies(d.Record):
		return Closed, p.line + ", asks for a login", nil
	}
	return Unclear, p.line, nil
}

func (d *jsonDoor) Try(ctx context.Context, l Login) (outcome probes.Outcome, words string, err error) {
	body, err := d.body(l)
	if err != nil {
		return probes.Unclear, "", err
	}
	v := visit(d.pass)
	v.typed = d.Form.Pass
	referer := []string{"Referer", v.origin() + "/"}
	t := trial{Record: d.Record, visitor: v, header: referer}
	defer func() { t.leave(ctx, outcome) }()
	outcome, words, err = t.post(ctx, d.Form.Login, string(body), "Content-Type", "application/json",
		"Accept", "application/json", "Origin", v.origin(), referer[0], referer[1])
	if outcome == probes.Locked || err != nil {
		return outcome, words, err
	}
	if token := tokenIn(t.answer.body, d.Form.Token); token != "" {
		field, form, _ := strings.Cut(d.Form.Header, ": ")
		if field == "" {
			field, form = "Authorization", "Bearer *"
		}
		t.header = append(t.header, field, strings.Replace(form, "*", token, 1))
	}
	return t.judge(ctx, func(page) bool { return false }, "")
}

// body is the object that is posted.
func (d *jsonDoor) body(l Login) ([]byte, error) {
	object := map[string]any{}
	put := func(name string, value any) error {
		at, path := object, strings.Split(name, ".")
		for _, key := range path[:len(path)-1] {
			below, ok := at[key].(map[string]any)
			if !ok {
				if at[key] != nil {
					return fmt.Errorf("login %s: field %s stands in another", d.ID, name)
				}
				below = map[string]any{}
				at[key] = below
			}
			at = below
		}
		at[path[len(path)-1]] = value
		return nil
	}
	for name, value := range d.Form.Body {
		if err := put(name, value); err != nil {
			return nil, err
		}
	}
	if d.Form.User != "" {
		if err := put(d.Form.User, l.User); err != nil {
			return nil, err
		}
	}
	if err := put(d.Form.Pass, l.Password); err != nil {
		return nil, err
	}
	return json.Marshal(object)
}

// maxToken bounds a session token, in bytes.
const maxToken = 4 << 10

// tokenIn is the text or number under a dotted name in a JSON answer; empty
// where there is none that could stand in a header.
func tokenIn(answer []byte, name string) string {
	if name == "" {
		return ""
	}
	var at any
	if json.Unmarshal(answer, &at) != nil {
		return ""
	}
	for key := range strings.SplitSeq(name, ".") {
		object, _ := at.(map[string]any)
		at = object[key]
	}
	token, _ := at.(string)
	if n, ok := at.(float64); ok {
		token = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if len(token) > maxToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return token
}
