package proof

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

func upperHMAC(key, text string) string {
	h := hmac.New(md5.New, []byte(key))
	h.Write([]byte(text))
	return strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}

// hnapRival wants every question after the login to be signed.
func hnapRival(d *rival, w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Login *struct{ Action, Username, LoginPassword string } `xml:"Body>Login"`
	}
	if r.URL.Path != "/HNAP1/" || xml.Unmarshal([]byte(bodyOf(r)), &ask) != nil {
		w.WriteHeader(404)
		return
	}
	action := r.Header.Get("SOAPAction")
	envelope := func(inner string) {
		fmt.Fprint(w, `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>`+inner+`</soap:Body></soap:Envelope>`)
	}
	private := upperHMAC("PUB9x"+d.pass, "CHALL77")
	sign, stamp, _ := strings.Cut(r.Header.Get("HNAP_AUTH"), " ")
	signed := sign == upperHMAC(private, stamp+action)
	uid, _ := r.Cookie("uid")
	switch {
	case ask.Login != nil && d.locked:
		envelope(`<LoginResponse><LoginResult>LOCKUP</LoginResult><Challenge>CHALL77</Challenge></LoginResponse>`)
	case ask.Login != nil && ask.Login.Action == "request":
		envelope(`<LoginResponse xmlns="http://purenetworks.com/HNAP1/"><LoginResult>OK</LoginResult><Challenge>CHALL77</Challenge><Cookie>c00kie</Cookie><PublicKey>PUB9x</PublicKey></LoginResponse>`)
	case ask.Login != nil:
		if d.judge(signed && uid != nil && uid.Value == "c00kie" && ask.Login.Username == "admin" && ask.Login.LoginPassword == upperHMAC(private, "CHALL77")) {
			envelope(`<LoginResponse><LoginResult>success</LoginResult></LoginResponse>`)
			return
		}
		envelope(`<LoginResponse><LoginResult>failed</LoginResult></LoginResponse>`)
	case !d.inside || !signed:
		w.WriteHeader(401)
	case strings.Contains(action, "GetRouterLanSettings"):
		envelope(`<GetRouterLanSettingsResponse><GetRouterLanSettingsResult>OK</GetRouterLanSettingsResult><RouterIPAddress>192.168.0.1</RouterIPAddress></GetRouterLanSettingsResponse>`)
	case strings.Contains(action, "Logout"):
		d.leave()
	}
}

// hilinkRival wants its session's cookie everywhere and a token with each form.
func hilinkRival(d *rival, w http.ResponseWriter, r *http.Request) {
	body := bodyOf(r)
	fail := func(code int) {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><error><code>%d</code><message></message></error>`, code)
	}
	if r.URL.Path == "/api/webserver/SesTokInfo" {
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><response><SesInfo>SessionID=sEss+/9=</SesInfo><TokInfo>tok1</TokInfo></response>`)
		return
	}
	if c := r.Header.Get("Cookie"); c != "SessionID=sEss+/9=" {
		fail(125002)
		return
	}
	var form struct {
		Username, Password string
		PasswordType       string `xml:"password_type"`
	}
	switch r.URL.Path {
	case "/api/user/state-login":
		wait := 0
		if d.locked {
			wait = 3
		}
		fmt.Fprintf(w, `<response><State>-1</State><Username></Username><password_type>4</password_type><extern_password_type>0</extern_password_type><lockstatus>0</lockstatus><remainwaittime>%d</remainwaittime></response>`, wait)
	case "/api/user/login":
		_ = xml.Unmarshal([]byte(body), &form)
		inner := base64.StdEncoding.EncodeToString([]byte(sha256Hex(d.pass)))
		want := base64.StdEncoding.EncodeToString([]byte(sha256Hex(form.Username + inner + "tok1")))
		if d.judge(r.Header.Get("__RequestVerificationToken") == "tok1" && form.Password == want && strings.Contains(body, "<password_type>4<")) {
			w.Header().Set("__RequestVerificationTokenone", "tok2")
			fmt.Fprint(w, `<response>OK</response>`)
			return
		}
		fail(108006)
	case "/api/user/logout":
		if r.Header.Get("__RequestVerificationToken") == "tok2" {
			d.leave()
		}
		fmt.Fprint(w, `<response>OK</response>`)
	case "/api/device/information":
		if !d.inside {
			fail(100003)
			return
		}
		fmt.Fprint(w, `<response><DeviceName>B315s-22</DeviceName><SerialNumber>X</SerialNumber></response>`)
	}
}

// huaweiRival shows its login page to everybody, with its counters.
func huaweiRival(d *rival, w http.ResponseWriter, r *http.Request) {
	seconds := 0
	if d.locked {
		seconds = 55
	}
	page := func() {
		fmt.Fprintf(w, "<html><script>var FailStat ='0';\nvar LoginTimes = '%d';\nvar LockLeftTime = '%d';\nvar errloginlockNum = '7';\nurl : '/asp/GetRandCount.asp'</script></html>", 7-d.left, seconds)
	}
	cookie, _ := r.Cookie("Cookie")
	inside := d.inside && cookie != nil && cookie.Value == "sid=77:Language:english:id=1"
	switch r.URL.Path {
	case "/asp/GetRandCount.asp":
		fmt.Fprint(w, "\ufeffae12f400ae12f400")
	case "/login.cgi":
		form, _ := url.ParseQuery(bodyOf(r))
		right := form.Get("UserName") == "root" && form.Get("PassWord") == base64.StdEncoding.EncodeToString([]byte(d.pass)) &&
			form.Get("x.X_HW_Token") == "ae12f400ae12f400" && cookie != nil && cookie.Value == "body:Language:english:id=-1"
		if d.judge(right) {
			w.Header().Set("Set-Cookie", "Cookie=sid=77:Language:english:id=1;path=/;HttpOnly")
		}
	case "/logout.cgi":
		d.leave()
	case "/html/ssmp/deviceinfo/deviceinfo.asp":
		if !inside {
			page()
			return
		}
		fmt.Fprint(w, `var deviceInfos = new Array(new stDeviceInfo("InternetGatewayDevice.DeviceInfo","HG8245"),null);`)
	default:
		if inside {
			fmt.Fprint(w, "<html>frame</html>")
			return
		}
		page()
	}
}

// zteRival forgets the data of a page whose menu was not loaded.
func zteRival(d *rival, w http.ResponseWriter, r *http.Request) {
	form, _ := url.ParseQuery(bodyOf(r))
	const out = `<ajax_response_xml_root><IF_ERRORSTR>SessionTimeout</IF_ERRORSTR></ajax_response_xml_root>`
	switch q := r.URL.Query(); {
	case q.Get("_tag") == "login_token":
		fmt.Fprint(w, `<ajax_response_xml_root>24857193</ajax_response_xml_root>`)
	case q.Get("_tag") == "login_entry" && r.Method == "GET":
		lock := 0
		if d.locked {
			lock = 42
		}
		fmt.Fprintf(w, `{"lockingTime":%d,"loginErrMsg":"","promptMsg":"","sess_token":"abcDEF"}`, lock)
	case q.Get("_tag") == "login_entry":
		if d.judge(form.Get("Username") == "admin" && form.Get("_sessionTOKEN") == "abcDEF" && form.Get("Password") == sha256Hex(d.pass+"24857193")) {
			http.SetCookie(w, &http.Cookie{Name: "SID", Value: "1"})
			fmt.Fprint(w, `{"sess_token":"next","login_need_refresh":true}`)
			return
		}
		fmt.Fprint(w, `{"lockingTime":0,"loginErrMsg":"User information is error","sess_token":"abcDEF"}`)
	case q.Get("_tag") == "logout_entry":
		d.leave()
	case !d.inside:
		fmt.Fprint(w, out)
	case q.Get("_tag") == "devmgr_statusmgr_lua.lua":
		fmt.Fprint(w, `<ajax_response_xml_root><IF_ERRORSTR>SUCC</IF_ERRORSTR><OBJ_POWERONTIME_ID/></ajax_response_xml_root>`)
	}
}

// tplinkRival takes a login from a cookie.
func tplinkRival(d *rival, w http.ResponseWriter, r *http.Request) {
	state := 3
	if d.locked {
		state = 1
	}
	cookie, _ := r.Cookie("Authorization")
	right := false
	if cookie != nil {
		value, _ := url.PathUnescape(cookie.Value)
		right = value == "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:"+md5Hex(d.pass)))
	}
	switch {
	case r.URL.Path == "/userRpm/LoginRpm.htm" && cookie != nil:
		if d.judge(right) {
			fmt.Fprint(w, `<body><script language="javaScript">window.parent.location.href = "http://192.168.0.1/HQKATSSCQLVJQNVB/userRpm/Index.htm";</script></body></html>`)
			return
		}
	case d.inside && right && r.URL.Path == "/HQKATSSCQLVJQNVB/userRpm/StatusRpm.htm":
		fmt.Fprint(w, "<SCRIPT>\nvar statusPara = new Array(\n1, 1);</SCRIPT>")
		return
	case d.inside && r.URL.Path == "/HQKATSSCQLVJQNVB/userRpm/LogoutRpm.htm":
		d.leave()
		return
	}
	fmt.Fprintf(w, "<html><script>var httpAutErrorArray = new Array(\n%d, 1, 0,0 );</script><input name=\"pcPassword\"></html>", state)
}

// asusRival counts failures on its login page.
func asusRival(d *rival, w http.ResponseWriter, r *http.Request) {
	cookie, _ := r.Cookie("asus_token")
	switch r.URL.Path {
	case "/Main_Login.asp":
		failed := 0
		if d.locked {
			failed = 4
		}
		fmt.Fprintf(w, `var login_info = tryParseJSON('{"error_status":"","page":"","lock_time":"0","error_num":"%d"}'); if(login_info.error_status == 7){}`, failed)
	case "/login.cgi":
		form, _ := url.ParseQuery(bodyOf(r))
		if d.judge(form.Get("login_authorization") == base64.StdEncoding.EncodeToString([]byte("admin:"+d.pass)) && r.Referer() != "") {
			w.Header().Set("Set-Cookie", "asus_token=T0ken; HttpOnly;")
			fmt.Fprint(w, `<HTML><HEAD><script>top.location.href='/index.asp';</script></HEAD></HTML>`)
			return
		}
		fmt.Fprint(w, `<HTML><HEAD><script>top.location.href='/Main_Login.asp?error_status=3&page=index.asp&lock_time=0';</script></HEAD></HTML>`)
	case "/Logout.asp":
		d.leave()
	case "/appGet.cgi":
		if d.inside && cookie != nil && cookie.Value == "T0ken" && r.URL.Query().Get("hook") == "nvram_get(productid)" {
			fmt.Fprint(w, "{\n\"productid\":\"RT-AC66U\"\n}\n")
			return
		}
		fmt.Fprint(w, `<HTML><HEAD><script>top.location.href='/Main_Login.asp';</script></HEAD></HTML>`)
	}
}

// tendaRival redirects, and keeps its session in a cookie "password".
func tendaRival(inside string, encode func(string) string) func(*rival, http.ResponseWriter, *http.Request) {
	return func(d *rival, w http.ResponseWriter, r *http.Request) { tendaServe(d, w, r, inside, encode(d.pass)) }
}

func inBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func tendaServe(d *rival, w http.ResponseWriter, r *http.Request, inside, want string) {
	cookie, _ := r.Cookie("password")
	switch r.URL.Path {
	case "/login/Auth":
		form, _ := url.ParseQuery(bodyOf(r))
		switch {
		case d.locked:
			d.logins++
			w.Header().Set("Retry-After", "300")
			w.WriteHeader(503)
		case d.judge(form.Get("username") == "admin" && form.Get("password") == want):
			w.Header().Set("Set-Cookie", "password=21232fabc; path=/")
			w.Header().Set("Location", "http://192.168.0.1/main.html")
			w.WriteHeader(302)
		default:
			w.Header().Set("Location", "http://192.168.0.1/login.html?1")
			w.WriteHeader(302)
		}
	case "/goform/exit":
		d.leave()
	case inside:
		if d.inside && cookie != nil && cookie.Value == "21232fabc" {
			fmt.Fprint(w, `<html><div id="main-content"></div></html>`)
			return
		}
		w.Header().Set("Location", "http://192.168.0.1/login.html")
		w.WriteHeader(302)
	}
}

// netgearRival has a number in its login form.
func netgearRival(d *rival, w http.ResponseWriter, r *http.Request) {
	const form = `<html><form method="post" action="/login.cgi"><input type="password" id="password" name="password"><input type=hidden id="rand" name='rand' value='1735414426' disabled></form></html>`
	cookie, _ := r.Cookie("SID")
	switch {
	case r.URL.Path == "/login.cgi" && r.Method == "POST" && d.locked:
		d.logins++
		fmt.Fprint(w, "<html>Too many failed attempts.</html>")
	case r.URL.Path == "/login.cgi" && r.Method == "POST":
		want := ""
		for i := range max(len(d.pass), 10) {
			if i < len(d.pass) {
				want += string(d.pass[i])
			}
			if i < 10 {
				want += string("1735414426"[i])
			}
		}
		if d.judge(bodyOf(r) == "password="+md5Hex(want)) {
			http.SetCookie(w, &http.Cookie{Name: "SID", Value: "XYZ"})
			fmt.Fprint(w, "<html>index</html>")
			return
		}
		fmt.Fprint(w, form)
	case r.URL.Path == "/login.cgi":
		fmt.Fprint(w, form)
	case d.inside && cookie != nil && cookie.Value == "XYZ" && r.URL.Path == "/switch_info.cgi":
		fmt.Fprint(w, `<input type="text" id="switch_name" name="switch_name" value="attic">`)
	case d.inside && r.URL.Path == "/logout.cgi":
		d.leave()
	default:
		fmt.Fprint(w, "<html><head><title>Redirect to Login</title></head></html>")
	}
}

// qnapRival answers in XML.
func qnapRival(d *rival, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	say := func(passed int, more string) {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8" ?><QDocRoot version="1.0"><authPassed><![CDATA[%d]]></authPassed>%s</QDocRoot>`, passed, more)
	}
	switch {
	case r.URL.Path == "/cgi-bin/authLogin.cgi" && d.locked:
		d.logins++
		w.WriteHeader(429)
	case r.URL.Path == "/cgi-bin/authLogin.cgi":
		form, _ := url.ParseQuery(bodyOf(r))
		if d.judge(form.Get("user") == "admin" && form.Get("pwd") == base64.StdEncoding.EncodeToString([]byte(d.pass))) {
			say(1, `<authSid><![CDATA[pr1v8]]></authSid>`)
			return
		}
		say(0, `<errorValue><![CDATA[-1]]></errorValue>`)
	case !d.inside || r.URL.Query().Get("sid") != "pr1v8":
		say(0, "")
	case r.URL.Path == "/cgi-bin/authLogout.cgi":
		d.leave()
	default:
		say(1, `<func><ownContent><sysHealth><status>good</status></sysHealth></ownContent></func>`)
	}
}

// sagemcomRival checks the signature of every question.
func sagemcomRival(algorithm string) func(*rival, http.ResponseWriter, *http.Request) {
	h := md5Hex
	if algorithm == "sha512" {
		h = func(s string) string { sum := sha512.Sum512([]byte(s)); return hex.EncodeToString(sum[:]) }
	}
	return func(d *rival, w http.ResponseWriter, r *http.Request) {
		form, _ := url.ParseQuery(bodyOf(r))
		var ask struct {
			Request struct {
				ID      int    `json:"id"`
				Session int    `json:"session-id"`
				CNonce  int    `json:"cnonce"`
				Key     string `json:"auth-key"`
				Actions []struct {
					Method, XPath string
					Parameters    struct{ User string }
				}
			}
		}
		if r.URL.Path != "/cgi/json-req" || json.Unmarshal([]byte(form.Get("req")), &ask) != nil || len(ask.Request.Actions) != 1 {
			w.WriteHeader(400)
			return
		}
		q := ask.Request
		signed := func(nonce string) bool {
			return q.Key == h(fmt.Sprintf("%s:%d:%d:JSON:/cgi/json-req", h("admin:"+nonce+":"+h(d.pass)), q.ID, q.CNonce))
		}
		done := func(parameters string) {
			fmt.Fprintf(w, `{"reply":{"uid":0,"error":{"code":16777216,"description":"XMO_REQUEST_NO_ERR"},"actions":[{"error":{"description":"XMO_NO_ERR"},"callbacks":[{"parameters":%s}]}]}}`, parameters)
		}
		fail := func(word string) {
			fmt.Fprintf(w, `{"reply":{"error":{"description":"XMO_REQUEST_ACTION_ERR"},"actions":[{"error":{"description":%q},"callbacks":[]}]}}`, word)
		}
		switch method := q.Actions[0].Method; {
		case method == "logIn" && d.locked:
			d.logins++
			fail("XMO_LOGIN_RETRY_ERR")
		case method == "logIn" && d.judge(signed("")):
			done(`{"id":2128,"nonce":"60386944"}`)
		case method == "logIn":
			fail("XMO_AUTHENTICATION_ERR")
		case !d.inside || q.Session != 2128 || !signed("60386944"):
			fmt.Fprint(w, `{"reply":{"error":{"code":16777236,"description":"XMO_INVALID_SESSION_ERR"}}}`)
		case method == "logOut":
			d.leave()
		case method == "getValue" && q.Actions[0].XPath == "Device/DeviceInfo/ModelName":
			done(`{"value":"SagemcomFast5366"}`)
		}
	}
}
