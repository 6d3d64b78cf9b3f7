package proof

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The rivals are written from what their families' public clients expect, and
// share no code with the doors.

func md5Hex(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }
func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func bodyOf(r *http.Request) string { b, _ := io.ReadAll(r.Body); return string(b) }

// dahuaRival gives a number for a session and takes it back in each question.
func dahuaRival(d *rival, w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Method  string         `json:"method"`
		ID      int            `json:"id"`
		Session any            `json:"session"`
		Params  map[string]any `json:"params"`
	}
	if json.Unmarshal([]byte(bodyOf(r)), &ask) != nil || r.Method != "POST" {
		w.WriteHeader(400)
		return
	}
	const session = 2147483643
	ours := ask.Session == float64(session)
	say := func(format string, args ...any) {
		fmt.Fprintf(w, `{"id":%d,"session":%d,%s}`, ask.ID, session, fmt.Sprintf(format, args...))
	}
	switch {
	case r.URL.Path == "/RPC2_Login" && ask.Params["password"] == "":
		lock := 0
		if d.locked {
			lock = 1700
		}
		say(`"result":false,"params":{"realm":"Login to EB27","random":"8048-1f","encryption":"Default","remainLockSecond":%d,"remainLoginTimes":%d},"error":{"code":268632079,"message":"Component error: login challenge!"}`, lock, d.left)
	case r.URL.Path == "/RPC2_Login":
		user := fmt.Sprint(ask.Params["userName"])
		inner := strings.ToUpper(md5Hex(user + ":Login to EB27:" + d.pass))
		want := strings.ToUpper(md5Hex(user + ":8048-1f:" + inner))
		if d.judge(ours && ask.Params["password"] == want && ask.Params["authorityType"] == "Default") {
			say(`"result":true,"params":{"keepAliveInterval":60}`)
			return
		}
		say(`"result":false,"params":{"remainLockSecond":0,"remainLoginTimes":%d},"error":{"code":268632085,"message":"Component error: User or password not valid!"}`, d.left)
	case !d.inside || !ours:
		fmt.Fprint(w, `{"error":{"code":287637505,"message":"Invalid session in request data!"},"result":false}`)
	case ask.Method == "global.logout":
		d.leave()
		say(`"result":true`)
	case ask.Method == "configManager.getConfig":
		say(`"result":true,"params":{"table":{"MachineName":"IPC"}}`)
	}
}

const hikvisionInfo = `<?xml version="1.0" encoding="UTF-8"?><DeviceInfo version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><deviceName>IPC</deviceName><model>DS-2CD2032-I</model></DeviceInfo>`

func hikvisionCheck(d *rival) string {
	lock, seconds := "unlock", 0
	if d.locked {
		lock, seconds = "lock", 1785
	}
	return fmt.Sprintf(`<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString><lockStatus>%s</lockStatus><unlockTime>%d</unlockTime><retryLoginTime>%d</retryLoginTime></userCheck>`, lock, seconds, d.left)
}

// hikvisionRival has sessions.
func hikvisionRival(d *rival, w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/ISAPI/Security/sessionLogin/capabilities" && d.locked:
		fmt.Fprint(w, hikvisionCheck(d))
	case r.URL.Path == "/ISAPI/Security/sessionLogin/capabilities":
		fmt.Fprintf(w, `<SessionLoginCap version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><sessionID>abc123</sessionID><challenge>1655</challenge><iterations>100</iterations><isIrreversible>true</isIrreversible><salt>366e</salt><sessionIDVersion>2</sessionIDVersion><retryLoginTime>%d</retryLoginTime></SessionLoginCap>`, d.left)
	case r.URL.Path == "/ISAPI/Security/sessionLogin" && r.Method == "POST":
		var ask struct {
			UserName  string `xml:"userName"`
			Password  string `xml:"password"`
			SessionID string `xml:"sessionID"`
		}
		_ = xml.Unmarshal([]byte(bodyOf(r)), &ask)
		want := sha256Hex(sha256Hex(ask.UserName+"366e"+d.pass) + "1655")
		for i := 2; i < 100; i++ {
			want = sha256Hex(want)
		}
		if d.judge(ask.Password == want && ask.SessionID == "abc123") {
			http.SetCookie(w, &http.Cookie{Name: "WebSession_1", Value: "f00d", Path: "/"})
			fmt.Fprint(w, `<SessionLogin><statusValue>200</statusValue><statusString>OK</statusString><sessionID>abc123</sessionID></SessionLogin>`)
			return
		}
		w.WriteHeader(401)
		fmt.Fprint(w, hikvisionCheck(d))
	case r.URL.Path == "/ISAPI/Security/sessionLogout" && r.Method == "PUT":
		d.leave()
	case r.URL.Path == "/ISAPI/System/deviceInfo":
		if c, err := r.Cookie("WebSession_1"); err == nil && c.Value == "f00d" && d.inside {
			fmt.Fprint(w, hikvisionInfo)
			return
		}
		w.WriteHeader(401)
	default:
		w.WriteHeader(404)
	}
}

// hikvisionOldRival has Digest only.
func hikvisionOldRival(d *rival, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/ISAPI/System/deviceInfo" {
		w.WriteHeader(404)
		return
	}
	header := r.Header.Get("Authorization")
	part := func(name string) string {
		_, rest, _ := strings.Cut(header, name+`="`)
		value, _, _ := strings.Cut(rest, `"`)
		return value
	}
	_, rest, _ := strings.Cut(header, "nc=")
	nc, _, _ := strings.Cut(rest, ",")
	want := md5Hex(md5Hex(part("username")+":IP Camera:"+d.pass) + ":n0nce:" + nc + ":" + part("cnonce") + ":auth:" + md5Hex("GET:/ISAPI/System/deviceInfo"))
	if header != "" && (d.inside && part("response") == want || !d.inside && d.judge(part("response") == want)) {
		d.inside = false // a request has no session
		if d.liar {
			fmt.Fprint(w, "<html>login</html>")
			return
		}
		d.inside = nc == "00000001"
		fmt.Fprint(w, hikvisionInfo)
		return
	}
	w.Header().Set("WWW-Authenticate", `Digest qop="auth", realm="IP Camera", nonce="n0nce"`)
	w.WriteHeader(401)
	fmt.Fprint(w, hikvisionCheck(d))
}

// reolinkRival takes lists of commands.
func reolinkRival(d *rival, w http.ResponseWriter, r *http.Request) {
	var list []struct {
		Cmd   string `json:"cmd"`
		Param struct {
			User struct{ UserName, Password string }
		} `json:"param"`
	}
	if json.Unmarshal([]byte(bodyOf(r)), &list) != nil || len(list) != 1 || r.URL.Path != "/cgi-bin/api.cgi" {
		w.WriteHeader(404)
		return
	}
	cmd := r.URL.Query().Get("cmd")
	fail := func(detail string, code int) {
		fmt.Fprintf(w, "[\n {\n \"cmd\" : %q,\n \"code\" : 1,\n \"error\" : {\n \"detail\" : %q,\n \"rspCode\" : %d\n }\n }\n]\n", cmd, detail, code)
	}
	user := list[0].Param.User
	switch {
	case cmd == "Login" && d.locked:
		d.logins++
		fail("Login has been locked", -100)
	case cmd == "Login" && d.judge(user.UserName == "admin" && user.Password == d.pass):
		fmt.Fprint(w, `[{"cmd":"Login","code":0,"value":{"Token":{"leaseTime":3600,"name":"5bde6ad5c0e6bf4"}}}]`)
	case cmd == "Login":
		fail("login failed", -7)
	case !d.inside || r.URL.Query().Get("token") != "5bde6ad5c0e6bf4":
		fail("please login first", -6)
	case cmd == "Logout":
		d.leave()
		fmt.Fprint(w, `[{"cmd":"Logout","code":0,"value":{"rspCode":200}}]`)
	case cmd == "GetDevInfo":
		fmt.Fprint(w, `[{"cmd":"GetDevInfo","code":0,"value":{"DevInfo":{"model":"RLC-410"}}}]`)
	}
}

// foscamRival has the login in every question.
func foscamRival(d *rival, w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case r.URL.Path != "/cgi-bin/CGIProxy.fcgi" || q.Get("cmd") != "getDevState":
		w.WriteHeader(404)
	case q.Get("usr") == "":
		fmt.Fprint(w, "<CGI_Result>\n    <result>-2</result>\n</CGI_Result>\n")
	case d.locked:
		w.WriteHeader(429)
	case d.judge(q.Get("usr") == "admin" && q.Get("pwd") == d.pass):
		d.inside = false
		if d.liar {
			fmt.Fprint(w, "<html>result 0</html>")
			return
		}
		fmt.Fprint(w, "<CGI_Result>\n    <result>0</result>\n    <motionDetectAlarm>1</motionDetectAlarm>\n</CGI_Result>\n")
	default:
		fmt.Fprint(w, "<CGI_Result>\n    <result>-2</result>\n</CGI_Result>\n")
	}
}

// onvifRival lives in 2004, and takes tokens of the last five minutes once.
func onvifRival(d *rival, w http.ResponseWriter, r *http.Request) {
	body := bodyOf(r)
	now := time.Date(2004, 2, 29, 23, 59, 7, 0, time.UTC)
	envelope := func(status int, inner string) {
		w.WriteHeader(status)
		fmt.Fprint(w, `<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="t" xmlns:tds="d" xmlns:ter="e"><SOAP-ENV:Body>`+inner+`</SOAP-ENV:Body></SOAP-ENV:Envelope>`)
	}
	switch {
	case r.URL.Path != "/onvif/device_service":
		w.WriteHeader(404)
		return
	case strings.Contains(body, "GetSystemDateAndTime"):
		envelope(200, fmt.Sprintf(`<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:LocalDateTime><tt:Time><tt:Hour>5</tt:Hour></tt:Time></tt:LocalDateTime><tt:UTCDateTime><tt:Time><tt:Hour>%d</tt:Hour><tt:Minute>%d</tt:Minute><tt:Second>%d</tt:Second></tt:Time><tt:Date><tt:Year>%d</tt:Year><tt:Month>%d</tt:Month><tt:Day>%d</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
			now.Hour(), now.Minute(), now.Second(), now.Year(), now.Month(), now.Day()))
		return
	}
	var ask struct {
		Token struct {
			Username, Password, Nonce, Created string
		} `xml:"Header>Security>UsernameToken"`
		Ask *struct{} `xml:"Body>GetNetworkProtocols"`
	}
	if xml.Unmarshal([]byte(body), &ask) != nil || ask.Ask == nil {
		w.WriteHeader(400)
		return
	}
	if token := ask.Token; token.Username != "" {
		if d.locked {
			w.WriteHeader(423)
			return
		}
		nonce, _ := base64.StdEncoding.DecodeString(token.Nonce)
		sum := sha1.Sum([]byte(string(nonce) + token.Created + d.pass))
		at, err := time.Parse(time.RFC3339, token.Created)
		fresh := err == nil && now.Sub(at).Abs() < 5*time.Minute && len(nonce) >= 16
		if d.judge(fresh && token.Username == "admin" && token.Password == base64.StdEncoding.EncodeToString(sum[:])) {
			d.inside = false
			if d.liar {
				envelope(200, `<tds:GetNetworkProtocolsResponse/>`)
				return
			}
			envelope(200, `<tds:GetNetworkProtocolsResponse><tds:NetworkProtocols><tt:Name>HTTP</tt:Name><tt:Enabled>true</tt:Enabled></tds:NetworkProtocols></tds:GetNetworkProtocolsResponse>`)
			return
		}
	}
	envelope(400, `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">Sender not Authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`)
}
