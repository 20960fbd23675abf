package attack

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

// story lives through all that has to do with secrets and returns every secret
// that came up, by what it is.
func (w *town) story() map[string]string {
	w.t.Helper()
	w.settle()
	p := w.enrol("jane")
	login := w.login("jane").text("login")
	w.must(403, "POST /v1/verify", login, `{"code":"`+wrongCode(p, w)+`"}`)
	approved := w.must(200, "POST /v1/verify", login, `{"code":"`+p.code(w.clock())+`"}`)
	backup := w.login("jane").text("login")
	w.must(200, "POST /v1/verify", backup, `{"method":"backup_code","code":"`+p.codes[0]+`"}`)
	w.must(401, "POST /v1/verify", login+"x", `{"code":"123456"}`)
	w.must(400, "POST /v1/verify", login, `{"code":"`+p.code(w.clock())+`","secret":"`+p.shown+`"}`)
	w.must(200, "POST /v1/tenants/acme/assertions/redeem", w.apiKey, `{"assertion":"`+approved.text("assertion")+`"}`)
	made := w.must(201, "POST /v1/keys", w.apiKey, `{"name":"second","audience":"dash","scopes":["login"],"tenants":["acme"]}`)
	w.must(200, "POST /v1/tenants/acme/users/jane/reset", w.apiKey, `{"reason":"lost"}`, w.asRoot()...)
	return map[string]string{
		"the set-up key": p.shown, "the set-up key's bytes": string(p.secret), "a backup code": p.codes[1],
		"a backup code without hyphens": strings.ReplaceAll(p.codes[1], "-", ""), "a spent backup code": p.codes[0],
		"a login token": login, "a self-service token": p.tokens[0], "an assertion": approved.text("assertion"),
		"an API key": w.apiKey, "the secret of an API key": w.apiKey[strings.LastIndex(w.apiKey, "_"):], "another API key": made.text("key"),
	}
}

func wrongCode(p *person, w *town) string {
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		if code != p.code(w.clock()) && !strings.Contains(w.log.String(), code) {
			return code
		}
	}
	return "444444"
}

// LG-01: canaries in everything that is written down.
func TestLG01NoSecretIsInTheLogTheTrailOrTheTable(t *testing.T) {
	w := newTown(t)
	canaries := w.story()
	var table, trail []byte
	for _, entry := range w.store.Feed(0, 1<<20) {
		table = raw(raw(table, reflect.ValueOf(entry.Old)), reflect.ValueOf(entry.New))
		trail = raw(trail, reflect.ValueOf(entry.Event))
	}
	places := map[string]string{"the log": w.log.String(), "the trail": string(trail), "the table": string(table)}
	for place, text := range places {
		if len(text) < 1000 {
			t.Fatalf("%s holds %d bytes: the test shows nothing", place, len(text))
		}
		for name, canary := range canaries {
			if len(canary) < 20 {
				t.Fatalf("%s is no canary", name)
			}
			if strings.Contains(text, canary) {
				t.Errorf("%s holds %s", place, name)
			}
		}
	}
	for _, place := range []string{"the log", "the trail"} {
		if strings.Contains(places[place], "canary@example.com") {
			t.Errorf("%s holds a mail address", place)
		}
	}
	if code := regexp.MustCompile(`"[0-9]{6}"`).FindString(w.log.String()); code != "" {
		t.Error("the log holds six digits")
	}
}

// LG-08: what is read back, by the mightiest, holds no secret and no hash.
func TestLG08NoAnswerGivesBackASecretOrAHash(t *testing.T) {
	w := newTown(t)
	w.settle()
	p := w.enrol("jane")
	login := w.login("jane").text("login")
	auth := w.auth("jane")
	w.replies = nil
	for _, line := range []string{
		"GET /v1/tenants/acme", "GET /v1/tenants/acme/users/jane", "GET /v1/tenants/acme/policy", "GET /v1/keys", "GET /v1/presets",
	} {
		w.must(200, line, w.apiKey, "", w.asRoot()...)
	}
	own := w.must(201, "POST /v1/tenants/acme/users/jane/self-service", w.apiKey, `{}`).text("token")
	for _, line := range []string{"GET /v1/session", "GET /v1/devices"} {
		w.must(200, line, own, "")
	}
	w.must(200, "GET /v1/session", login, "")
	w.must(200, "GET /v1/login", login, "")
	w.must(200, "POST /v1/tenants/acme/users/jane/unlock", w.apiKey, `{}`, w.asRoot()...)
	forbidden := map[string]string{
		"the set-up key": p.shown, "a backup code": p.codes[0], "an API key": w.apiKey,
		"the sealed secret": string(auth.Factor.Secret), "a hash": string(auth.Factor.Backup[0][:]), "the incarnation": auth.Incarnation,
	}
	words := regexp.MustCompile(`"(secret|hash|otpauth_uri|qr_svg|key|data_key|incarnation|private|d)":|"backup_codes":\[`)
	for _, text := range w.replies {
		for name, canary := range forbidden {
			if strings.Contains(text, canary) {
				t.Errorf("%s gives back %s", strings.SplitN(text, "{", 2)[0], name)
			}
		}
		if word := words.FindString(text); word != "" {
			t.Errorf("%s has the member %s", strings.SplitN(text, "{", 2)[0], word)
		}
	}
}

func (w *town) auth(user string) *twofactor.Auth {
	w.t.Helper()
	key := twofactor.AuthKey(twofactor.Ref{Tenant: "acme", User: user})
	found, err := w.store.Load(w.t.Context(), twofactor.Want{Key: key})
	if err != nil {
		w.t.Fatal(err)
	}
	return twofactor.Get[twofactor.Auth](found, key)
}

// LG-09: nothing that shows the inside of the process.
func TestLG09NothingShowsTheInsideOfTheProcess(t *testing.T) {
	w := newTown(t)
	for _, path := range []string{
		"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/metrics", "/env", "/.env", "/v1/debug", "/local/clock", "/local/mail", "/status",
	} {
		for _, bearer := range []string{"", w.apiKey} {
			if r := w.send("GET "+path, bearer, ""); r.status != 404 || r.text("code") != "not_found" {
				t.Errorf("%s: %d %s", path, r.status, r.body)
			}
		}
	}
	for _, route := range httpapiPaths() {
		if strings.Contains(route, "debug") || strings.Contains(route, "pprof") {
			t.Errorf("there is a route %s", route)
		}
	}
}
