package attack

import (
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/httpapi"
)

func httpapiPaths() []string {
	var paths []string
	for _, route := range httpapi.Routes() {
		paths = append(paths, route.Path)
	}
	return paths
}

// BF-04, RP-01 through the door: one code, one assertion.
func TestBF04AHundredSubmissionsThroughTheDoorGiveOneAssertion(t *testing.T) {
	w := newTown(t)
	w.settle()
	p := w.enrol("jane")
	login := w.login("jane").text("login")
	body := `{"code":"` + p.code(w.clock()) + `"}`
	replies := make([]reply, 100)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() { replies[i] = w.send("POST /v1/verify", login, body) })
	}
	all.Wait()
	assertions := 0
	for _, r := range replies {
		switch {
		case r.status == 200 && r.text("assertion") != "":
			assertions++
		case r.status == 403 && r.text("code") == "code_replayed", r.status == 409 && r.text("code") == "conflict":
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if assertions != 1 || w.auth("jane").Attempts.InARow != 0 {
		t.Errorf("%d assertions, %d wrong", assertions, w.auth("jane").Attempts.InARow)
	}
	w.pass(30 * time.Second)
	w.must(200, "POST /v1/verify", w.login("jane").text("login"), `{"code":"`+p.code(w.clock())+`"}`)
}

// JW-09 through the door: every refusal, and none holds an assertion.
func TestJW09NoRefusalHoldsAnAssertionOrAToken(t *testing.T) {
	w := newTown(t)
	w.settle()
	p := w.enrol("jane")
	login := w.login("jane").text("login")
	bodies := []string{
		`{"code":"` + wrongCode(p, w) + `"}`, `{"code":"12345"}`, `{"code":null}`, `{}`, `[]`, `{"code":"123456","assertion":"x"}`,
		`{"method":"backup_code","code":"0000-0000-0000-0000-0000-0000"}`, `{"method":"none","code":"123456"}`,
	}
	for range 5 {
		bodies = append(bodies, bodies[0])
	}
	for _, body := range bodies {
		r := w.send("POST /v1/verify", login, body)
		if r.status < 400 {
			t.Errorf("%s: %d", body, r.status)
		}
		for _, member := range []string{"assertion", "login", "device_token", "expires_at"} {
			if _, there := r.member[member]; there {
				t.Errorf("%s: the refusal holds %s", body, member)
			}
		}
	}
}

// AV-01, AZ-01: without the person's own token nothing is charged.
func TestAV01NothingButTheVictimsOwnTokenReachesTheCounters(t *testing.T) {
	w := newTown(t)
	w.settle()
	w.enrol("jane")
	version := w.auth("jane").Version
	login := w.login("jane").text("login")
	for _, bearer := range []string{"", "x", w.apiKey, login + "A", login[:len(login)-1], login + " " + login, strings.ToUpper(login)} {
		r := w.send("POST /v1/verify", bearer, `{"code":"000000"}`)
		if r.status != 401 && r.status != 403 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if w.auth("jane").Version != version {
		t.Error("the victim's record was written")
	}
}
