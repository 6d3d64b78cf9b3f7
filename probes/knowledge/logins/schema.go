package logins

import "github.com/homesweep/homesweep/probes/lan"

// meta is one record as data/*.json has it: one login of one model family on one
// protocol. What is not in it is not tried. The words of auth.type are those
// under which package proof registers a way to log in:
//
//	protocol  auth.type            what it needs
//	http      basic, digest, auto  path (auto: whichever of the two is asked for)
//	          form                 path, success.inside
//	          json                 path, login, fields.pass, success.inside
//	          a vendor family's    success.inside unless proof's file of the family says
//	          word ("hnap")        what it looks at; path where it says so
//	telnet    telnet               success.inside
//	ftp       ftp                  success.status 230
//	ssh mqtt redis snmp            type as the protocol; ssh: success.status 52
//	                               (SSH_MSG_USERAUTH_SUCCESS); snmp's community is
//	                               the pair's pass
//	rtsp      rtsp                 path (of the stream; "/" where any will do)
//
// # HTML forms
//
// path is a page that only a logged-in visitor sees in full; asked for without a
// login it shows the login form, leads to the page with the form, or answers 401
// or 403. success.inside is a pattern that is on it inside and on no page outside
// (a heading of the settings, "logout" where the login page lacks the word). The
// form is found by parsing the page: hidden fields, tokens, defaults and the
// button are sent along, cookies are kept. login names the page with the form
// when path does not lead to it. fields names the inputs when the page has more
// than a user name and a password. Where only a script sends the form, action is
// the path to which it posts, and fields are required; body are further constant
// fields. A form with a captcha, or with a second password, is never sent.
//
// # JSON
//
// login is the path to which the fields are posted as a JSON object. A dot in a
// name nests: "params.user" is {"params":{"user":…}}. body are constant fields,
// whose names nest too. token is the dotted name of the session token in the
// answer, header the field in which it is sent to path, with * for the token
// ("X-Auth-Token: *"; "Authorization: Bearer *" when left out). Cookies are kept
// anyhow.
//
// # What came of it
//
// success is how path answers inside: status (2xx) and the pattern inside.
// refused is a pattern for the family's own "no", in the answer to the login or
// on path without one; it is needed where that has status 200 and no form.
// lockout holds the known facts: max wrong passwords, window as
// time.ParseDuration reads it, says for a pattern of the family's own words for
// being locked or having few tries left. logout is how to leave: a path, or
// "POST /path".
//
// Patterns are RE2. examples.success and examples.failure are short recorded
// answers (a few lines, no secrets): of path with a login, and of path or of the
// login without or with a wrong one. The loader holds success, refused and
// lockout.says to them.
type meta struct {
	ID      string   `json:"id"`
	Vendor  string   `json:"vendor"`
	Models  []string `json:"models"`
	Gate    gate     `json:"gate"`
	Auth    auth     `json:"auth"`
	Pairs   []pair   `json:"pairs"`
	Success success  `json:"success"`
	Refused string   `json:"refused,omitempty"`
	Lockout lockout  `json:"lockout,omitzero"`
	Fix     string   `json:"fix"`

	Provision string   `json:"provision"`
	Source    source   `json:"source"`
	Checked   string   `json:"checked,omitempty"` // YYYY-MM-DD on which the source was read
	Verified  bool     `json:"verified,omitempty"`
	Examples  examples `json:"examples,omitzero"`
}

type gate struct {
	Protocol string            `json:"protocol"` // one of protocols
	Match    map[string]string `json:"match"`    // field, "vendor" or "model" → RE2 pattern
}

type auth struct {
	Type   string         `json:"type"`
	Path   string         `json:"path,omitempty"`   // the protected page of the baseline
	Login  string         `json:"login,omitempty"`  // form: the page with it; json: where it is posted
	Action string         `json:"action,omitempty"` // form: where a script posts it
	Fields fields         `json:"fields,omitzero"`
	Body   map[string]any `json:"body,omitempty"` // constant further fields: texts, numbers, booleans
	Token  string         `json:"token,omitempty"`
	Header string         `json:"header,omitempty"`
	Logout string         `json:"logout,omitempty"`
}

type fields struct {
	User string `json:"user,omitempty"`
	Pass string `json:"pass,omitempty"`
}

type pair struct {
	User               string `json:"user"`
	Pass               string `json:"pass"`
	ValidUntilFirmware string `json:"valid_until_firmware,omitempty"`
}

type success struct {
	Status int    `json:"status,omitempty"`
	Inside string `json:"inside,omitempty"`
}

type lockout struct {
	Max    int    `json:"max,omitempty"`
	Window string `json:"window,omitempty"`
	Says   string `json:"says,omitempty"`
}

type source struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url"`
	Grade string `json:"grade"`
}

type examples struct {
	Match    []example `json:"match"`
	NotMatch []example `json:"not_match"`
	Success  []answer  `json:"success"`
	Failure  []answer  `json:"failure"`
}

// example is a device and service as the gate sees them.
type example struct {
	Heard    lan.Heard `json:"heard"`
	Vendor   string    `json:"vendor,omitempty"`
	Model    string    `json:"model,omitempty"`
	Firmware string    `json:"firmware,omitempty"`
	Kind     lan.Kind  `json:"kind,omitempty"`
}

// answer is a recorded answer: HTTP's or RTSP's status and body, FTP's reply
// code, SSH's message number, what telnet wrote after the password.
type answer struct {
	Status int    `json:"status,omitempty"`
	Body   string `json:"body,omitempty"`
}
