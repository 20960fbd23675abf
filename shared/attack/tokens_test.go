package attack

import (
	"slices"
	"testing"

	"sallyport/shared/httpapi"
)

// mayCall is the table of contract §4: which token opens which person call.
// login stands for one that asks for a code, enroll for one that enrols.
var mayCall = map[string][]string{
	"GET /v1/login":                {"login", "enroll"},
	"GET /v1/session":              {"login", "enroll", "self-service", "link"},
	"POST /v1/verify":              {"login", "enroll"},
	"POST /v1/reset-requests":      {"login"},
	"POST /v1/enrollment":          {"enroll", "self-service", "link"},
	"POST /v1/enrollment/email":    {"enroll", "self-service", "link"},
	"POST /v1/enrollment/confirm":  {"enroll", "self-service", "link"},
	"POST /v1/enrollment/complete": {"enroll", "self-service", "link"},
	"POST /v1/enrollment/defer":    {"enroll"},
	"POST /v1/enrollment/disable":  {"self-service"},
	"POST /v1/backup-codes":        {"self-service"},
	"GET /v1/devices":              {"self-service"},
	"DELETE /v1/devices":           {"self-service"},
	"DELETE /v1/devices/{id}":      {"self-service"},
}

var personBodies = map[string]string{
	"POST /v1/verify":              `{"code":"000000"}`,
	"POST /v1/enrollment/confirm":  `{"code":"000000"}`,
	"POST /v1/enrollment/complete": `{"backup_codes_saved":true}`,
	"POST /v1/enrollment/disable":  `{"code":"000000"}`,
	"POST /v1/backup-codes":        `{"code":"000000"}`,
}

// tokens makes one token of each kind: jane has a factor, ann has to enrol.
func (w *town) tokens() map[string]string {
	w.t.Helper()
	w.settle()
	w.must(201, "PUT /v1/tenants/acme/users/ann", w.apiKey, `{"email":"ann@example.com","role":"user","sign_in":"password"}`)
	w.must(200, "PUT /v1/tenants/acme/users/ann/requirement", w.apiKey, `{"requirement":"required"}`, w.asRoot()...)
	w.enrol("jane")
	link := w.must(201, "POST /v1/tenants/acme/users/ann/enrollment-link", w.apiKey, `{"deliver":"return"}`, w.asRoot()...).text("url")
	return map[string]string{
		"login":        w.login("jane").text("login"),
		"enroll":       w.login("ann").text("login"),
		"self-service": w.must(201, "POST /v1/tenants/acme/users/ann/self-service", w.apiKey, "").text("token"),
		"link":         link[len(issuer+"/enroll#"):],
		"key":          w.apiKey,
	}
}

func TestAZ02EveryPersonCallIsOpenToItsKindsOfTokenAndToNoOther(t *testing.T) {
	for _, route := range httpapi.Routes() {
		if route.Credential != httpapi.CredentialPerson {
			continue
		}
		kinds, listed := mayCall[route.Key()]
		if !listed {
			t.Errorf("%s is in no row", route.Key())
		}
		w := newTown(t)
		line := route.Key()
		if line == "DELETE /v1/devices/{id}" {
			line = "DELETE /v1/devices/d1"
		}
		for kind, token := range w.tokens() {
			r := w.send(line, token, personBodies[route.Key()])
			// A login that asks for a code is told why it cannot enrol.
			refused := r.status == 401 || r.status == 403 && r.text("code") == "forbidden" || kind == "login" && r.text("code") == "factor_already_active"
			if want := !slices.Contains(kinds, kind); refused != want {
				t.Errorf("%s with %s: %d %s", line, kind, r.status, r.text("code"))
			}
		}
	}
}

func TestAZ02NoPersonsTokenOpensAPlatformCall(t *testing.T) {
	w := newTown(t)
	tokens := w.tokens()
	delete(tokens, "key")
	for kind, token := range tokens {
		for _, r := range rights() {
			if got := w.send(r.in("acme"), token, r.body, w.asRoot()...); got.status != 401 {
				t.Errorf("%s with %s: %d", r.line, kind, got.status)
			}
		}
	}
}
