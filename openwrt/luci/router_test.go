// Package luci holds the tests of the pages that luci-app-homesweep adds to an OpenWrt
// router: they run in a real browser against a router made here, with the access rules
// that the package ships and a stand-in for LuCI's own scripts (testdata/router).
package luci

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// app is what the package ships.
const app = "../luci-app-homesweep"

func TestMain(m *testing.M) {
	code := m.Run()
	chromium.Close()
	os.Exit(code)
}

// object is any JSON object.
type object = map[string]any

// call is one call to ubus.
type call struct {
	Object, Method string
	Args           object
}

// Status codes of ubus (libubus, enum ubus_msg_status) and of JSON-RPC, as uhttpd's
// ubus plugin gives them.
const (
	notFound    = 4
	timeout     = 7
	noObject    = -32000
	noAccess    = -32002
	sessionText = "0123456789abcdef0123456789abcdef"
)

// router is OpenWrt as a browser sees it. What answers may be changed while a page is
// open, under mu.
type router struct {
	*httptest.Server
	mu      sync.Mutex
	answer  func(c call) (code int, reply any) // the object homesweep; nil: there is none
	config  object                             // section main of /etc/config/homesweep; nil: there is none
	staged  object                             // changes set and not yet applied; nil deletes
	applied []object                           // what each apply wrote
	calls   []call                             // of homesweep and uci
	grants  map[string][]string                // methods, by object
	german  bool
	views   map[string]string // by path of the menu
}

// newRouter is a router with homesweep installed.
func newRouter(t *testing.T) *router {
	t.Helper()
	r := &router{staged: object{}, config: object{".name": "main", ".type": "homesweep", "enabled": "1"}, views: map[string]string{}}
	// What every login has, by luci-base's own rules.
	r.grants = map[string][]string{"uci": {"get", "set", "delete", "changes"}, "luci-rpc": {"getNetworkDevices"}, "network.interface": {"dump"}}
	rules := readACL(t)
	for _, side := range []grants{rules.Read, rules.Write} {
		for name, methods := range side.Ubus {
			r.grants[name] = append(r.grants[name], methods...)
		}
	}
	for path, entry := range readMenu(t) {
		if entry.Action.Type == "view" {
			r.views["/cgi-bin/luci/"+path] = entry.Action.Path
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cgi-bin/luci/", r.page)
	mux.HandleFunc("GET /luci-static/resources/", resource)
	mux.HandleFunc("POST /cgi-bin/luci/admin/ubus/", r.ubus)
	mux.HandleFunc("POST /cgi-bin/luci/admin/uci/", r.apply)
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

// page is the frame that LuCI's theme puts around a view.
func (r *router) page(w http.ResponseWriter, req *http.Request) {
	view, ok := r.views[req.URL.Path]
	if !ok {
		fmt.Fprintf(w, "<!doctype html><title>Elsewhere</title><p>%s", strings.TrimPrefix(req.URL.Path, "/cgi-bin/luci/"))
		return
	}
	catalogue, lang := map[string][]string{}, "en"
	if r.german {
		lang = "de"
		for _, e := range must(readPO(filepath.Join(app, "po/de/homesweep.po"))) {
			catalogue[e.ID] = e.Said
		}
	}
	env := must(json.Marshal(object{"session": sessionText, "view": strings.ReplaceAll(view, "/", "."), "tick": 20, "catalogue": catalogue}))
	fmt.Fprintf(w, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>LuCI</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/luci-static/resources/theme.css"><script>window.router = %s</script><script src="/luci-static/resources/luci.js"></script></head>
<body><header>OpenWrt</header><div id="maincontent"><div id="view"></div></div></body></html>`, lang, env)
}

// resource is a script of the package, or of the stand-in for LuCI.
func resource(w http.ResponseWriter, req *http.Request) {
	name := filepath.Clean(strings.TrimPrefix(req.URL.Path, "/luci-static/resources/"))
	for _, root := range []string{filepath.Join(app, "htdocs/luci-static/resources"), "testdata/router"} {
		if text, err := os.ReadFile(filepath.Join(root, name)); err == nil {
			kind := "text/javascript"
			if filepath.Ext(name) == ".css" {
				kind = "text/css"
			}
			w.Header().Set("Content-Type", kind)
			w.Write(text)
			return
		}
	}
	http.NotFound(w, req)
}

// ubus answers JSON-RPC 2.0 as uhttpd's ubus plugin does.
func (r *router) ubus(w http.ResponseWriter, req *http.Request) {
	var message struct {
		ID     int               `json:"id"`
		Params []json.RawMessage `json:"params"`
	}
	var session string
	var c call
	if json.NewDecoder(req.Body).Decode(&message) != nil || len(message.Params) != 4 || json.Unmarshal(message.Params[0], &session) != nil ||
		json.Unmarshal(message.Params[1], &c.Object) != nil || json.Unmarshal(message.Params[2], &c.Method) != nil || json.Unmarshal(message.Params[3], &c.Args) != nil {
		http.Error(w, "no JSON-RPC", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	code, reply := r.do(session, c)
	out := object{"jsonrpc": "2.0", "id": message.ID}
	switch {
	case code < 0:
		out["error"] = object{"code": code, "message": map[int]string{noObject: "Object not found", noAccess: "Access denied"}[code]}
	case reply == nil:
		out["result"] = []any{code}
	default:
		out["result"] = []any{code, reply}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(out)
}

// do is one call, with mu held.
func (r *router) do(session string, c call) (code int, reply any) {
	if session != sessionText || !slices.Contains(r.grants[c.Object], c.Method) {
		return noAccess, nil
	}
	switch c.Object {
	case "luci-rpc":
		return 0, object{"lo": object{}, "br-lan": object{}, "br-guest": object{}, "wan": object{}}
	case "uci":
		r.calls = append(r.calls, c)
		return r.uci(c)
	case "homesweep":
		r.calls = append(r.calls, c)
		if r.answer == nil {
			return noObject, nil
		}
		return r.answer(c)
	}
	return noObject, nil
}

// uci is rpcd's object of that name, for the one file.
func (r *router) uci(c call) (code int, reply any) {
	if c.Args["config"] != "homesweep" {
		return notFound, nil
	}
	switch c.Method {
	case "get":
		if r.config == nil {
			return 0, object{"values": object{}}
		}
		values := maps.Clone(r.config)
		maps.Copy(values, r.staged)
		maps.DeleteFunc(values, func(_ string, v any) bool { return v == nil })
		return 0, object{"values": object{"main": values}}
	case "set":
		for name, v := range c.Args["values"].(object) {
			if fmt.Sprint(r.config[name]) != fmt.Sprint(v) { // as libuci's uci_set
				r.staged[name] = v
			}
		}
	case "delete":
		for _, name := range c.Args["options"].([]any) {
			r.staged[name.(string)] = nil
		}
	}
	return 0, nil
}

// apply is what Save & Apply asks for: apply_rollback, then confirm.
func (r *router) apply(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.HasSuffix(req.URL.Path, "/apply_rollback") {
		r.applied = append(r.applied, r.staged)
		maps.Copy(r.config, r.staged)
		maps.DeleteFunc(r.config, func(_ string, v any) bool { return v == nil })
		r.staged = object{}
	}
	fmt.Fprint(w, "{}")
}

// asked are the arguments of the calls of a method of homesweep so far.
func (r *router) asked(method string) (list []object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls {
		if c.Object == "homesweep" && c.Method == method {
			list = append(list, c.Args)
		}
	}
	return list
}

// change changes what the router answers with.
func (r *router) change(how func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	how()
}

// open opens one of the pages.
func (r *router) open(c *chromium.Page, view string) {
	c.T.Helper()
	c.Visit(r.URL + "/cgi-bin/luci/admin/services/homesweep/" + view)
	c.Until(`document.body.dataset.view === 'shown'`)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
